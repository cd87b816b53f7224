package dev.podium.elb.proxy;

import java.time.Duration;

/// Settings that no attribute of a load balancer has.
///
/// @param maxConnections of clients, per listener
/// @param connectTimeout to a target; AWS's is 10 s
/// @param maxIdle        connections kept for reuse, per target
/// @param keepIdle       how long one is kept
public record ProxySettings(int maxConnections, Duration connectTimeout, int maxIdle, Duration keepIdle) {
    /// 10,000 connections, 10 s to connect, 256 connections kept for a minute.
    public static ProxySettings defaults() {
        return new ProxySettings(10_000, Duration.ofSeconds(10), 256, Duration.ofMinutes(1));
    }
}
