package dev.podium.kube.embedded;

/// What a container's processes use, as far as this machine tells.
///
/// @param cpuNanos time that they, and their children that have ended, have computed for
/// @param machineNanos time that all of the machine's processors have been up for, to compare that with
/// @param memoryBytes memory that is theirs now
/// @param peakBytes the most that one of them, or now all of them together, had
/// @param processes how many there are
public record ContainerUsage(long cpuNanos, long machineNanos, long memoryBytes, long peakBytes, int processes) {}
