package dev.podium.lambda.sources;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.aws.Arn;
import dev.podium.aws.Scope;
import dev.podium.lambda.FunctionName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// A mapping from a source to a function. Immutable; a change makes a new one.
///
/// @param function the ARN with the qualifier, if one was given
/// @param settings members of the model's EventSourceMappingConfiguration that the user may set, by their
///     names
///     there, defaults filled in; never changed
/// @param enabled whether it is to run
/// @param state as AWS names it: Creating, Enabled, …
/// @param modified epoch milliseconds
public record EventSourceMapping(
        String uuid,
        String account,
        String region,
        String function,
        SourceType type,
        JsonNode settings,
        boolean enabled,
        String state,
        long modified,
        Map<String, String> tags) {
    private static final int MOST_RETRIES = 10;

    /// Account and region.
    @JsonIgnore
    public Scope scope() {
        return new Scope(account, region);
    }

    /// Its own ARN.
    @JsonIgnore
    public String arn() {
        return Arn.of("lambda", scope(), "event-source-mapping:" + uuid).toString();
    }

    /// The function to run.
    @JsonIgnore
    public FunctionName functionName() {
        return FunctionName.parse(scope(), function, null);
    }

    /// The same in another state, if it is another.
    ///
    /// @param now epoch milliseconds
    public EventSourceMapping in(String other, long now) {
        return other.equals(state)
                ? this
                : new EventSourceMapping(uuid, account, region, function, type, settings, enabled, other, now, tags);
    }

    /// The same with other settings.
    public EventSourceMapping set(JsonNode others) {
        return new EventSourceMapping(uuid, account, region, function, type, others, enabled, state, modified, tags);
    }

    /// The same with other tags.
    EventSourceMapping tagged(Map<String, String> others) {
        return new EventSourceMapping(
                uuid, account, region, function, type, settings, enabled, state, modified, others);
    }

    /// One setting, or a missing node.
    public JsonNode setting(String name) {
        return settings.path(name);
    }

    /// EventSourceArn, or null for a self-managed source.
    @JsonIgnore
    public @Nullable Arn source() {
        return Arn.parse(setting("EventSourceArn").asText("")).orElse(null);
    }

    /// How many records a batch has at most.
    @JsonIgnore
    public int batchSize() {
        return setting("BatchSize").asInt(100);
    }

    /// How often a batch is tried again, or -1 for as long as it takes: Kafka's batches that have a destination
    /// give up.
    ///
    /// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html">Retries</a>
    @JsonIgnore
    public int retries() {
        int retries = setting("MaximumRetryAttempts").asInt(-1);
        return retries < 0 && type == SourceType.KAFKA && !destination().isEmpty() ? MOST_RETRIES : retries;
    }

    /// Where discarded records go, or empty.
    @JsonIgnore
    public String destination() {
        return setting("DestinationConfig").at("/OnFailure/Destination").asText("");
    }

    /// How long a batch is gathered.
    @JsonIgnore
    public Duration window() {
        return Duration.ofSeconds(setting("MaximumBatchingWindowInSeconds").asInt(0));
    }

    /// Patterns of its filters.
    @JsonIgnore
    public List<String> filters() {
        return StreamSupport.stream(setting("FilterCriteria").path("Filters").spliterator(), false)
                .map(filter -> filter.path("Pattern").asText("{}"))
                .toList();
    }

    /// TRIM_HORIZON, LATEST or AT_TIMESTAMP; empty for queues.
    @JsonIgnore
    public String startingPosition() {
        return setting("StartingPosition").asText("");
    }

    /// Where AT_TIMESTAMP begins.
    @JsonIgnore
    public Instant startingTimestamp() {
        return Instant.parse(setting("StartingPositionTimestamp").asText("1970-01-01T00:00:00Z"));
    }
}
