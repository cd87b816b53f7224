package dev.podium.pods;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What Podium keeps of a pod's status.
///
/// @param name the pod's name
/// @param phase `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`
/// @param ip the pod's address once it has one
/// @param running whether the first container runs
/// @param containers the kubelet's report of each container, empty before there is one
/// @param initContainers likewise, of those that run before the others or beside them
/// @param trouble what keeps the pod from running, or ended it
///
/// @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/">Pod lifecycle</a>
public record PodState(
        String name,
        String phase,
        @Nullable String ip,
        boolean running,
        List<ContainerStatus> containers,
        List<ContainerStatus> initContainers,
        @Nullable PodTrouble trouble) {
    /// Reads a pod as Kubernetes shows it.
    public static PodState of(JsonNode pod) {
        JsonNode status = pod.path("status");
        String ip = status.path("podIP").asText("");
        List<ContainerStatus> containers = containers(status.path("containerStatuses"));
        return new PodState(
                pod.path("metadata").path("name").asText(),
                status.path("phase").asText("Pending"),
                ip.isEmpty() ? null : ip,
                !containers.isEmpty() && containers.getFirst().phase() == ContainerStatus.Phase.RUNNING,
                containers,
                containers(status.path("initContainerStatuses")),
                trouble(pod).orElse(null));
    }

    private static List<ContainerStatus> containers(JsonNode statuses) {
        List<ContainerStatus> containers = new ArrayList<>();
        statuses.forEach(container -> containers.add(ContainerStatus.of(container)));
        return List.copyOf(containers);
    }

    private static Optional<PodTrouble> trouble(JsonNode pod) {
        JsonNode status = pod.path("status");
        if (status.path("reason").asText().equals("Evicted")) {
            return Optional.of(new PodTrouble.Evicted(status.path("message").asText("evicted")));
        }
        boolean deleted = pod.path("metadata").has("deletionTimestamp");
        // Drained, preempted or tainted away: the condition says by whom.
        String disruption = message(status, "DisruptionTarget", "True");
        if (deleted && disruption != null) {
            return Optional.of(new PodTrouble.Evicted(disruption));
        }
        for (String group : new String[] {"initContainerStatuses", "containerStatuses"}) {
            for (JsonNode container : status.path(group)) {
                Optional<PodTrouble> trouble = ofContainer(container, group.startsWith("init"));
                if (trouble.isPresent()) {
                    return trouble;
                }
            }
        }
        if (deleted) {
            return Optional.of(new PodTrouble.Deleted());
        }
        if (status.path("phase").asText().equals("Failed")) {
            return Optional.of(new PodTrouble.Evicted(status.path("reason").asText("Failed") + ": "
                    + status.path("message").asText("no message")));
        }
        return Optional.ofNullable(message(status, "PodScheduled", "False")).map(PodTrouble.Unschedulable::new);
    }

    /// What a condition says while it has this status, or null.
    private static @Nullable String message(JsonNode status, String type, String wanted) {
        for (JsonNode condition : status.path("conditions")) {
            if (condition.path("type").asText().equals(type)
                    && condition.path("status").asText().equals(wanted)) {
                return condition.path("message").asText(condition.path("reason").asText());
            }
        }
        return null;
    }

    private static Optional<PodTrouble> ofContainer(JsonNode container, boolean init) {
        JsonNode waiting = container.path("state").path("waiting");
        String reason = waiting.path("reason").asText();
        String message = waiting.path("message").asText(reason);
        switch (reason) {
            case "ErrImagePull",
                    "ImagePullBackOff",
                    "InvalidImageName",
                    "ErrImageNeverPull",
                    "ImageInspectError",
                    "RegistryUnavailable",
                    "SignatureValidationFailed" -> {
                return Optional.of(new PodTrouble.ImageUnavailable(
                        reason, container.path("image").asText() + ": " + message));
            }
            case "CreateContainerConfigError", "CreateContainerError", "RunContainerError", "CrashLoopBackOff" -> {
                return Optional.of(new PodTrouble.StartFailed(reason, message));
            }
            default -> {}
        }
        JsonNode ended = container.path("state").path("terminated");
        if (ended.isMissingNode()) {
            return Optional.empty();
        }
        int exitCode = ended.path("exitCode").asInt();
        if (init && exitCode == 0) {
            return Optional.empty();
        }
        String end = ended.path("reason").asText("Error");
        if (end.equals("StartError") || end.equals("ContainerCannotRun")) {
            return Optional.of(
                    new PodTrouble.StartFailed(end, ended.path("message").asText(end)));
        }
        return Optional.of(
                new PodTrouble.Ended(exitCode, end, ended.path("message").asText("")));
    }
}
