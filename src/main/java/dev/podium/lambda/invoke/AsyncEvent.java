package dev.podium.lambda.invoke;

import dev.podium.aws.Scope;
import dev.podium.lambda.FunctionName;
import org.jspecify.annotations.Nullable;

/// An asynchronous invocation that was accepted and is not done yet.
///
/// @param account of the function
/// @param region of the function
/// @param function its bare name
/// @param qualifier version or alias as the caller named it, or null
/// @param requestId which the caller got
/// @param payload JSON, at most 1 MiB
/// @param clientContext JSON, or null
/// @param traceId X-Ray header
/// @param acceptedMillis when it was accepted, in epoch milliseconds
/// @param attempts how often the function has run for it
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record AsyncEvent(
        String account,
        String region,
        String function,
        @Nullable String qualifier,
        String requestId,
        byte[] payload,
        @Nullable String clientContext,
        String traceId,
        long acceptedMillis,
        int attempts) {

    /// The function as the caller named it.
    FunctionName name() {
        return new FunctionName(new Scope(account, region), function, qualifier);
    }

    /// The same after one more attempt.
    AsyncEvent tried() {
        return new AsyncEvent(
                account,
                region,
                function,
                qualifier,
                requestId,
                payload,
                clientContext,
                traceId,
                acceptedMillis,
                attempts + 1);
    }
}
