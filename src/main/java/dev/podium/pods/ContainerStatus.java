package dev.podium.pods;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/// One container of a pod, as the kubelet reports it.
///
/// @param name the container's name
/// @param phase whether it waits, runs or has ended
/// @param ready whether its readiness probe, if any, succeeds
/// @param restarts how often it was started again
/// @param imageId digest of its image, or empty
/// @param reason Kubernetes' reason for waiting or ending, such as `ImagePullBackOff` or `OOMKilled`, or empty
/// @param message what Kubernetes adds to the reason, or empty
/// @param exitCode once it has ended; of one that was started again, how it ended before
/// @param startedAt once it runs
/// @param finishedAt once it has ended
///
/// @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-states">Container
/// states</a>
public record ContainerStatus(
        String name,
        Phase phase,
        boolean ready,
        int restarts,
        String imageId,
        String reason,
        String message,
        @Nullable Integer exitCode,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt) {
    /// The states of a container.
    public enum Phase {
        /// Not started yet, or between two starts.
        WAITING,
        /// Its process runs.
        RUNNING,
        /// Its process has ended.
        TERMINATED
    }

    static ContainerStatus of(JsonNode container) {
        JsonNode state = container.path("state");
        Phase phase = state.has("running") ? Phase.RUNNING : state.has("terminated") ? Phase.TERMINATED : Phase.WAITING;
        JsonNode now = switch (phase) {
            case RUNNING -> state.path("running");
            case TERMINATED -> state.path("terminated");
            case WAITING -> state.path("waiting");
        };
        return new ContainerStatus(
                container.path("name").asText(),
                phase,
                container.path("ready").asBoolean(),
                container.path("restartCount").asInt(),
                container.path("imageID").asText(""),
                now.path("reason").asText(""),
                now.path("message").asText(""),
                exitCode(
                        phase == Phase.TERMINATED
                                ? now
                                : container.path("lastState").path("terminated")),
                time(now.path("startedAt")),
                time(now.path("finishedAt")));
    }

    private static @Nullable Integer exitCode(JsonNode terminated) {
        return terminated.has("exitCode")
                ? (Integer) terminated.path("exitCode").asInt()
                : null;
    }

    private static @Nullable Instant time(JsonNode text) {
        try {
            return text.isTextual() ? Instant.parse(text.asText()) : null;
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
