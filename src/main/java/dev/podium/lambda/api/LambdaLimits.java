package dev.podium.lambda.api;

import dev.podium.lambda.runtime.CodeLimits;

/// Limits that an operator may change.
///
/// @param zippedBytes of an uploaded archive
/// @param code of what is in it
/// @param environmentBytes of the variables as compact JSON
/// @param payloadBytes of a synchronous invocation
/// @param asyncPayloadBytes of an asynchronous invocation
public record LambdaLimits(
        long zippedBytes, CodeLimits code, int environmentBytes, int payloadBytes, int asyncPayloadBytes) {
    /// AWS's own.
    public static LambdaLimits defaults() {
        return new LambdaLimits(52_428_800, CodeLimits.defaults(), 4096, 6 * 1024 * 1024, 1024 * 1024);
    }
}
