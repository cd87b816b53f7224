package dev.podium.sqs;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A message on its way into a queue; it has passed [MessageRules].
///
/// @param delaySeconds  null for the queue's own
/// @param group         null in most standard queues
/// @param deduplication never null in a FIFO queue
record Outgoing(
        String body,
        Map<String, MessageAttribute> attributes,
        @Nullable String traceHeader,
        @Nullable Integer delaySeconds,
        @Nullable String group,
        @Nullable String deduplication) {
    /// What became of it.
    ///
    /// @param sequence of the message, or of the first one with the same deduplication id
    record Sent(String messageId, long sequence) {}
}
