package dev.podium.ecs;

import dev.podium.ecs.LoadBalancing.Health;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The ports of one task behind load balancers.
final class TaskTargets {
    /// AWS allows a deregistration delay of an hour.
    static final Duration LONGEST_DRAIN = Duration.ofHours(1);
    /// How often a draining target is looked at.
    static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private final List<TaskSpec.Target> targets;
    private final LoadBalancing balancing;
    private volatile @Nullable String ip;
    private volatile boolean deregistered;

    TaskTargets(List<TaskSpec.Target> targets, LoadBalancing balancing) {
        this.targets = targets;
        this.balancing = balancing;
    }

    /// Whether a target group concerns this task.
    boolean in(String targetGroupArn) {
        return targets.stream().anyMatch(t -> t.targetGroupArn().equals(targetGroupArn));
    }

    boolean registered() {
        return ip != null && !deregistered;
    }

    /// Adds the task's ports to their groups.
    void register(String address) {
        ip = address;
        targets.forEach(t -> balancing.register(t.targetGroupArn(), address, t.port()));
    }

    /// Goes on after a restart of the server.
    ///
    /// @param there whether the task still runs
    void resume(String address, boolean there) {
        if (there) {
            register(address);
        } else {
            ip = address;
        }
    }

    /// Has them drained.
    void deregister() {
        String address = ip;
        deregistered = true;
        if (address != null) {
            targets.forEach(t -> balancing.deregister(t.targetGroupArn(), address, t.port()));
        }
    }

    /// Whether requests under way may still come to an end.
    boolean draining() {
        return targets.stream().anyMatch(t -> health(t) == Health.DRAINING);
    }

    /// Whether all of them get requests; a task without any counts as healthy.
    boolean healthy() {
        return targets.stream().allMatch(t -> health(t) == Health.HEALTHY);
    }

    /// The group in which this task has failed its checks; null when in none.
    @Nullable
    String unhealthyIn() {
        return targets.stream()
                .filter(t -> health(t) == Health.UNHEALTHY)
                .map(TaskSpec.Target::targetGroupArn)
                .findFirst()
                .orElse(null);
    }

    private Health health(TaskSpec.Target target) {
        String address = ip;
        return address == null ? Health.INITIAL : balancing.health(target.targetGroupArn(), address, target.port());
    }
}
