package dev.podium.sqs;

/// A MessageDeduplicationId that a FIFO queue has seen lately.
///
/// @param key       the id, with its group where ids count by group
/// @param messageId of the first message with it
/// @param at        when that was sent, in milliseconds since the epoch
record StoredDeduplication(String key, String messageId, long sequence, long at) {}
