package dev.podium.sqs;

import org.jspecify.annotations.Nullable;

/// What changes of a message, and what its queue needs to know of it; small, since it is written with every
/// receive. Its text is a [Content].
///
/// @param sent            in milliseconds since the epoch, as all times here
/// @param available       when it is to be received next
/// @param receives        how often it was received, from all queues
/// @param receivesBefore  how often before it came to this queue
/// @param firstReceived   0 before that
/// @param lastReceived    0 before that
/// @param group           its MessageGroupId
/// @param deduplication   its MessageDeduplicationId
/// @param source          ARN of the queue that gave it up
record StoredMessage(
        String messageId,
        long sent,
        long available,
        int receives,
        int receivesBefore,
        long firstReceived,
        long lastReceived,
        @Nullable String group,
        @Nullable String deduplication,
        @Nullable String source) {}
