package dev.podium.lambda.sources.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.lambda.sources.EventSourceMapping;
import dev.podium.lambda.sources.Filters;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/// What a consumer is to read, and from where.
///
/// @param mapping UUID of the mapping
/// @param bootstrapServers each `host:port`
/// @param group the consumer group
/// @param start where to begin in a partition of which the group has read nothing
record KafkaSettings(
        String mapping,
        List<String> bootstrapServers,
        String topic,
        String group,
        Start start,
        Gathering gathering,
        List<KafkaAccess.Entry> access) {
    private static final int FETCH_BYTES = 8 << 20;
    private static final int POLLED = 2000;
    private static final Duration WINDOW = Duration.ofMillis(500);
    private static final int WORKERS = 16;

    /// The largest request that a function gets.
    static final int EVENT_BYTES = 6 << 20;

    /// How long a question to the brokers may take.
    static final Duration PATIENCE = Duration.ofSeconds(10);

    /// How batches are made.
    ///
    /// @param batch most records of one
    /// @param window how long it is gathered
    /// @param workers most batches at the same time
    /// @param filters what of the topic the function gets
    record Gathering(int batch, Duration window, int workers, Filters filters) {}

    /// StartingPosition.
    ///
    /// @param timestamp with AT_TIMESTAMP, else null
    record Start(Position position, @Nullable Instant timestamp) {}

    /// The values of StartingPosition.
    enum Position {
        TRIM_HORIZON,
        LATEST,
        AT_TIMESTAMP
    }

    /// Those of a mapping.
    static KafkaSettings of(EventSourceMapping mapping) {
        JsonNode window = mapping.setting("MaximumBatchingWindowInSeconds");
        JsonNode pollers = mapping.setting("ProvisionedPollerConfig").path("MaximumPollers");
        return new KafkaSettings(
                mapping.uuid(),
                texts(mapping.setting("SelfManagedEventSource").at("/Endpoints/KAFKA_BOOTSTRAP_SERVERS")),
                texts(mapping.setting("Topics")).getFirst(),
                mapping.setting("SelfManagedKafkaEventSourceConfig")
                        .path("ConsumerGroupId")
                        .asText(mapping.uuid()),
                new Start(Position.valueOf(mapping.startingPosition()), mapping.startingTimestamp()),
                new Gathering(
                        mapping.batchSize(),
                        window.isNumber() ? Duration.ofSeconds(window.asLong()) : WINDOW,
                        pollers.asInt(WORKERS),
                        Filters.of(mapping)),
                entries(mapping.setting("SourceAccessConfigurations")));
    }

    private static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static List<KafkaAccess.Entry> entries(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(one -> new KafkaAccess.Entry(
                        one.path("Type").asText(), one.path("URI").asText()))
                .toList();
    }

    /// The event's `bootstrapServers`.
    String bootstrap() {
        return String.join(",", bootstrapServers);
    }

    /// Settings of the client. A mapping is a static member of its group: after a crash it gets its
    /// partitions back
    /// at once, when it is back before the session times out.
    ///
    /// @param signedIn what the brokers' listener asks for
    Map<String, Object> consumer(Map<String, Object> signedIn) {
        Map<String, Object> settings = new HashMap<>(signedIn);
        settings.putAll(Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "group.id",
                group,
                "group.instance.id",
                "podium-" + mapping,
                "client.id",
                "podium-" + mapping,
                "key.deserializer",
                ByteArrayDeserializer.class,
                "value.deserializer",
                ByteArrayDeserializer.class,
                "partition.assignment.strategy",
                List.of(CooperativeStickyAssignor.class),
                "enable.auto.commit",
                false,
                "allow.auto.create.topics",
                false,
                // For records that are gone before they were read; the start is the mapping's own business.
                "auto.offset.reset",
                "earliest"));
        settings.putAll(Map.of(
                "session.timeout.ms",
                10_000,
                "heartbeat.interval.ms",
                1_000,
                "default.api.timeout.ms",
                (int) PATIENCE.toMillis(),
                "request.timeout.ms",
                (int) PATIENCE.toMillis(),
                "reconnect.backoff.max.ms",
                1_000,
                "max.poll.records",
                POLLED,
                "fetch.max.bytes",
                FETCH_BYTES,
                "metric.reporters",
                "",
                "enable.metrics.push",
                false));
        return settings;
    }
}
