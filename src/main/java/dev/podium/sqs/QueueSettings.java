package dev.podium.sqs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.aws.Arn;
import dev.podium.codec.Json;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A queue's attributes as its messages meet them.
///
/// @param waitTime         how long a receive waits that doesn't say
/// @param maxBytes     of a message
/// @param redrive      null without a dead-letter queue
/// @param contentBased whether the body's digest stands in for a MessageDeduplicationId
/// @param byGroup      whether deduplication ids count by message group
record QueueSettings(
        Duration visibility,
        Duration retention,
        Duration delay,
        Duration waitTime,
        int maxBytes,
        @Nullable Redrive redrive,
        boolean contentBased,
        boolean byGroup) {
    /// Where messages go that were received too often.
    record Redrive(QueueId target, int maxReceives) {}

    /// Reads attributes that have been checked.
    static QueueSettings of(Map<String, String> attributes) {
        return new QueueSettings(
                seconds(attributes, Attributes.VISIBILITY_TIMEOUT),
                seconds(attributes, Attributes.RETENTION),
                seconds(attributes, Attributes.DELAY),
                seconds(attributes, Attributes.WAIT),
                Integer.parseInt(attributes.getOrDefault(Attributes.MAX_SIZE, "1048576")),
                redrive(attributes.get(Attributes.REDRIVE_POLICY)),
                Boolean.parseBoolean(attributes.get(Attributes.CONTENT_BASED)),
                "messageGroup".equals(attributes.get(Attributes.DEDUPLICATION_SCOPE)));
    }

    private static Duration seconds(Map<String, String> attributes, String name) {
        return Duration.ofSeconds(Long.parseLong(attributes.getOrDefault(name, "0")));
    }

    private static @Nullable Redrive redrive(@Nullable String policy) {
        if (policy == null) {
            return null;
        }
        try {
            JsonNode tree = Json.MAPPER.readTree(policy);
            QueueId target = Arn.parse(tree.path(RedrivePolicies.TARGET).asText())
                    .flatMap(QueueId::of)
                    .orElseThrow();
            return new Redrive(target, tree.path(RedrivePolicies.MAX_RECEIVES).asInt());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("stored redrive policy is no JSON: " + policy, e);
        }
    }
}
