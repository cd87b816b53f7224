package dev.podium.kube.embedded;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The state of a container, as its status shows it.
///
/// @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-states">Container
/// states</a>
sealed interface ContainerState {
    /// Not running yet, or not again yet.
    record Waiting(String reason, String message) implements ContainerState {}

    /// Its first process runs.
    record Running(Instant startedAt) implements ContainerState {}

    /// It has ended; `startedAt` is null when it never began.
    record Terminated(
            int exitCode,
            String reason,
            String message,
            @Nullable Instant startedAt,
            Instant finishedAt) implements ContainerState {}
}
