package dev.podium.sqs;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What SQS itself says of a message.
final class SystemAttributes {
    private static final Set<String> NAMES = Set.of(
            "SenderId",
            "SentTimestamp",
            "ApproximateReceiveCount",
            "ApproximateFirstReceiveTimestamp",
            "SequenceNumber",
            "MessageDeduplicationId",
            "MessageGroupId",
            "AWSTraceHeader",
            "DeadLetterQueueSourceArn");

    private SystemAttributes() {}

    /// All attributes of a message that was received.
    static SequencedMap<String, String> of(Received received) {
        StoredMessage message = received.message();
        SequencedMap<String, String> all = new LinkedHashMap<>();
        all.put("SenderId", received.content().sender());
        all.put("ApproximateFirstReceiveTimestamp", String.valueOf(message.firstReceived()));
        all.put("ApproximateReceiveCount", String.valueOf(message.receives()));
        all.put("SentTimestamp", String.valueOf(message.sent()));
        put(all, "MessageGroupId", message.group());
        put(all, "AWSTraceHeader", received.content().traceHeader());
        put(all, "DeadLetterQueueSourceArn", message.source());
        if (message.deduplication() != null) {
            all.put("MessageDeduplicationId", message.deduplication());
            all.put("SequenceNumber", sequenceNumber(received.sequence()));
        }
        return all;
    }

    /// A sequence as FIFO queues show it: 20 digits.
    static String sequenceNumber(long sequence) {
        return String.format(Locale.ROOT, "1%019d", sequence);
    }

    /// The names that a receive asks for.
    ///
    /// @return null for all
    /// @throws dev.podium.aws.AwsException InvalidAttributeName
    static @Nullable Set<String> wanted(@Nullable List<String> first, @Nullable List<String> second) {
        Set<String> wanted = new TreeSet<>();
        wanted.addAll(first == null ? List.of() : first);
        wanted.addAll(second == null ? List.of() : second);
        for (String name : wanted) {
            if (!name.equals("All") && !NAMES.contains(name)) {
                throw new SqsError.InvalidAttributeName(name).exception();
            }
        }
        return wanted.contains("All") ? null : wanted;
    }

    private static void put(SequencedMap<String, String> all, String name, @Nullable String value) {
        if (value != null) {
            all.put(name, value);
        }
    }
}
