package dev.podium.elb.proxy;

import dev.podium.elb.proxy.TargetHealth.State;
import org.jspecify.annotations.Nullable;

/// A target's health as its checks go.
///
/// @param good consecutive good checks
/// @param bad  consecutive bad ones
record Health(
        State state, @Nullable String reason, @Nullable String description, int good, int bad) {
    static final Health REGISTERING =
            of(State.INITIAL, "Elb.RegistrationInProgress", "Target registration is in progress");
    static final Health DRAINING =
            of(State.DRAINING, "Target.DeregistrationInProgress", "Target deregistration is in progress");
    static final Health NOT_IN_USE = of(
            State.UNUSED,
            "Target.NotInUse",
            "Target group is not configured to receive traffic from the load balancer");
    static final Health NO_ADDRESS = of(State.UNUSED, "Target.InvalidState", "Target is in the stopped state");
    static final Health NOT_CHECKED =
            of(State.UNAVAILABLE, "Target.HealthCheckDisabled", "Health checks are not enabled for this target");

    private static Health of(State state, String reason, String description) {
        return new Health(state, reason, description, 0, 0);
    }

    /// Whether it gets requests.
    boolean isRoutable() {
        return state == State.HEALTHY || state == State.UNAVAILABLE;
    }

    /// The health after one more check. The first good one makes a new target healthy.
    Health after(Probe.Result result, TargetGroup.HealthCheck check) {
        return switch (result) {
            case Probe.Result.Good g -> good(check);
            case Probe.Result.Mismatch m ->
                bad(
                        check,
                        "Target.ResponseCodeMismatch",
                        "Health checks failed with these codes: [" + m.status() + "]");
            case Probe.Result.Late l -> bad(check, "Target.Timeout", "Request timed out");
            case Probe.Result.Failed f -> bad(check, "Target.FailedHealthChecks", "Health checks failed");
        };
    }

    private Health good(TargetGroup.HealthCheck check) {
        int count = Math.min(good + 1, 1000);
        boolean well = state == State.INITIAL || state == State.HEALTHY || count >= check.healthyThreshold();
        return well
                ? new Health(State.HEALTHY, null, null, count, 0)
                : new Health(state, reason, description, count, 0);
    }

    private Health bad(TargetGroup.HealthCheck check, String why, String text) {
        int count = Math.min(bad + 1, 1000);
        if (state == State.UNHEALTHY || count >= check.unhealthyThreshold()) {
            return new Health(State.UNHEALTHY, why, text, 0, count);
        }
        return state == State.HEALTHY
                ? new Health(state, null, null, 0, count)
                : new Health(State.INITIAL, "Elb.InitialHealthChecking", "Initial health checks in progress", 0, count);
    }
}
