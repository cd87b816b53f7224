package dev.podium.lambda.invoke;

import org.jspecify.annotations.Nullable;

/// What a caller wants of a function.
///
/// @param requestId id of the invocation
/// @param payload JSON, at most 6 MiB
/// @param invokedArn the ARN with the qualifier that the caller gave
/// @param tail whether the last 4 KB of the log are wanted
/// @param clientContext JSON, or null
/// @param traceId the caller's X-Ray header, or null
public record InvocationRequest(
        String requestId,
        byte[] payload,
        String invokedArn,
        boolean tail,
        @Nullable String clientContext,
        @Nullable String traceId) {

    /// The same with another X-Ray header.
    InvocationRequest traced(String header) {
        return new InvocationRequest(requestId, payload, invokedArn, tail, clientContext, header);
    }
}
