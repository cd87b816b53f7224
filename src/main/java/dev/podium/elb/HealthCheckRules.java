package dev.podium.elb;

import org.jspecify.annotations.Nullable;

/// Makes the health check of a target group out of a request, with AWS's defaults and AWS's refusals.
///
/// @param protocol of the group, null of functions
record HealthCheckRules(String targetType, @Nullable String protocol) {
    /// What a request says; null is unsaid.
    record Given(
            @Nullable Boolean enabled,
            @Nullable String protocol,
            @Nullable String port,
            @Nullable String path,
            @Nullable Integer intervalSeconds,
            @Nullable Integer timeoutSeconds,
            @Nullable Integer healthyThreshold,
            @Nullable Integer unhealthyThreshold,
            @Nullable Matcher matcher) {}

    /// The health check of a new group.
    HealthCheck make(Given given) {
        String checked = protocol == null
                ? null
                : given.protocol != null ? given.protocol : TargetGroups.forConnections(protocol) ? "TCP" : "HTTP";
        boolean tcp = "TCP".equals(checked);
        boolean network = TargetGroups.forConnections(protocol);
        int timeout = protocol == null ? 30 : !network ? 5 : "HTTP".equals(checked) ? 6 : 10;
        HealthCheck initial = new HealthCheck(
                protocol != null,
                checked,
                protocol == null ? null : HealthCheck.TRAFFIC_PORT,
                tcp ? null : "/",
                protocol == null ? 35 : 30,
                timeout,
                5,
                protocol == null ? 5 : 2,
                tcp ? null : network ? "200-399" : "200");
        return change(initial, given);
    }

    /// The health check after a change.
    HealthCheck change(HealthCheck before, Given given) {
        String checked = or(given.protocol, before.protocol());
        boolean tcp = "TCP".equals(checked);
        Matcher matcher = given.matcher;
        if (matcher != null && matcher.grpcCode() != null) {
            throw ElbError.unsupported("GrpcCode of a matcher");
        }
        if (tcp && matcher != null) {
            throw ElbError.configuration("Custom health check matchers are not supported for health checks for target"
                    + " groups with the TCP protocol");
        }
        if (tcp && given.path != null) {
            throw ElbError.configuration(
                    "A health check path is not supported for health checks with the TCP protocol");
        }
        String code = matcher == null ? before.matcher() : or(matcher.httpCode(), before.matcher());
        HealthCheck after = new HealthCheck(
                given.enabled == null ? before.enabled() : given.enabled,
                checked,
                or(given.port, before.port()),
                tcp ? null : or(given.path, before.path() == null ? "/" : before.path()),
                or(given.intervalSeconds, before.intervalSeconds()),
                or(given.timeoutSeconds, before.timeoutSeconds()),
                or(given.healthyThreshold, before.healthyThreshold()),
                or(given.unhealthyThreshold, before.unhealthyThreshold()),
                tcp ? null : code == null ? "200-399" : code);
        check(after);
        return after;
    }

    private void check(HealthCheck check) {
        if (protocol == null && check.protocol() != null) {
            throw ElbError.configuration(
                    "Health check protocol cannot be specified for target groups with target type 'lambda'");
        }
        if (protocol != null && !check.enabled()) {
            throw ElbError.validation(
                    "Health check enabled must be true for target groups with target type '" + targetType + "'");
        }
        checkProtocol(check.protocol());
        checkPort(check.port());
        if (check.path() != null && !check.path().startsWith("/")) {
            throw ElbError.validation("Health check path '" + check.path() + "' must begin with '/'");
        }
        if (check.timeoutSeconds() >= check.intervalSeconds()) {
            throw ElbError.validation("Health check interval must be greater than the timeout.");
        }
        if (check.matcher() != null) {
            checkMatcher(check.matcher(), TargetGroups.forConnections(protocol) ? 599 : 499);
        }
    }

    private void checkProtocol(@Nullable String checked) {
        if (checked == null) {
            return;
        }
        if (!checked.equals("HTTP") && !checked.equals("HTTPS") && !checked.equals("TCP")) {
            throw ElbError.configuration(
                    "The health check protocol '" + checked + "' must be one of 'HTTP, HTTPS, TCP'");
        }
        if (checked.equals("TCP") && !TargetGroups.forConnections(protocol)) {
            throw ElbError.configuration("The health check protocol 'TCP' is not supported for target groups with the"
                    + " protocol '" + protocol + "'");
        }
    }

    private void checkPort(@Nullable String port) {
        if (port == null) {
            return;
        }
        if (protocol == null) {
            throw ElbError.configuration(
                    "Health check port cannot be specified for target groups with target type 'lambda'");
        }
        if (!port.equals(HealthCheck.TRAFFIC_PORT) && !ActionRules.isPort(port)) {
            throw ElbError.validation("Health check port '" + port
                    + "' must be either 'traffic-port' or in the inclusive range '1-65535'");
        }
    }

    private static void checkMatcher(String codes, int most) {
        for (String part : codes.split(",", -1)) {
            String[] ends = part.strip().split("-", -1);
            for (String end : ends) {
                boolean fits = end.matches("\\d{3}") && Integer.parseInt(end) >= 200 && Integer.parseInt(end) <= most;
                if (!fits || ends.length > 2) {
                    throw ElbError.validation("Health check matcher HTTP code '" + codes + "' must be within '200-"
                            + most + "' inclusive");
                }
            }
        }
    }

    private static <T extends @Nullable Object> T or(@Nullable T given, T before) {
        return given == null ? before : given;
    }
}
