package dev.podium.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.pods.ContainerStatus;
import dev.podium.pods.PodState;
import dev.podium.pods.PodTrouble;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads what a pod's state means for its task: writes containers' states and health into the document, and says
/// whether the task has to end. Not thread-safe: its [TaskRun] guards it.
final class TaskProgress {
    /// A pod that no node takes for so long has failed.
    private static final Duration UNSCHEDULABLE = Duration.ofMinutes(5);

    private final TaskSpec task;
    private final TaskDocument document;
    private final ContainerOrder order;
    private final Map<String, Instant> runningSince = new HashMap<>();
    private @Nullable Instant unschedulableSince;

    TaskProgress(TaskSpec task, TaskDocument document) {
        this.task = task;
        this.document = document;
        this.order = ContainerOrder.of(task.definition().containers());
    }

    /// What a state means.
    ///
    /// @param started whether all containers run, or have ended as they should
    /// @param stop why the task has to end, or null
    /// @param next when to look again though nothing has happened, or null
    record Outcome(
            boolean started, @Nullable Stop stop, @Nullable Instant next) {}

    /// Takes in a state of the pod.
    Outcome take(PodState pod, Instant now) {
        Map<String, ContainerStatus> all = new HashMap<>();
        pod.initContainers().forEach(c -> all.put(c.name(), c));
        pod.containers().forEach(c -> all.put(c.name(), c));
        boolean started = true;
        Stop stop = null;
        Instant next = null;
        for (JsonNode definition : task.definition().containers()) {
            String name = definition.path("name").asText();
            ContainerStatus status = all.get(TaskPods.containerName(name));
            ObjectNode container = document.container(name);
            if (status == null || container == null) {
                started = false;
                continue;
            }
            boolean ended = ended(status);
            started &= ended || status.phase() == ContainerStatus.Phase.RUNNING;
            show(container, name, status, ended);
            Instant judged = health(container, definition, status, now);
            next = Signal.earlier(next, judged);
            if (ended && stop == null) {
                stop = end(definition, name, status);
            }
        }
        taskHealth();
        Stop trouble = stop == null ? trouble(pod, started, now) : stop;
        if (unschedulableSince != null) {
            next = Signal.earlier(next, unschedulableSince.plus(UNSCHEDULABLE));
        }
        return new Outcome(started, trouble, next);
    }

    /// Whether a container is over; one that Kubernetes starts again has ended all the same.
    private static boolean ended(ContainerStatus status) {
        return status.phase() == ContainerStatus.Phase.TERMINATED || status.restarts() > 0;
    }

    /// Whether its process has ever run; an end without a beginning has no exit code of its own.
    private static boolean ran(ContainerStatus status) {
        Instant started = status.startedAt();
        boolean never = status.phase() == ContainerStatus.Phase.TERMINATED
                && (started == null || started.equals(Instant.EPOCH));
        return !never && !status.reason().equals("StartError");
    }

    private void show(ObjectNode container, String name, ContainerStatus status, boolean ended) {
        if (ended) {
            container.put("lastStatus", "STOPPED");
            Integer code = exitCode(name, status);
            if (code != null && ran(status) && !container.has("exitCode")) {
                container.put("exitCode", code);
            }
            if (status.reason().equals("OOMKilled")) {
                container.put("reason", "OutOfMemoryError: Container killed due to memory usage");
            } else if (status.reason().equals("StartError")) {
                container.put("reason", "CannotStartContainerError: " + status.message());
            }
        } else if (status.phase() == ContainerStatus.Phase.RUNNING) {
            container.put("lastStatus", "RUNNING");
            container.put("runtimeId", TaskDocument.runtimeId(task, name));
            int at = status.imageId().indexOf("sha256:");
            if (at >= 0) {
                container.put("imageDigest", status.imageId().substring(at));
            }
        }
    }

