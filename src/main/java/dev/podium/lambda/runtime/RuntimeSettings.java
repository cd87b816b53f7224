package dev.podium.lambda.runtime;

import java.net.InetSocketAddress;
import java.time.Duration;

/// Settings of the runtime port.
///
/// @param listen address to listen on; port 0 takes a free one
/// @param maxConnections connections at a time, over all pods
/// @param maxResponseBytes the largest answer of a function; AWS allows 6,291,556
/// @param reconnectGrace how long a runtime that is known to keep its connection may be away during an
///     invocation before it counts as lost
public record RuntimeSettings(
        InetSocketAddress listen, int maxConnections, int maxResponseBytes, Duration reconnectGrace) {
    /// The settings that Podium runs with.
    public static RuntimeSettings defaults(InetSocketAddress listen) {
        // So long may the start script take on a busy node to tell how the runtime ended, which is the better answer.
        return new RuntimeSettings(listen, 20_000, 6_291_556, Duration.ofSeconds(3));
    }

    /// The same with another limit of answers.
    public RuntimeSettings withMaxResponseBytes(int bytes) {
        return new RuntimeSettings(listen, maxConnections, bytes, reconnectGrace);
    }
}
