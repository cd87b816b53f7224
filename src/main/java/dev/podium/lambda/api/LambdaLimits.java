package dev.podium.lambda.api;

import dev.podium.lambda.FunctionSettings;
import dev.podium.lambda.runtime.CodeLimits;

/// Limits that an operator may change.
///
/// @param zippedBytes of an uploaded archive
/// @param code of what is in it
/// @param environmentBytes of the variables as compact JSON
/// @param payloadBytes of a synchronous invocation
/// @param asyncPayloadBytes of an asynchronous invocation
/// @param defaultTimeout    seconds, of functions that are created without one
public record LambdaLimits(
        long zippedBytes,
        CodeLimits code,
        int environmentBytes,
        int payloadBytes,
        int asyncPayloadBytes,
        int defaultTimeout) {
    private static final long AWS_BODY = 70_167_211;
    private static final long BESIDE_THE_CODE = 262_143;

    /// Bytes of a request: an archive in base64 and 256 KiB for the rest, at least what AWS takes.
    public long bodyBytes() {
        return Math.max(AWS_BODY, (zippedBytes + 2) / 3 * 4 + BESIDE_THE_CODE);
    }

    /// AWS's own.
    public static LambdaLimits defaults() {
        return new LambdaLimits(
                52_428_800,
                CodeLimits.defaults(),
                4096,
                6 * 1024 * 1024,
                1024 * 1024,
                FunctionSettings.DEFAULT_TIMEOUT);
    }
}