    /// Judges a container's health.
    ///
    /// @return when it will be unhealthy if nothing changes, or null
    private @Nullable Instant health(ObjectNode container, JsonNode definition, ContainerStatus status, Instant now) {
        JsonNode check = definition.path("healthCheck");
        if (check.isMissingNode() || status.phase() != ContainerStatus.Phase.RUNNING) {
            return null;
        }
        Instant since = runningSince.computeIfAbsent(status.name(), n -> now);
        if (status.ready()) {
            container.put("healthStatus", "HEALTHY");
            return null;
        }
        int seconds = check.path("startPeriod").asInt(0)
                + check.path("retries").asInt(3) * check.path("interval").asInt(30)
                + check.path("timeout").asInt(5);
        Instant limit = since.plusSeconds(seconds);
        boolean was = container.path("healthStatus").asText().equals("HEALTHY");
        if (was || !now.isBefore(limit)) {
            container.put("healthStatus", "UNHEALTHY");
            return null;
        }
        return container.path("healthStatus").asText().equals("UNHEALTHY") ? null : limit;
    }

    private void taskHealth() {
        String health = "";
        for (JsonNode definition : task.definition().containers()) {
            ObjectNode container = document.container(definition.path("name").asText());
            if (container == null || !container.has("healthStatus")) {
                continue;
            }
            String own = container.path("healthStatus").asText();
            boolean counts = definition.path("essential").asBoolean(true);
            if (counts && (health.isEmpty() || rank(own) < rank(health))) {
                health = own;
            }
        }
        document.set("healthStatus", health.isEmpty() ? "UNKNOWN" : health);
    }

    private static int rank(String health) {
        return switch (health) {
            case "UNHEALTHY" -> 0;
            case "UNKNOWN" -> 1;
            default -> 2;
        };
    }

    /// What the end of a container means; null when the task goes on.
    private @Nullable Stop end(JsonNode definition, String name, ContainerStatus status) {
        if (status.reason().equals("StartError")) {
            return Stop.failed("CannotStartContainerError: " + status.message());
        }
        if (definition.path("essential").asBoolean(true)) {
            return Stop.essentialExited();
        }
        // As the pod has it: of those who end well whatever their exit code this is 0.
        Integer code = status.exitCode();
        return order.endAwaited(name) && code != null && code != 0
                ? Stop.failed("Container '" + name + "' exited with " + code + ", and other containers depend on it"
                        + (definition.path("entryPoint").isEmpty() && order.anyEndAwaited(name)
                                ? CommandLine.HINT
                                : ""))
                : null;
    }

    private @Nullable Integer exitCode(String name, ContainerStatus status) {
        Integer own = order.anyEndAwaited(name) ? CommandLine.exitCode(status.message()) : null;
        return own == null ? status.exitCode() : own;
    }

    private @Nullable Stop trouble(PodState pod, boolean started, Instant now) {
        unschedulableSince = pod.trouble() instanceof PodTrouble.Unschedulable
                ? (unschedulableSince == null ? now : unschedulableSince)
                : null;
        return switch (pod.trouble()) {
            case null -> null;
            case PodTrouble.ImageUnavailable image ->
                image.mayPass() ? null : unhappy(pod, "CannotPullContainerError: " + image.cause());
            case PodTrouble.StartFailed failed -> {
                // A container that is started again and again has been judged by its end already.
                boolean loop = failed.reason().equals("CrashLoopBackOff");
                yield loop ? null : unhappy(pod, "CannotStartContainerError: " + failed.message());
            }
            case PodTrouble.Unschedulable unschedulable ->
                unschedulableSince != null && !now.isBefore(unschedulableSince.plus(UNSCHEDULABLE))
                        ? Stop.failed("ResourceInitializationError: " + unschedulable.cause())
                        : null;
            case PodTrouble.Ended ended ->
                pod.phase().equals("Failed") && !started
                        ? Stop.failed(ended.cause())
                        : pod.phase().equals("Succeeded") || pod.phase().equals("Failed")
                                ? Stop.essentialExited()
                                : null;
            case PodTrouble.Evicted evicted -> Stop.terminated(evicted.cause());
            case PodTrouble.Deleted deleted -> Stop.terminated("The task's pod went away: " + deleted.cause());
        };
    }

    private Stop unhappy(PodState pod, String reason) {
        for (ContainerStatus status : pod.containers()) {
            for (JsonNode definition : task.definition().containers()) {
                String name = definition.path("name").asText();
                ObjectNode container = document.container(name);
                boolean same = TaskPods.containerName(name).equals(status.name());
                if (same && container != null && !status.reason().isEmpty()) {
                    container.put("reason", reason);
                }
            }
        }
        return Stop.failed(reason);
    }
}
