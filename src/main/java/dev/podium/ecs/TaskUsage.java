package dev.podium.ecs;

import java.util.Optional;

/// What a task's containers use of the machine, where the cluster tells.
@FunctionalInterface
public interface TaskUsage {
    /// For clusters that don't tell.
    TaskUsage UNKNOWN = (pod, container) -> Optional.empty();

    /// What a container uses.
    ///
    /// @param cpuNanos time that it has computed for
    /// @param machineNanos time that all processors have been up for
    /// @param memoryBytes its memory now
    /// @param peakBytes the most that it had
    /// @param processes how many processes it has
    record Usage(long cpuNanos, long machineNanos, long memoryBytes, long peakBytes, int processes) {}

    /// What a container uses now; nothing when it doesn't run, or the cluster doesn't tell.
    Optional<Usage> of(String pod, String container);
}
