package dev.podium.ecs;

import java.util.function.Consumer;

/// What services need of load balancers; the root connects it with those that are there.
public interface LoadBalancing {
    /// How a target fares.
    enum Health {
        /// Not judged yet.
        INITIAL,
        /// It gets requests.
        HEALTHY,
        /// It failed its health checks.
        UNHEALTHY,
        /// Deregistered, while requests under way may finish.
        DRAINING,
        /// Not registered, or its target group is in no use, or gone.
        GONE
    }

    /// Tells whether there is such a target group, whose targets are IP addresses.
    boolean exists(String targetGroupArn);

    /// Adds a target; one that is there already stays as it is.
    void register(String targetGroupArn, String ip, int port);

    /// Begins to drain a target, and removes it when the group's deregistration delay is over.
    void deregister(String targetGroupArn, String ip, int port);

    /// How a target fares now. A group that no listener uses has no health checks: its targets count as healthy.
    Health health(String targetGroupArn, String ip, int port);

    /// Has a listener told the ARN of each target group in which the health of a target changed, or in which
    /// one is
    /// gone. It does not block.
    void onChange(Consumer<String> listener);
}
