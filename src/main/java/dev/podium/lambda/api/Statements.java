package dev.podium.lambda.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.lambda.Policies;
import dev.podium.lambda.Policies.Statement;

/// Writes statements and policies as AWS shows them.
final class Statements {
    private Statements() {}

    /// A statement on a layer version.
    static Statement layer(LayerShapes.AddPermissionRequest request, String arn) {
        ObjectNode statement = Json.object();
        statement.put("Sid", request.statementId()).put("Effect", "Allow");
        String principal = request.principal();
        if (principal.equals("*")) {
            statement.put("Principal", "*");
        } else {
            principal = principal.startsWith("arn:") ? principal.split(":", -1)[4] : principal;
            statement.putObject("Principal").put("AWS", "arn:aws:iam::" + principal + ":root");
        }
        statement.put("Action", request.action()).put("Resource", arn);
        String organization = request.organizationId();
        if (organization != null) {
            statement.putObject("Condition").putObject("StringEquals").put("aws:PrincipalOrgID", organization);
        }
        return new Statement(request.statementId(), principal, text(statement));
    }

    /// A whole policy document.
    static String document(Policies.Policy policy) {
        ObjectNode document = Json.object();
        document.put("Version", "2012-10-17").put("Id", "default");
        ArrayNode statements = document.putArray("Statement");
        policy.statements().forEach(statement -> statements.add(tree(statement.json())));
        return text(document);
    }

    private static JsonNode tree(String json) {
        try {
            return Json.MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a statement of our own is always JSON", e);
        }
    }

    static String text(JsonNode node) {
        try {
            return Json.MAPPER.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always JSON", e);
        }
    }
}
