package dev.podium.lambda.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Arn;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import dev.podium.codec.Json;
import dev.podium.lambda.FunctionName;
import dev.podium.lambda.Functions;
import dev.podium.lambda.sources.EventSourceMapping;
import dev.podium.lambda.sources.EventSourceMappings;
import dev.podium.lambda.sources.SourceType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;

/// Event source mappings. Requests and responses are trees: members are those of the model, and which of
/// them a
/// mapping has depends on its source (see [EventSourceRules]).
///
/// @see <a
/// href="https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html">CreateEventSourceMapping</a>
public record EventSourceMappingsApi(Functions functions, EventSourceMappings mappings, TargetRules targets)
        implements LambdaOperations {
    private static final int PAGE = 100;
    private static final String LIMITS =
            "SQS queues (Podium's own or the upstream's), self-managed Kafka, Kinesis and DynamoDB streams of the"
                    + " upstream (DynamoDB Local's under a region of AWS's in place of `ddblocal`); Amazon MQ, MSK,"
                    + " DocumentDB and stream consumers are refused. OnFailure takes standard SQS queues and SNS"
                    + " topics. Of `ProvisionedPollerConfig` only the MaximumPollers of a Kafka mapping have an effect."
                    + " Accepted without effect: `MetricsConfig`, `LoggingConfig`, `KMSKeyArn`.";

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.operation("CreateEventSourceMapping", JsonNode.class, JsonNode.class, this::create)
                .operation("GetEventSourceMapping", JsonNode.class, JsonNode.class, this::get)
                .operation("ListEventSourceMappings", JsonNode.class, JsonNode.class, this::list)
                .operation("UpdateEventSourceMapping", JsonNode.class, JsonNode.class, this::update)
                .operation("DeleteEventSourceMapping", JsonNode.class, JsonNode.class, this::delete)
                .partial("CreateEventSourceMapping", LIMITS)
                .partial("UpdateEventSourceMapping", LIMITS);
    }

    private JsonNode create(Call call, JsonNode request) {
        SourceType type = EventSourceRules.type(request);
        FunctionName function = function(call, request);
        Map<String, String> tags = new HashMap<>();
        request.path("Tags").forEachEntry((key, value) -> tags.put(key, value.asText()));
        EventSourceMapping mapping = mappings.completed(new EventSourceMapping(
                UUID.randomUUID().toString(),
                call.scope().account(),
                call.scope().region(),
                function.qualifiedArn(),
                type,
                EventSourceRules.created(type, request, targets),
                request.path("Enabled").asBoolean(true),
                "Creating",
                functions.clock().millis(),
                tags));
        mappings.create(mapping);
        return shown(mapping);
    }

    private FunctionName function(Call call, JsonNode request) {
        FunctionName name =
                FunctionName.parse(call.scope(), request.path("FunctionName").asText(), null);
        functions.get(name);
        return name;
    }

    private JsonNode get(Call call, JsonNode request) {
        return shown(mappings.get(call.scope(), uuid(request)));
    }

    private static String uuid(JsonNode request) {
        return request.path("UUID").asText();
    }

    private JsonNode update(Call call, JsonNode request) {
        FunctionName function = request.has("FunctionName") ? function(call, request) : null;
        UnaryOperator<EventSourceMapping> change = before -> {
            boolean enabled = request.path("Enabled").asBoolean(before.enabled());
            String state = enabled == before.enabled() ? "Updating" : enabled ? "Enabling" : "Disabling";
            return new EventSourceMapping(
                    before.uuid(),
                    before.account(),
                    before.region(),
                    function == null ? before.function() : function.qualifiedArn(),
                    before.type(),
                    EventSourceRules.updated(before.type(), before.settings(), request, targets),
                    enabled,
                    state,
                    functions.clock().millis(),
                    before.tags());
        };
        EventSourceMapping after = change.apply(mappings.get(call.scope(), uuid(request)));
        mappings.check(after);
        return shown(mappings.update(call.scope(), uuid(request), change));
    }

    private JsonNode delete(Call call, JsonNode request) {
        return shown(mappings.update(
                call.scope(),
                uuid(request),
                before -> before.in("Deleting", functions.clock().millis())));
    }

    private JsonNode list(Call call, JsonNode request) {
        String source = request.path("EventSourceArn").asText("");
        String function = request.has("FunctionName")
                ? FunctionName.parse(call.scope(), request.path("FunctionName").asText(), null)
                        .qualifiedArn()
                : "";
        int limit = Math.min(request.path("MaxItems").asInt(PAGE), PAGE);
        List<EventSourceMapping> found = new ArrayList<>();
        String after = request.path("Marker").textValue();
        List<EventSourceMapping> page = mappings.page(call.scope(), after, PAGE);
        while (!page.isEmpty() && found.size() <= limit) {
            page.stream()
                    .filter(mapping -> function.isEmpty() || mapping.function().equals(function))
                    .filter(mapping -> source.isEmpty()
                            || mapping.setting("EventSourceArn").asText("").equals(source))
                    .forEach(found::add);
            page = mappings.page(call.scope(), page.getLast().uuid(), PAGE);
        }
        ObjectNode answer = Json.object();
        ArrayNode shown = answer.putArray("EventSourceMappings");
        found.stream().limit(limit).map(this::shown).forEach(shown::add);
        if (found.size() > limit) {
            answer.put("NextMarker", found.get(limit - 1).uuid());
        }
        return answer;
    }

    private ObjectNode shown(EventSourceMapping mapping) {
        ObjectNode shown = mapping.settings().deepCopy();
        shown.put("UUID", mapping.uuid());
        shown.put("FunctionArn", mapping.function());
        shown.put("EventSourceMappingArn", mapping.arn());
        shown.put("LastModified", Instant.ofEpochMilli(mapping.modified()).toString());
        shown.put("State", mapping.state());
        boolean stream = mapping.type() == SourceType.KINESIS || mapping.type() == SourceType.DYNAMODB;
        shown.put("StateTransitionReason", stream ? "User action" : "USER_INITIATED");
        String result = mappings.result(mapping);
        // Queues have none on AWS; a problem is worth telling all the same.
        if (mapping.type() != SourceType.SQS || result.startsWith("PROBLEM")) {
            shown.put("LastProcessingResult", result);
        }
        return shown;
    }

    /// Mappings as resources with tags.
    public TaggableResource taggable() {
        return new Tagged(mappings);
    }

    private record Tagged(EventSourceMappings mappings) implements TaggableResource {
        @Override
        public String prefix() {
            return "event-source-mapping:";
        }

        @Override
        public Map<String, String> tags(Call call, Arn arn) {
            return mappings.get(call.scope(), uuid(arn)).tags();
        }

        private String uuid(Arn arn) {
            return arn.resource().substring(prefix().length());
        }

        @Override
        public void retag(Call call, Arn arn, UnaryOperator<Map<String, String>> change) {
            mappings.retag(call.scope(), uuid(arn), change);
        }
    }
}
