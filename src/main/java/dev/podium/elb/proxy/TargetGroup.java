package dev.podium.elb.proxy;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A target group as it is wanted at the moment. A change is another snapshot under the same ARN:
/// a target that is new in it is checked before it gets requests, one that is missing is drained.
///
/// @param arn     what [LoadBalancers] keeps it by
/// @param targets the registered ones, without repetition
public record TargetGroup(
        String arn,
        String name,
        Protocol protocol,
        HealthCheck healthCheck,
        Attributes attributes,
        List<Target> targets) {
    /// Copies the list.
    public TargetGroup {
        targets = List.copyOf(targets);
    }

    /// What its targets speak.
    public enum Protocol {
        /// HTTP/1.1 in clear.
        HTTP,
        /// HTTP/1.1 over TLS; certificates are not checked, as with AWS.
        HTTPS,
        /// Bytes.
        TCP,
        /// Bytes over TLS; certificates are not checked.
        TLS,
        /// Its one target is a Lambda function.
        LAMBDA;

        boolean connections() {
            return this == TCP || this == TLS;
        }
    }

    /// Something that requests go to.
    ///
    /// @param id      as registered: an IP address, an instance's id or a function's ARN
    /// @param port    as registered; 0 for a function
    /// @param address the IP address to connect to; null while there is none, for instance
    ///     because the instance is stopped, and for a function
    public record Target(String id, int port, @Nullable String address) {}

    /// How targets are chosen (`load_balancing.algorithm.type`).
    public enum Algorithm {
        /// One after the other.
        ROUND_ROBIN,
        /// The one with the fewest requests in progress.
        LEAST_OUTSTANDING_REQUESTS,
        /// At random.
        WEIGHTED_RANDOM
    }

    /// How a client stays with its target.
    public sealed interface Stickiness {
        /// Not at all.
        record None() implements Stickiness {}

        /// By our cookie `AWSALB` (`lb_cookie`).
        record LoadBalancerCookie(Duration duration) implements Stickiness {}

        /// By a cookie of the application's (`app_cookie`), and ours, `AWSALBAPP-0`.
        record ApplicationCookie(String name, Duration duration) implements Stickiness {}

        /// By the client's address (`source_ip`; TCP and TLS only).
        record SourceAddress() implements Stickiness {}
    }

    /// The attributes that have an effect.
    ///
    /// @param deregistrationDelay  how long requests in progress may go on
    /// @param terminateConnections `deregistration_delay.connection_termination.enabled`: whether
    ///     connections end with that delay (TCP, TLS)
    /// @param terminateUnhealthy
    ///     `target_health_state.unhealthy.connection_termination.enabled`: whether connections
    ///     end when their target becomes unhealthy (TCP, TLS)
    /// @param slowStart            zero for none
    /// @param minimumHealthyCount  fewer healthy targets let all of them have requests
    ///     (`target_group_health.unhealthy_state_routing.minimum_healthy_targets.count`)
    /// @param minimumHealthyPercent the same in percent; 0 for `off`
    /// @param multiValueHeaders    `lambda.multi_value_headers.enabled`
    /// @param proxyProtocol        `proxy_protocol_v2.enabled` (TCP, TLS)
    public record Attributes(
            Algorithm algorithm,
            Stickiness stickiness,
            Duration deregistrationDelay,
            boolean terminateConnections,
            boolean terminateUnhealthy,
            Duration slowStart,
            int minimumHealthyCount,
            int minimumHealthyPercent,
            boolean multiValueHeaders,
            boolean proxyProtocol) {
        /// AWS's defaults.
        public static Attributes defaults() {
            return new Attributes(
                    Algorithm.ROUND_ROBIN,
                    new Stickiness.None(),
                    Duration.ofMinutes(5),
                    false,
                    true,
                    Duration.ZERO,
                    1,
                    0,
                    false,
                    false);
        }
    }

    /// How targets are checked.
    ///
    /// @param enabled            false only for functions
    /// @param protocol           HTTP, HTTPS or TCP
    /// @param port               0 for the port that traffic goes to
    /// @param path               of HTTP and HTTPS checks
    /// @param matcher            good status codes: `200`, `200,202` or `200-299`
    public record HealthCheck(
            boolean enabled,
            Protocol protocol,
            int port,
            String path,
            String matcher,
            Duration interval,
            Duration timeout,
            int healthyThreshold,
            int unhealthyThreshold) {
        /// AWS's defaults for an application load balancer.
        public static HealthCheck defaults() {
            return new HealthCheck(
                    true, Protocol.HTTP, 0, "/", "200", Duration.ofSeconds(30), Duration.ofSeconds(5), 5, 2);
        }
    }
}
