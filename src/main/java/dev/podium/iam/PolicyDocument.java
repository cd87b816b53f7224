package dev.podium.iam;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.aws.AwsException;
import dev.podium.codec.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Checks what a policy document says of itself. Nobody is refused by one.
///
/// @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html">Grammar</a>
final class PolicyDocument {
    private static final Set<String> TOP = Set.of("Version", "Id", "Statement");
    private static final Set<String> MEMBERS = Set.of(
            "Sid",
            "Effect",
            "Action",
            "NotAction",
            "Resource",
            "NotResource",
            "Principal",
            "NotPrincipal",
            "Condition");
    private static final String SYNTAX = "Syntax errors in policy.";

    private PolicyDocument() {}

    /// What a document is for.
    enum Kind {
        /// Who may assume a role.
        TRUST,
        /// What may be done.
        PERMISSIONS
    }

    /// Checks a document.
    ///
    /// @throws AwsException MalformedPolicyDocument
    static void check(String document, Kind kind) {
        JsonNode read;
        try {
            read = Json.MAPPER.readTree(document);
        } catch (JsonProcessingException e) {
            throw malformed(kind == Kind.TRUST ? "This policy contains invalid Json" : SYNTAX);
        }
        String version = read.path("Version").asText("2012-10-17");
        JsonNode statements = read.path("Statement");
        boolean known = version.equals("2012-10-17") || version.equals("2008-10-17");
        if (!read.isObject() || !known || strange(read, TOP) || !statements.isContainerNode() || statements.isEmpty()) {
            throw malformed(SYNTAX);
        }
        Set<String> ids = new HashSet<>();
        for (JsonNode statement : statements.isArray()
                ? statements
                : Json.MAPPER.createArrayNode().add(statements)) {
            statement(statement, kind);
            String id = statement.path("Sid").asText("");
            if (!id.isEmpty() && !ids.add(id)) {
                throw malformed("Statement IDs (SID) in a single policy must be unique.");
            }
        }
    }

    private static void statement(JsonNode statement, Kind kind) {
        String effect = statement.path("Effect").asText();
        boolean effective = effect.equals("Allow") || effect.equals("Deny");
        if (!statement.isObject() || strange(statement, MEMBERS) || !effective) {
            throw malformed(SYNTAX);
        }
        if (!one(statement, "Action")) {
            throw malformed("Policy statement must contain actions.");
        }
        for (String action : texts(statement, "Action")) {
            if (!action.equals("*") && action.indexOf(':') < 1) {
                throw malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
            }
            if (kind == Kind.TRUST && !action.startsWith("sts:")) {
                throw malformed("AssumeRole policy may only specify STS AssumeRole actions.");
            }
        }
        boolean principal = one(statement, "Principal");
        boolean resource = one(statement, "Resource");
        if (kind == Kind.TRUST) {
            refuse(resource, "Has prohibited field Resource");
            refuse(!principal, "Missing required field Principal");
        } else {
            refuse(principal, "Policy document should not specify a principal.");
            refuse(!resource, "Policy statement must contain resources.");
            for (String one : texts(statement, "Resource")) {
                refuse(
                        !one.equals("*") && !one.startsWith("arn:"),
                        "Resource " + one + " must be in ARN format or \"*\".");
            }
        }
    }

    private static void refuse(boolean wrong, String why) {
        if (wrong) {
            throw malformed(why);
        }
    }

    /// Whether a statement has a member, or its opposite.
    private static boolean one(JsonNode statement, String member) {
        return !statement.path(member).isMissingNode()
                || !statement.path("Not" + member).isMissingNode();
    }

    private static List<String> texts(JsonNode statement, String member) {
        List<String> texts = new ArrayList<>();
        for (JsonNode value : List.of(statement.path(member), statement.path("Not" + member))) {
            if (value.isTextual()) {
                texts.add(value.asText());
            }
            value.forEach(one -> texts.add(one.asText()));
        }
        return texts;
    }

    private static boolean strange(JsonNode object, Set<String> known) {
        boolean strange = false;
        for (String name : (Iterable<String>) object::fieldNames) {
            strange |= !known.contains(name);
        }
        return strange;
    }

    private static AwsException malformed(String why) {
        return IamError.Kind.MALFORMED_POLICY_DOCUMENT.of(why);
    }

    /// A document as answers show it: percent-encoded as in RFC 3986.
    static String encoded(String document) {
        return URLEncoder.encode(document, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    /// Its characters without white space: what AWS's quotas count.
    static int size(String document) {
        return (int) document.chars().filter(c -> !Character.isWhitespace(c)).count();
    }
}
