package dev.podium.elb.proxy;

import org.jspecify.annotations.Nullable;

/// How a target is, as `DescribeTargetHealth` tells it.
///
/// @param target      the target
/// @param checkPort   the port that is checked
/// @param reason      AWS's code, null if there is none, as for a healthy target
/// @param description AWS's text, null exactly if the reason is
public record TargetHealth(
        TargetGroup.Target target,
        int checkPort,
        State state,
        @Nullable String reason,
        @Nullable String description) {
    /// A target's state.
    public enum State {
        /// Being registered, or checked for the first time.
        INITIAL,
        /// Gets requests.
        HEALTHY,
        /// Gets none, unless there are too few healthy ones.
        UNHEALTHY,
        /// Not checked: no load balancer uses the group, or the target has no address.
        UNUSED,
        /// Deregistered, with requests in progress.
        DRAINING,
        /// Health checks are switched off.
        UNAVAILABLE;

        /// As the API names it.
        public String code() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
