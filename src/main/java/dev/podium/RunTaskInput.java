package dev.podium;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.schedules.TargetCall;
import java.util.Map;
import java.util.Set;

/// The input of ECS's RunTask when a schedule or rule calls it.
///
/// @see <a href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html">RunTask</a>
final class RunTaskInput {
    /// Names that RunTask has other ones for.
    private static final Map<String, String> RENAMED =
            Map.of("TaskDefinitionArn", "taskDefinition", "TaskCount", "count");
    /// What a task can be told in the target's input.
    private static final Set<String> OVERRIDES =
            Set.of("containerOverrides", "cpu", "memory", "taskRoleArn", "executionRoleArn", "ephemeralStorage");

    private static final int LONGEST_STARTER = 128;

    private RunTaskInput() {}

    /// @param call of a cluster, with `EcsParameters`
    static ObjectNode of(TargetCall call) {
        ObjectNode input = Json.object().put("cluster", call.arn());
        call.parameters().path("EcsParameters").properties().forEach(field -> {
            if (field.getKey().equals("Tags")) {
                input.set("tags", tags(field.getValue()));
            } else {
                input.set(RENAMED.getOrDefault(field.getKey(), field.getKey()), field.getValue());
            }
        });
        String name = call.source().substring(call.source().lastIndexOf('/') + 1);
        String starter = (call.source().contains(":scheduler:") ? "chronos-schedule/" : "events-rule/") + name;
        input.put("startedBy", starter.substring(0, Math.min(starter.length(), LONGEST_STARTER)));
        // Made again after a crash, the same tasks count.
        input.put("clientToken", call.id());
        overrides(call.body(), input);
        return input;
    }

    private static void overrides(String body, ObjectNode input) {
        try {
            ObjectNode overrides = Json.object();
            Json.MAPPER.readTree(body).properties().forEach(field -> {
                if (OVERRIDES.contains(field.getKey())) {
                    overrides.set(field.getKey(), field.getValue());
                }
            });
            if (!overrides.isEmpty()) {
                input.set("overrides", overrides);
            }
        } catch (JsonProcessingException e) {
            // A text says nothing to a task.
            return;
        }
    }

    /// A schedule's tags are maps, of key and value or of many keys; a rule's are a list of key and value.
    private static ArrayNode tags(JsonNode given) {
        ArrayNode tags = Json.MAPPER.createArrayNode();
        for (JsonNode tag : given) {
            JsonNode key = tag.has("Key") ? tag.path("Key") : tag.path("key");
            if (key.isMissingNode()) {
                tag.properties()
                        .forEach(field ->
                                tags.addObject().put("key", field.getKey()).set("value", field.getValue()));
            } else {
                tags.addObject().set("key", key);
                ((ObjectNode) tags.get(tags.size() - 1))
                        .set("value", tag.has("Value") ? tag.path("Value") : tag.path("value"));
            }
        }
        return tags;
    }
}
