package dev.podium.sqs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Arn;
import dev.podium.aws.AwsException;
import dev.podium.codec.Json;
import java.util.Optional;
import java.util.function.Function;

/// The two policies of dead-letter queues: which queue a source gives messages to, and which sources a target
/// takes.
///
/// @see <a
/// href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html">
/// Dead-letter queues</a>
final class RedrivePolicies {
    static final String TARGET = "deadLetterTargetArn";
    static final String MAX_RECEIVES = "maxReceiveCount";
    private static final String PERMISSION = "redrivePermission";
    private static final String SOURCES = "sourceQueueArns";
    private static final int MOST_RECEIVES = 1000;
    private static final int MOST_SOURCES = 10;

    private RedrivePolicies() {}

    static boolean isOne(String attribute) {
        return attribute.equals(Attributes.REDRIVE_POLICY) || attribute.equals(Attributes.REDRIVE_ALLOW_POLICY);
    }

    /// A policy as AWS shows it: compact, numbers as numbers.
    ///
    /// @throws AwsException InvalidParameterValue when it isn't one
    static String normal(String attribute, String value) {
        if (!(read(value) instanceof ObjectNode policy)) {
            throw invalid(
                    value,
                    attribute,
                    attribute.equals(Attributes.REDRIVE_POLICY)
                            ? "Redrive policy is not a valid JSON map."
                            : "Redrive allow policy is not a valid JSON map.");
        }
        return attribute.equals(Attributes.REDRIVE_POLICY) ? redrive(policy, value) : allow(policy, value);
    }

    private static String redrive(ObjectNode policy, String value) {
        for (String name : new String[] {MAX_RECEIVES, TARGET}) {
            if (!policy.hasNonNull(name)) {
                throw invalid(
                        value,
                        Attributes.REDRIVE_POLICY,
                        "Redrive policy does not contain mandatory attribute: " + name + ".");
            }
        }
        String count = policy.path(MAX_RECEIVES).asText();
        int receives = count.matches("\\d{1,6}") ? Integer.parseInt(count) : 0;
        if (receives < 1 || receives > MOST_RECEIVES) {
            throw invalid(
                    value,
                    Attributes.REDRIVE_POLICY,
                    "Invalid value for maxReceiveCount: " + count
                            + ", valid values are from 1 to 1000 both inclusive.");
        }
        String target = policy.path(TARGET).asText();
        if (Arn.parse(target).flatMap(QueueId::of).isEmpty()) {
            throw invalid(value, Attributes.REDRIVE_POLICY, "Invalid value for deadLetterTargetArn.");
        }
        return Json.object().put(TARGET, target).put(MAX_RECEIVES, receives).toString();
    }

    private static String allow(ObjectNode policy, String value) {
        String permission = policy.path(PERMISSION).asText("allowAll");
        JsonNode sources = policy.path(SOURCES);
        boolean byQueue = permission.equals("byQueue");
        boolean known = byQueue || permission.equals("allowAll") || permission.equals("denyAll");
        boolean sourcesFit = byQueue
                ? sources.isArray() && !sources.isEmpty() && sources.size() <= MOST_SOURCES
                : sources.isMissingNode();
        if (!known || !sourcesFit) {
            throw invalid(
                    value,
                    Attributes.REDRIVE_ALLOW_POLICY,
                    known
                            ? "sourceQueueArns must name 1 to 10 queues with byQueue, and must be left out otherwise."
                            : "redrivePermission must be one of allowAll, denyAll, byQueue.");
        }
        return policy.toString();
    }

    /// Checks a source's policy against its target.
    ///
    /// @param attributesOf gives the attributes of a queue, or nothing when there is none
    static void check(QueueId source, String policy, Function<QueueId, Optional<StoredQueue>> attributesOf) {
        QueueId target = Arn.parse(read(policy).path(TARGET).asText())
                .flatMap(QueueId::of)
                .orElseThrow(
                        () -> invalid(policy, Attributes.REDRIVE_POLICY, "Invalid value for deadLetterTargetArn."));
        if (!target.scope().equals(source.scope())) {
            throw invalid(
                    policy,
                    Attributes.REDRIVE_POLICY,
                    "Dead-letter target owner should be same as the source, in the same region.");
        }
        StoredQueue queue = attributesOf
                .apply(target)
                .orElseThrow(() -> invalid(policy, Attributes.REDRIVE_POLICY, "Dead letter target does not exist."));
        if (target.fifo() != source.fifo()) {
            throw invalid(
                    policy, Attributes.REDRIVE_POLICY, "Dead-letter queue must be same type of queue as the source.");
        }
        String allow = queue.attributes().get(Attributes.REDRIVE_ALLOW_POLICY);
        if (allow != null && !allows(read(allow), source)) {
            throw invalid(
                    policy,
                    Attributes.REDRIVE_POLICY,
                    "Redrive allow policy of the dead-letter target does not allow source queue " + source.arn() + ".");
        }
    }

    private static boolean allows(JsonNode allow, QueueId source) {
        return switch (allow.path(PERMISSION).asText("allowAll")) {
            case "denyAll" -> false;
            case "byQueue" -> {
                boolean named = false;
                for (JsonNode arn : allow.path(SOURCES)) {
                    named |= arn.asText().equals(source.arn().toString());
                }
                yield named;
            }
            default -> true;
        };
    }

    /// Tells whether two policies say the same.
    static boolean same(String one, String other) {
        JsonNode tree = read(one);
        return tree.isObject() && tree.equals(read(other));
    }

    private static JsonNode read(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return Json.MAPPER.missingNode();
        }
    }

    private static AwsException invalid(String value, String attribute, String reason) {
        return SqsError.InvalidParameterValue.of(value, attribute, reason).exception();
    }
}
