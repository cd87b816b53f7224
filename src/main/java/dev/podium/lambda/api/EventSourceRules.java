package dev.podium.lambda.api;

import static dev.podium.lambda.api.SettingsRules.invalid;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Arn;
import dev.podium.aws.AwsException;
import dev.podium.codec.Json;
import dev.podium.lambda.sources.SourceType;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// What an event source mapping may say, by the type of its source, and what it says by default.
final class EventSourceRules {
    private static final int MAX_FILTERS = 10;
    private static final JsonPointer GROUP = JsonPointer.compile("/SelfManagedKafkaEventSourceConfig/ConsumerGroupId");
    private static final Set<String> ANY = Set.of(
            "EventSourceArn",
            "BatchSize",
            "FilterCriteria",
            "MaximumBatchingWindowInSeconds",
            "FunctionResponseTypes",
            "KMSKeyArn",
            "MetricsConfig",
            "LoggingConfig");
    private static final Set<String> ORDERED = Set.of(
            "StartingPosition",
            "StartingPositionTimestamp",
            "DestinationConfig",
            "MaximumRecordAgeInSeconds",
            "BisectBatchOnFunctionError",
            "MaximumRetryAttempts");
    private static final Set<String> STREAM = Set.of("ParallelizationFactor", "TumblingWindowInSeconds");
    /// Members that mean services which Podium has no sources of.
    private static final Map<String, String> FOREIGN = Map.of(
            "Queues", "Amazon MQ",
            "AmazonManagedKafkaEventSourceConfig", "Amazon MSK",
            "DocumentDBEventSourceConfig", "Amazon DocumentDB");
    private static final Map<String, String> FOREIGN_ARNS =
            Map.of("mq", "Amazon MQ", "kafka", "Amazon MSK", "rds", "Amazon DocumentDB");
    private static final String STREAM_DEFAULTS = """
            {"BatchSize": 100, "MaximumBatchingWindowInSeconds": 0, "ParallelizationFactor": 1,
             "DestinationConfig": {"OnFailure": {}}, "MaximumRecordAgeInSeconds": -1,
             "BisectBatchOnFunctionError": false, "MaximumRetryAttempts": -1, "TumblingWindowInSeconds": 0,
             "FunctionResponseTypes": []}""";
    private static final Rule SQS = rule("""
            {"BatchSize": 10, "MaximumBatchingWindowInSeconds": 0, "FunctionResponseTypes": []}""", ANY, Set.of(), Set.of("ScalingConfig", "ProvisionedPollerConfig"));
    private static final Rule STREAMS = rule(STREAM_DEFAULTS, ANY, ORDERED, STREAM);
    private static final Rule KAFKA = rule(
            """
            {"BatchSize": 100, "DestinationConfig": {"OnFailure": {}}}""",
            ANY,
            ORDERED,
            Set.of(
                    "Topics",
                    "SourceAccessConfigurations",
                    "SelfManagedEventSource",
                    "SelfManagedKafkaEventSourceConfig",
                    "ProvisionedPollerConfig"));

    private EventSourceRules() {}

    private record Rule(JsonNode defaults, Set<String> members) {}

    private static Rule rule(SourceType type) {
        return switch (type) {
            case SQS -> SQS;
            case KINESIS, DYNAMODB -> STREAMS;
            case KAFKA -> KAFKA;
        };
    }

    private static Rule rule(String defaults, Set<String> members, Set<String> more, Set<String> own) {
        Set<String> all = new HashSet<>(members);
        all.addAll(more);
        all.addAll(own);
        try {
            return new Rule(Json.MAPPER.readTree(defaults), all);
        } catch (IOException e) {
            throw new IllegalStateException("the defaults are JSON", e);
        }
    }

    /// The type of source that a request means.
    ///
    /// @throws AwsException InvalidParameterValueException for those that Podium has not
    static SourceType type(JsonNode request) {
        FOREIGN.forEach((member, service) -> {
            if (request.has(member)) {
                throw foreign(member, service);
            }
        });
        String given = request.path("EventSourceArn").asText("");
        if (given.isEmpty()) {
            if (!request.has("SelfManagedEventSource")) {
                throw invalid("Unrecognized event source.");
            }
            return SourceType.KAFKA;
        }
        Arn arn = Arn.parse(given).orElseThrow(() -> invalid("Unrecognized event source."));
        String service = FOREIGN_ARNS.get(arn.service());
        if (service != null) {
            throw foreign("EventSourceArn", service);
        }
        if (arn.resource().contains("/consumer/")) {
            throw invalid("EventSourceArn names a stream consumer, which Podium does not support: name the stream.");
        }
        return switch (arn.service()) {
            case "sqs" -> SourceType.SQS;
            case "kinesis" -> SourceType.KINESIS;
            case "dynamodb" -> SourceType.DYNAMODB;
            default -> throw invalid("Unrecognized event source.");
        };
    }

