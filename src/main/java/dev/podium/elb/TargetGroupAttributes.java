package dev.podium.elb;

import dev.podium.elb.AttributeTable.Known;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The attributes of target groups.
///
/// @see <a href="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html">
/// TargetGroupAttribute</a>
final class TargetGroupAttributes {
    static final String DEREGISTRATION_DELAY = "deregistration_delay.timeout_seconds";
    static final String ALGORITHM = "load_balancing.algorithm.type";
    static final String SLOW_START = "slow_start.duration_seconds";
    static final String STICKINESS = "stickiness.enabled";
    static final String STICKINESS_TYPE = "stickiness.type";
    static final String COOKIE_SECONDS = "stickiness.lb_cookie.duration_seconds";
    static final String APP_COOKIE = "stickiness.app_cookie.cookie_name";
    static final String APP_COOKIE_SECONDS = "stickiness.app_cookie.duration_seconds";
    static final String MULTI_VALUE = "lambda.multi_value_headers.enabled";
    static final String MINIMUM_COUNT = "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count";
    static final String MINIMUM_PERCENT =
            "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage";
    static final String UNHEALTHY_TERMINATION = "target_health_state.unhealthy.connection_termination.enabled";
    static final String PROXY_PROTOCOL = "proxy_protocol_v2.enabled";
    static final String CONNECTION_TERMINATION = "deregistration_delay.connection_termination.enabled";

    private static final String PRESERVE_IP = "preserve_client_ip.enabled";
    private static final String ZONES = "use_load_balancer_configuration";
    private static final int WEEK = 604_800;
    private static final int DAY = 86_400;

    private static final List<Known> HEALTH = List.of(
            Known.number(MINIMUM_COUNT, 1, 1, 1000),
            Known.numberOr(MINIMUM_PERCENT, "off", "off", 1, 100),
            Known.numberOr("target_group_health.dns_failover.minimum_healthy_targets.count", "1", "off", 1, 1000),
            Known.numberOr("target_group_health.dns_failover.minimum_healthy_targets.percentage", "off", "off", 1, 100),
            Known.oneOf("load_balancing.cross_zone.enabled", ZONES, "true", "false", ZONES));

    private static final List<Known> HTTP = Stream.concat(
                    HEALTH.stream(),
                    Stream.of(
                            Known.number(DEREGISTRATION_DELAY, 300, 0, 3600),
                            Known.flag(STICKINESS, false),
                            Known.oneOf(STICKINESS_TYPE, "lb_cookie", "lb_cookie", "app_cookie"),
                            Known.number(COOKIE_SECONDS, DAY, 1, WEEK),
                            Known.text(APP_COOKIE, ""),
                            Known.number(APP_COOKIE_SECONDS, DAY, 1, WEEK),
                            Known.numberOr(SLOW_START, "0", "0", 30, 900),
                            Known.oneOf(
                                    ALGORITHM,
                                    "round_robin",
                                    "round_robin",
                                    "least_outstanding_requests",
                                    "weighted_random"),
                            Known.oneOf("load_balancing.algorithm.anomaly_mitigation", "off", "on", "off")))
            .toList();

    private static final List<Known> LAMBDA = Stream.concat(HEALTH.stream(), Stream.of(Known.flag(MULTI_VALUE, false)))
            .toList();

    private TargetGroupAttributes() {}

    /// Those of a target group.
    ///
    /// @param protocol null of functions
    static AttributeTable of(String targetType, @org.jspecify.annotations.Nullable String protocol) {
        List<Known> tcp = tcp(targetType);
        List<Known> known = protocol == null ? LAMBDA : TargetGroups.forConnections(protocol) ? tcp : HTTP;
        return new AttributeTable(
                "Target group",
                protocol == null
                        ? "target groups with target type 'lambda'"
                        : "target groups with protocol '" + protocol + "'",
                Stream.of(HTTP, LAMBDA, tcp)
                        .flatMap(List::stream)
                        .map(Known::key)
                        .toList(),
                known);
    }

    private static List<Known> tcp(String targetType) {
        return Stream.concat(
                        HEALTH.stream(),
                        Stream.of(
                                Known.number(DEREGISTRATION_DELAY, 300, 0, 3600),
                                Known.flag(CONNECTION_TERMINATION, false),
                                Known.flag(PRESERVE_IP, targetType.equals("instance")),
                                Known.flag(PROXY_PROTOCOL, false),
                                Known.flag(STICKINESS, false),
                                Known.oneOf(STICKINESS_TYPE, "source_ip", "source_ip"),
                                Known.flag(UNHEALTHY_TERMINATION, true),
                                Known.number("target_health_state.unhealthy.draining_interval_seconds", 0, 0, 360_000)))
                .toList();
    }

    /// Checks what concerns several attributes.
    static void check(Map<String, String> values) {
        String cookie = values.getOrDefault(APP_COOKIE, "");
        if ("app_cookie".equals(values.get(STICKINESS_TYPE)) && cookie.isEmpty()) {
            throw ElbError.configuration("The attribute '" + APP_COOKIE + "' must be specified when '" + STICKINESS_TYPE
                    + "' is app_cookie");
        }
        if (cookie.startsWith("AWSALB")) {
            throw ElbError.configuration("The cookie name '" + cookie + "' is reserved: AWSALB, AWSALBAPP and AWSALBTG"
                    + " can't begin the name of an application cookie");
        }
        if (!values.getOrDefault(SLOW_START, "0").equals("0") && !"round_robin".equals(values.get(ALGORITHM))) {
            throw ElbError.configuration(
                    "Slow start is not possible with the load balancing algorithm " + values.get(ALGORITHM));
        }
    }
}
