package dev.podium.elb;

import org.jspecify.annotations.Nullable;

/// How the targets of a group are checked.
///
/// @param protocol null of a group of functions
/// @param port     a number or `traffic-port`; null of a group of functions
/// @param path     null of a check by TCP
/// @param matcher  null of a check by TCP
record HealthCheck(
        boolean enabled,
        @Nullable String protocol,
        @Nullable String port,
        @Nullable String path,
        int intervalSeconds,
        int timeoutSeconds,
        int healthyThreshold,
        int unhealthyThreshold,
        @Nullable String matcher) {
    static final String TRAFFIC_PORT = "traffic-port";
}