    private static AwsException foreign(String member, String service) {
        return invalid(
                member + " means " + service + ", which Podium has no event sources of: SQS, Kinesis and DynamoDB"
                        + " streams and self-managed Kafka are supported.");
    }

    /// A mapping's settings at its creation.
    ///
    /// @throws AwsException InvalidParameterValueException
    static ObjectNode created(SourceType type, JsonNode request, TargetRules targets) {
        ObjectNode settings = rule(type).defaults().deepCopy();
        merge(type, settings, request);
        if (type == SourceType.SQS) {
            return checked(type, settings, targets);
        }
        String position = settings.path("StartingPosition").asText("");
        boolean timed = position.equals("AT_TIMESTAMP");
        if (position.isEmpty()) {
            throw invalid("1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint:"
                    + " Member must not be null.");
        }
        if (timed && type == SourceType.DYNAMODB) {
            throw invalid("Unsupported starting position for arn type: "
                    + settings.path("EventSourceArn").asText());
        }
        if (timed != settings.has("StartingPositionTimestamp")) {
            throw invalid(
                    timed
                            ? "Need to specify a timestamp"
                            : "StartingPositionTimestamp is only valid with StartingPosition AT_TIMESTAMP.");
        }
        return checked(type, settings, targets);
    }

    /// A mapping's settings after a change.
    ///
    /// @throws AwsException InvalidParameterValueException
    static ObjectNode updated(SourceType type, JsonNode before, JsonNode request, TargetRules targets) {
        ObjectNode settings = before.deepCopy();
        merge(type, settings, request);
        JsonNode group = before.at(GROUP);
        JsonNode asked = request.at(GROUP);
        if (!group.isMissingNode()) {
            if (!asked.isMissingNode() && !asked.equals(group)) {
                throw invalid("ConsumerGroupId can't be changed once the event source mapping is created: delete the"
                        + " mapping and create another one.");
            }
            settings.withObject(GROUP.head()).set("ConsumerGroupId", group);
        }
        return checked(type, settings, targets);
    }

    private static void merge(SourceType type, ObjectNode settings, JsonNode request) {
        Rule rule = rule(type);
        for (Map.Entry<String, JsonNode> member : request.properties()) {
            String name = member.getKey();
            if (Set.of("FunctionName", "Enabled", "Tags", "UUID").contains(name)) {
                continue;
            }
            if (type == SourceType.SQS && name.equals("StartingPosition")) {
                throw invalid("StartingPosition is not valid for SQS event sources.");
            }
            if (!rule.members().contains(name)) {
                throw invalid("Unsupported " + name + " parameter for given event source mapping type.");
            }
            boolean cleared = member.getValue().isObject()
                    ? empty(name, member.getValue())
                    : member.getValue().isTextual()
                            && member.getValue().textValue().isEmpty();
            JsonNode value = cleared ? rule.defaults().path(name) : member.getValue();
            if (value.isMissingNode()) {
                settings.remove(name);
            } else {
                settings.set(name, value);
            }
        }
    }

    /// An empty structure takes the setting back.
    private static boolean empty(String name, JsonNode value) {
        return name.equals("FilterCriteria") ? value.path("Filters").isEmpty() : value.isEmpty();
    }

    private static ObjectNode checked(SourceType type, ObjectNode settings, TargetRules targets) {
        int size = settings.path("BatchSize").asInt();
        int window = settings.path("MaximumBatchingWindowInSeconds").asInt();
        if (type == SourceType.SQS) {
            boolean fifo = settings.path("EventSourceArn").asText().endsWith(".fifo");
            if (fifo && window > 0) {
                throw invalid("Batching window is not supported for FIFO queues");
            }
            if (fifo && size > 10) {
                throw invalid("Maximum batch size must be between 1 and 10 inclusive");
            }
            if (size > 10 && window == 0) {
                throw invalid("Maximum batch window in seconds must be greater than 0 if maximum batch size is greater"
                        + " than 10");
            }
        }
        if (settings.path("FilterCriteria").path("Filters").size() > MAX_FILTERS) {
            throw invalid("FilterCriteria has more than " + MAX_FILTERS + " filters.");
        }
        JsonNode destinations = settings.path("DestinationConfig");
        if (destinations.has("OnSuccess")) {
            throw invalid("Unsupported OnSuccess parameter for given event source mapping type.");
        }
        JsonNode failed = destinations.path("OnFailure").path("Destination");
        if (!failed.asText("").isEmpty()) {
            targets.discarded(failed.asText());
        }
        return settings;
    }
}
