package dev.podium.lambda.runtime;

import org.jspecify.annotations.Nullable;

/// One invocation as the function sees it.
///
/// @param requestId the invocation's id, a UUID
/// @param payload the event, JSON, at most 6 MiB; never copied or changed
/// @param invokedFunctionArn ARN with the qualifier that the caller gave
/// @param deadlineEpochMillis when the function's time is over
/// @param traceId value of `X-Amzn-Trace-Id`, if any
/// @param clientContext the client context as JSON text (decoded from the caller's base64), if any
/// @param cognitoIdentity the Cognito identity as JSON text, if any
/// @param tenantId the tenant of a multi-tenant function, if any
@SuppressWarnings("ArrayRecordComponent") // payloads are passed on, never compared
public record Event(
        String requestId,
        byte[] payload,
        String invokedFunctionArn,
        long deadlineEpochMillis,
        @Nullable String traceId,
        @Nullable String clientContext,
        @Nullable String cognitoIdentity,
        @Nullable String tenantId) {
    /// Makes an event without any of the optional members.
    public static Event of(String requestId, byte[] payload, String invokedFunctionArn, long deadlineEpochMillis) {
        return new Event(requestId, payload, invokedFunctionArn, deadlineEpochMillis, null, null, null, null);
    }
}
