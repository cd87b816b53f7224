package dev.podium.lambda.invoke;

import org.jspecify.annotations.Nullable;

/// How an invocation ended, as the API shows it.
///
/// @param payload what the function answered, or the error as JSON
/// @param functionError `Unhandled`, or null when the function answered
/// @param executedVersion `$LATEST` or a number
/// @param logTail the last 4 KB of the log, when it was asked for
public record InvocationResult(
        byte[] payload,
        @Nullable String functionError,
        String executedVersion,
        @Nullable String logTail) implements InvocationAnswer {}
