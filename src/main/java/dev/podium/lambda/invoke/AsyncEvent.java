package dev.podium.lambda.invoke;

import org.jspecify.annotations.Nullable;

/// An asynchronous invocation that was accepted and has not run yet.
///
/// @param account of the function
/// @param region of the function
/// @param function its bare name
/// @param invokedArn as the caller named it
/// @param requestId which the caller got
/// @param payload JSON, at most 1 MiB
/// @param clientContext JSON, or null
/// @param traceId X-Ray header, or null
record AsyncEvent(
        String account,
        String region,
        String function,
        String invokedArn,
        String requestId,
        byte[] payload,
        @Nullable String clientContext,
        @Nullable String traceId) {}
