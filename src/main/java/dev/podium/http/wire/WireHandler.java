package dev.podium.http.wire;

import java.io.IOException;

/// What a server does with its requests.
@FunctionalInterface
public interface WireHandler {
    /// Handles a request, on the thread of its connection.
    ///
    /// It answers through the exchange, or keeps the exchange and returns: the request is then
    /// parked, any thread may answer it later, and [WireExchange#onDisconnect] tells when the
    /// client went away. A [BadMessage] from reading the body may be passed on: it is answered
    /// with its status. Any other exception is answered with 500, if possible.
    void handle(WireExchange exchange) throws IOException, InterruptedException;

    /// What to answer to a message that breaks the rules or the limits.
    ///
    /// @param status 400, 408, 413, 431 and so on
    default Refusal refusal(int status) {
        return new Refusal(status, WireHeaders.empty(), new byte[0]);
    }

    /// An answer that the server gives on its own.
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Refusal(int status, WireHeaders headers, byte[] body) {}
}
