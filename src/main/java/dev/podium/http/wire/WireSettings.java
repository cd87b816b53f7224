package dev.podium.http.wire;

import java.net.InetSocketAddress;
import java.time.Duration;

/// Settings of a server.
///
/// @param name goes into the names of its threads
/// @param listen address to listen on; port 0 takes a free one
/// @param maxConnections further ones are closed at once
/// @param maxHeadBytes request line and header fields together
/// @param maxHeaders fields in a head, or in trailers
/// @param maxBodyBytes of a request; more makes the body throw a [BadMessage] of status 413
/// @param headTimeout from the connection to the first byte, and from a head's first byte to its last
/// @param bodyTimeout how long a body may be silent while it is read; zero without limit
/// @param idleTimeout how long a connection may be silent between two requests; zero without limit
public record WireSettings(
        String name,
        InetSocketAddress listen,
        int maxConnections,
        int maxHeadBytes,
        int maxHeaders,
        long maxBodyBytes,
        Duration headTimeout,
        Duration bodyTimeout,
        Duration idleTimeout) {
    /// 10,000 connections, heads of 64 kB and 200 fields, bodies of 64 MiB; 10 s for a head, 30 s of silence
    /// in a body, no limit between requests.
    public static WireSettings defaults(String name, InetSocketAddress listen) {
        return new WireSettings(
                name,
                listen,
                10_000,
                64 << 10,
                200,
                64L << 20,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ZERO);
    }
}
