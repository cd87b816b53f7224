package dev.podium.sqs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Statements of a queue's policy, as AddPermission and RemovePermission write them. Nothing enforces them.
final class Permissions {
    private static final int MOST_ACTIONS = 7;
    private static final int MOST_STATEMENTS = 20;
    private static final List<String> ACTIONS = List.of(
            "*",
            "SendMessage",
            "ReceiveMessage",
            "DeleteMessage",
            "ChangeMessageVisibility",
            "GetQueueAttributes",
            "GetQueueUrl",
            "ListDeadLetterSourceQueues",
            "PurgeQueue",
            "ListQueueTags",
            "CancelMessageMoveTask",
            "ListMessageMoveTasks",
            "StartMessageMoveTask");

    private Permissions() {}

    /// Tells whether a text may be a policy: a JSON object.
    static boolean isPolicy(String text) {
        try {
            return Json.MAPPER.readTree(text).isObject();
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    /// A policy with one statement more.
    ///
    /// @param policy the queue's; null when it has none
    /// @throws dev.podium.aws.AwsException InvalidParameterValue, OverLimit
    static String add(
            @Nullable String policy, QueueId queue, String label, List<String> accounts, List<String> actions) {
        if (!label.matches("[A-Za-z0-9_-]{1,80}")) {
            throw SqsError.InvalidParameterValue.of(
                            label,
                            "Label",
                            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.")
                    .exception();
        }
        for (String account : accounts) {
            if (!account.matches("\\d{12}")) {
                throw SqsError.InvalidParameterValue.of("[" + account + "]", "PrincipalId", "Unable to verify.")
                        .exception();
            }
        }
        if (actions.isEmpty() || accounts.isEmpty()) {
            throw new SqsError.MissingParameter(actions.isEmpty() ? "Actions" : "AWSAccountIds").exception();
        }
        if (actions.size() > MOST_ACTIONS) {
            throw new SqsError.OverLimit(
                            actions.size() + " Actions were found, maximum allowed is " + MOST_ACTIONS + ".")
                    .exception();
        }
        for (String action : actions) {
            if (!ACTIONS.contains(action)) {
                throw SqsError.InvalidParameterValue.of(
                                "SQS:" + action,
                                "ActionName",
                                "Please refer to the appropriate WSDL for a list of valid actions.")
                        .exception();
            }
        }
        ObjectNode tree = tree(policy, queue);
        ArrayNode statements = tree.withArrayProperty("Statement");
        if (index(statements, label) >= 0) {
            throw SqsError.InvalidParameterValue.of(label, "Label", "Already exists.")
                    .exception();
        }
        if (statements.size() >= MOST_STATEMENTS) {
            throw new SqsError.OverLimit("A queue's policy has at most " + MOST_STATEMENTS + " statements.")
                    .exception();
        }
        ObjectNode statement = statements.addObject().put("Sid", label).put("Effect", "Allow");
        ArrayNode principals = Json.MAPPER.createArrayNode();
        accounts.forEach(account -> principals.add("arn:aws:iam::" + account + ":root"));
        statement.putObject("Principal").set("AWS", one(principals));
        ArrayNode names = Json.MAPPER.createArrayNode();
        actions.forEach(action -> names.add("SQS:" + action));
        statement.set("Action", one(names));
        statement.put("Resource", queue.arn().toString());
        return tree.toString();
    }

    /// A policy without a statement; empty when none is left.
    ///
    /// @throws dev.podium.aws.AwsException InvalidParameterValue when it has no such statement
    static String remove(@Nullable String policy, QueueId queue, String label) {
        ObjectNode tree = tree(policy, queue);
        ArrayNode statements = tree.withArrayProperty("Statement");
        int index = index(statements, label);
        if (index < 0) {
            throw SqsError.InvalidParameterValue.of(label, "Label", "can't find label on existing policy.")
                    .exception();
        }
        statements.remove(index);
        return statements.isEmpty() ? "" : tree.toString();
    }

    private static JsonNode one(ArrayNode values) {
        return values.size() == 1 ? values.get(0) : values;
    }

    private static int index(ArrayNode statements, String label) {
        for (int i = 0; i < statements.size(); i++) {
            if (statements.get(i).path("Sid").asText().equals(label)) {
                return i;
            }
        }
        return -1;
    }

    private static ObjectNode tree(@Nullable String policy, QueueId queue) {
        try {
            if (policy != null && Json.MAPPER.readTree(policy) instanceof ObjectNode tree) {
                if (tree.path("Statement").isObject()) {
                    JsonNode only = tree.path("Statement");
                    tree.putArray("Statement").add(only);
                }
                return tree;
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("stored policy is no JSON: " + policy, e);
        }
        return Json.object().put("Version", "2008-10-17").put("Id", queue.arn() + "/SQSDefaultPolicy");
    }
}
