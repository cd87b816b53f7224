package dev.podium.sqs;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The attributes of queues: names, ranges, defaults.
///
/// @see <a href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html">
/// SetQueueAttributes</a>
final class Attributes {
    static final String VISIBILITY_TIMEOUT = "VisibilityTimeout";
    static final String RETENTION = "MessageRetentionPeriod";
    static final String DELAY = "DelaySeconds";
    static final String WAIT = "ReceiveMessageWaitTimeSeconds";
    static final String MAX_SIZE = "MaximumMessageSize";
    static final String POLICY = "Policy";
    static final String REDRIVE_POLICY = "RedrivePolicy";
    static final String REDRIVE_ALLOW_POLICY = "RedriveAllowPolicy";
    static final String FIFO_QUEUE = "FifoQueue";
    static final String CONTENT_BASED = "ContentBasedDeduplication";
    static final String DEDUPLICATION_SCOPE = "DeduplicationScope";
    static final String THROUGHPUT_LIMIT = "FifoThroughputLimit";
    static final String KMS_KEY = "KmsMasterKeyId";
    static final String KMS_REUSE = "KmsDataKeyReusePeriodSeconds";
    static final String MANAGED_SSE = "SqsManagedSseEnabled";

    static final List<String> READ_ONLY = List.of(
            "QueueArn",
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
            "CreatedTimestamp",
            "LastModifiedTimestamp");

    private static final Map<String, Range> RANGES = Map.of(
            VISIBILITY_TIMEOUT,
            new Range(0, 43_200, 30),
            RETENTION,
            new Range(60, 1_209_600, 345_600),
            DELAY,
            new Range(0, 900, 0),
            WAIT,
            new Range(0, 20, 0),
            MAX_SIZE,
            new Range(1024, 1_048_576, 1_048_576),
            KMS_REUSE,
            new Range(60, 86_400, 300));
    private static final List<String> FIFO_ONLY =
            List.of(FIFO_QUEUE, CONTENT_BASED, DEDUPLICATION_SCOPE, THROUGHPUT_LIMIT);
    /// Those that an empty value takes away.
    private static final List<String> REMOVABLE = List.of(POLICY, REDRIVE_POLICY, REDRIVE_ALLOW_POLICY, KMS_KEY);
    /// What AWS shows of every queue, and of every FIFO queue.
    private static final List<String> SHOWN = List.of(VISIBILITY_TIMEOUT, RETENTION, DELAY, WAIT, MAX_SIZE);

    private Attributes() {}

    private record Range(int min, int max, int otherwise) {
        boolean has(String value) {
            try {
                int number = Integer.parseInt(value);
                return number >= min && number <= max;
            } catch (NumberFormatException e) {
                return false;
            }
        }
    }

    /// Attributes of a new queue without any given.
    static SequencedMap<String, String> defaults(boolean fifo) {
        SequencedMap<String, String> defaults = new LinkedHashMap<>();
        for (String name : SHOWN) {
            Range range = RANGES.get(name);
            if (range != null) {
                defaults.put(name, String.valueOf(range.otherwise));
            }
        }
        defaults.put(MANAGED_SSE, "true");
        if (fifo) {
            defaults.put(FIFO_QUEUE, "true");
            defaults.put(CONTENT_BASED, "false");
            defaults.put(DEDUPLICATION_SCOPE, "queue");
            defaults.put(THROUGHPUT_LIMIT, "perQueue");
        }
        return defaults;
    }

    /// Attributes after a change. The redrive policies are looked at elsewhere: they depend on other queues.
    ///
    /// @param before of the queue
    /// @param given  by the client
    /// @throws dev.podium.aws.AwsException InvalidAttributeName, InvalidAttributeValue
    static SequencedMap<String, String> change(Map<String, String> before, Map<String, String> given, boolean fifo) {
        SequencedMap<String, String> after = new LinkedHashMap<>(before);
        given.forEach((name, value) -> {
            check(name, value, fifo);
            if (value.isEmpty()) {
                after.remove(name);
            } else {
                after.put(name, RedrivePolicies.isOne(name) ? RedrivePolicies.normal(name, value) : value);
            }
        });
        if (after.containsKey(KMS_KEY)) {
            if ("true".equals(given.get(MANAGED_SSE))) {
                throw new SqsError.InvalidAttributeValue(
                                "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE"
                                        + " or SQS SSE.")
                        .exception();
            }
            after.put(MANAGED_SSE, "false");
            after.putIfAbsent(KMS_REUSE, "300");
        }
        if ("perMessageGroupId".equals(after.get(THROUGHPUT_LIMIT))
                && !"messageGroup".equals(after.get(DEDUPLICATION_SCOPE))) {
            throw new SqsError.InvalidAttributeValue(
                            "The perMessageGroupId value for FifoThroughputLimit is allowed only when the value for"
                                    + " DeduplicationScope is messageGroup.")
                    .exception();
        }
        return after;
    }

    private static void check(String name, String value, boolean fifo) {
        Range range = RANGES.get(name);
        boolean valid = range != null
                ? range.has(value)
                : switch (name) {
                    case FIFO_QUEUE -> value.equals("true");
                    case CONTENT_BASED, MANAGED_SSE -> value.equals("true") || value.equals("false");
                    case DEDUPLICATION_SCOPE -> value.equals("queue") || value.equals("messageGroup");
                    case THROUGHPUT_LIMIT -> value.equals("perQueue") || value.equals("perMessageGroupId");
                    case POLICY -> value.isEmpty() || Permissions.isPolicy(value);
                    case REDRIVE_POLICY, REDRIVE_ALLOW_POLICY, KMS_KEY -> true;
                    default -> throw new SqsError.InvalidAttributeName(name).exception();
                };
        if (!fifo && FIFO_ONLY.contains(name)) {
            throw new SqsError.InvalidAttributeName(name).exception();
        }
        if (!valid || (value.isEmpty() && !REMOVABLE.contains(name))) {
            throw SqsError.InvalidAttributeValue.of(name).exception();
        }
    }

    /// The first attribute given that a queue has otherwise; null when it has them all.
    static @Nullable String difference(Map<String, String> queue, Map<String, String> given, boolean fifo) {
        Map<String, String> wanted = change(queue, given, fifo);
        for (String name : given.keySet()) {
            String has = queue.getOrDefault(name, "");
            String wants = wanted.getOrDefault(name, "");
            if (!has.equals(wants) && !RedrivePolicies.same(has, wants)) {
                return name;
            }
        }
        return null;
    }

    /// The attributes that a request asks for.
    ///
    /// @param names with `All` for all; null for none
    /// @throws dev.podium.aws.AwsException InvalidAttributeName
    static Set<String> wanted(@Nullable List<String> names, Set<String> queue) {
        Set<String> wanted = new LinkedHashSet<>();
        for (String name : names == null ? List.<String>of() : names) {
            if (name.equals("All")) {
                wanted.addAll(READ_ONLY);
                wanted.addAll(queue);
            } else if (READ_ONLY.contains(name) || isKnown(name)) {
                wanted.add(name);
            } else {
                throw new SqsError.InvalidAttributeName(name).exception();
            }
        }
        return wanted;
    }

    private static boolean isKnown(String name) {
        return RANGES.containsKey(name)
                || FIFO_ONLY.contains(name)
                || REMOVABLE.contains(name)
                || name.equals(MANAGED_SSE);
    }
}
