package dev.podium.elb.proxy;

import dev.podium.http.wire.SocketLayer;
import dev.podium.http.wire.Watchdog;
import java.time.Duration;

/// How targets of a group are connected to.
///
/// @param layer TLS, or nothing
record Connector(ProxySettings settings, SocketLayer layer, Watchdog watchdog) {
    /// The longest that a target may be silent whatever the load balancer says; AWS's largest.
    static final Duration SILENCE = Duration.ofSeconds(4000);
}
