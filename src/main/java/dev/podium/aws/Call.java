package dev.podium.aws;

import dev.podium.http.Request;
import org.jspecify.annotations.Nullable;

/// What a handler may know of the call besides its input.
///
/// @param operation   as the model names it
/// @param requestId   a UUID, also in the response's headers
/// @param request     as it came; its body is read already, except for a [RawOperation]
/// @param accessKeyId who signed it; null when it came unsigned
public record Call(
        Scope scope,
        String operation,
        String requestId,
        Request request,
        @Nullable String accessKeyId) {}
