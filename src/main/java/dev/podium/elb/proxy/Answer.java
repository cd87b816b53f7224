package dev.podium.elb.proxy;

import dev.podium.http.wire.WireHeaders;
import org.jspecify.annotations.Nullable;

/// What becomes of a request.
sealed interface Answer permits Answer.Local, TargetExchange, Answer.Gone {
    /// The load balancer answers by itself.
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Local(int status, @Nullable String reason, WireHeaders headers, byte[] body) implements Answer {}

    /// The client went away before there was an answer (AWS logs it as 460).
    record Gone() implements Answer {}
}
