package dev.podium.lambda.invoke;

/// A message about a done event that its target has not taken yet.
///
/// @param account of the function
/// @param region of the function
/// @param source bare name of the function
/// @param target ARN
/// @param deadLetter whether the target is the function's dead-letter queue
/// @param message what the target gets
/// @param requestId of the event
/// @param untilMillis when to give up, in epoch milliseconds
record Delivery(
        String account,
        String region,
        String source,
        String target,
        boolean deadLetter,
        Targets.Message message,
        String requestId,
        long untilMillis) {}
