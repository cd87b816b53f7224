package dev.podium.sqs;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How to receive.
///
/// @param max        1 to 10 messages
/// @param visibility null for the queue's own
/// @param waitTime       for a first message; null for the queue's own
/// @param attemptId  ReceiveRequestAttemptId, or null
record Receive(
        int max,
        @Nullable Duration visibility,
        @Nullable Duration waitTime,
        @Nullable String attemptId) {}
