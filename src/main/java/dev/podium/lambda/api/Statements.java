package dev.podium.lambda.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.lambda.Policies;
import dev.podium.lambda.Policies.Statement;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Writes statements and policies as AWS shows them.
final class Statements {
    private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");
    private static final Pattern IDENTITY = Pattern.compile(
            "arn:aws[a-zA-Z-]*:(iam|sts)::\\d{12}:(root|(user|role|group|federated-user|assumed-role)/[\\w+=,.@/-]+)");
    private static final Pattern SERVICE =
            Pattern.compile("[a-z0-9-]+(\\.[a-z0-9-]+)*\\.(amazonaws\\.com(\\.cn)?|amazon\\.com)");

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

    /// A statement on a function, a version or an alias.
    static Statement function(PermissionsApi.AddPermissionRequest request, String arn) {
        ObjectNode statement = Json.object();
        statement.put("Sid", request.statementId()).put("Effect", "Allow");
        principal(statement, request.principal());
        statement.put("Action", request.action()).put("Resource", arn);
        ObjectNode condition = Json.object();
        condition(condition, "StringEquals", "AWS:SourceAccount", request.sourceAccount());
        condition(condition, "StringEquals", "lambda:EventSourceToken", request.eventSourceToken());
        condition(condition, "StringEquals", "lambda:FunctionUrlAuthType", request.functionUrlAuthType());
        condition(condition, "StringEquals", "aws:PrincipalOrgID", request.principalOrgID());
        Boolean byUrl = request.invokedViaFunctionUrl();
        condition(condition, "Bool", "lambda:InvokedViaFunctionUrl", byUrl == null ? null : byUrl.toString());
        condition(condition, "ArnLike", "AWS:SourceArn", request.sourceArn());
        if (!condition.isEmpty()) {
            statement.set("Condition", condition);
        }
        return new Statement(request.statementId(), request.principal(), text(statement));
    }

    private static void principal(ObjectNode statement, String principal) {
        if (principal.equals("*")) {
            statement.put("Principal", "*");
        } else if (ACCOUNT.matcher(principal).matches()) {
            statement.putObject("Principal").put("AWS", "arn:aws:iam::" + principal + ":root");
        } else if (IDENTITY.matcher(principal).matches()) {
            statement.putObject("Principal").put("AWS", principal);
        } else if (SERVICE.matcher(principal).matches()) {
            statement.putObject("Principal").put("Service", principal);
        } else {
            throw SettingsRules.invalid(
                    "The provided principal was invalid. Please check the principal and try again.");
        }
    }

    private static void condition(ObjectNode condition, String operator, String key, @Nullable String value) {
        if (value != null) {
            condition.withObjectProperty(operator).put(key, value);
        }
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
