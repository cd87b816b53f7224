package dev.podium.kube.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Writes a pod's `status` as a kubelet does.
///
/// @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/">Pod lifecycle</a>
final class PodStatus {
    private PodStatus() {}

    /// What a status is made of.
    ///
    /// @param init init containers in order
    /// @param reason why the pod as a whole failed, such as `DeadlineExceeded`, or empty
    /// @param old the status before, from which unchanged conditions keep their times
    record Facts(
            List<ContainerRun> init,
            List<ContainerRun> main,
            ContainerRun.Policy policy,
            boolean finished,
            String reason,
            String message,
            Instant startTime,
            Instant now,
            JsonNode old,
            String uid,
            String address) {}

    /// The status of a pod that no node has taken yet.
    static ObjectNode pending(String qosClass) {
        return Json.object().put("phase", "Pending").put("qosClass", qosClass);
    }

    /// The status of a pod that fits no node.
    static ObjectNode unschedulable(JsonNode old, String message, Instant now) {
        ObjectNode status = Json.object().put("phase", "Pending");
        ObjectNode condition = condition("PodScheduled", false, "Unschedulable", now, old);
        condition.put("message", message);
        status.putArray("conditions").add(condition);
        return status.put("qosClass", old.path("qosClass").asText("BestEffort"));
    }

    /// The status of a pod that the kubelet runs.
    static ObjectNode of(Facts f) {
        List<ContainerRun.View> init = f.init().stream().map(ContainerRun::view).toList();
        List<ContainerRun.View> main = f.main().stream().map(ContainerRun::view).toList();
        String phase = phase(f, init, main);
        boolean over = phase.equals("Succeeded") || phase.equals("Failed");
        boolean initialized = IntStream.range(0, init.size())
                .allMatch(i -> initialized(f.init().get(i), init.get(i)));
        boolean ready = !over
                && initialized
                && main.stream().allMatch(v -> v.state() instanceof ContainerState.Running)
                && f.main().stream().allMatch(c -> c.probes().ready())
                && f.init().stream()
                        .allMatch(c -> !c.spec().sidecar() || c.probes().ready());
        String unready = over ? "PodCompleted" : "ContainersNotReady";
        ObjectNode status = Json.object().put("phase", phase);
        ArrayNode conditions = status.putArray("conditions");
        conditions.add(condition("PodReadyToStartContainers", !over, "", f.now(), f.old()));
        conditions.add(condition(
                "Initialized",
                initialized || phase.equals("Succeeded"),
                phase.equals("Succeeded") ? "PodCompleted" : initialized ? "" : "ContainersNotInitialized",
                f.now(),
                f.old()));
        conditions.add(condition("Ready", ready, ready ? "" : unready, f.now(), f.old()));
        conditions.add(condition("ContainersReady", ready, ready ? "" : unready, f.now(), f.old()));
        conditions.add(condition("PodScheduled", true, "", f.now(), f.old()));
        if (!f.reason().isEmpty()) {
            status.put("reason", f.reason()).put("message", f.message());
        }
        status.put("hostIP", PodAddresses.HOST).put("podIP", f.address());
        status.putArray("hostIPs").addObject().put("ip", PodAddresses.HOST);
        status.putArray("podIPs").addObject().put("ip", f.address());
        status.put("startTime", time(f.startTime()));
        if (!f.init().isEmpty()) {
            ArrayNode all = status.putArray("initContainerStatuses");
            for (int i = 0; i < init.size(); i++) {
                all.add(container(f.init().get(i), init.get(i), f.uid(), true));
            }
        }
        ArrayNode all = status.putArray("containerStatuses");
        for (int i = 0; i < main.size(); i++) {
            all.add(container(f.main().get(i), main.get(i), f.uid(), false));
        }
        return status.put("qosClass", f.old().path("qosClass").asText("BestEffort"));
    }

    /// A time in the API's form: whole seconds, UTC.
    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String phase(Facts f, List<ContainerRun.View> init, List<ContainerRun.View> main) {
        if (!f.reason().isEmpty()) {
            return "Failed";
        }
        boolean began = main.stream().anyMatch(v -> !(v.state() instanceof ContainerState.Waiting) || v.restarts() > 0);
        if (!f.finished()) {
            boolean ended = f.init().stream().noneMatch(c -> c.spec().sidecar())
                    && main.stream()
                            .allMatch(v -> v.state() instanceof ContainerState.Terminated t
                                    && !f.policy().restarts(t.exitCode()));
            return began && !ended ? "Running" : began ? outcome(main) : "Pending";
        }
        if (IntStream.range(0, init.size())
                .anyMatch(i -> !f.init().get(i).spec().sidecar()
                        && !initialized(f.init().get(i), init.get(i)))) {
            return "Failed";
        }
        return outcome(main);
    }

    /// Whether the pod goes on after an init container.
    private static boolean initialized(ContainerRun container, ContainerRun.View view) {
        return container.spec().sidecar()
                ? container.probes().startedOnce()
                : view.state() instanceof ContainerState.Terminated t && t.exitCode() == 0;
    }

    private static String outcome(List<ContainerRun.View> main) {
        return main.stream().allMatch(v -> v.state() instanceof ContainerState.Terminated t && t.exitCode() == 0)
                ? "Succeeded"
                : "Failed";
    }

    private static ObjectNode condition(String type, boolean holds, String reason, Instant now, JsonNode old) {
        String status = holds ? "True" : "False";
        String since = time(now);
        for (JsonNode before : old.path("conditions")) {
            if (before.path("type").asText().equals(type)
                    && before.path("status").asText().equals(status)) {
                since = before.path("lastTransitionTime").asText(since);
            }
        }
        ObjectNode condition = Json.object().put("type", type).put("status", status);
        condition.putNull("lastProbeTime").put("lastTransitionTime", since);
        if (!reason.isEmpty()) {
            condition.put("reason", reason);
        }
        return condition;
    }

    private static ObjectNode container(ContainerRun run, ContainerRun.View view, String uid, boolean init) {
        ContainerSpec spec = run.spec();
        ObjectNode node = Json.object().put("name", spec.name());
        node.set("state", state(view.state(), id(spec, uid, view.restarts())));
        node.set("lastState", view.last() == null ? Json.object() : state(view.last(), id(spec, uid, 0)));
        boolean running = view.state() instanceof ContainerState.Running;
        boolean done = view.state() instanceof ContainerState.Terminated t && t.exitCode() == 0;
        boolean first = init && !spec.sidecar();
        node.put("ready", first ? done : running && run.probes().ready());
        node.put("restartCount", view.restarts()).put("image", spec.image());
        boolean begun = !(view.state() instanceof ContainerState.Waiting);
        node.put("imageID", begun ? "podium://local" : "");
        if (begun) {
            node.put("containerID", id(spec, uid, view.restarts()));
        }
        return node.put("started", running && run.probes().started());
    }

    private static String id(ContainerSpec spec, String uid, int restarts) {
        return "podium://" + uid + "/" + spec.name() + "/" + restarts;
    }

    private static ObjectNode state(ContainerState state, String id) {
        ObjectNode node = Json.object();
        switch (state) {
            case ContainerState.Waiting(String reason, String message) -> {
                ObjectNode waiting = node.putObject("waiting").put("reason", reason);
                if (!message.isEmpty()) {
                    waiting.put("message", message);
                }
            }
            case ContainerState.Running(Instant started) ->
                node.putObject("running").put("startedAt", time(started));
            case ContainerState.Terminated t -> {
                ObjectNode ended = node.putObject("terminated").put("exitCode", t.exitCode());
                ended.put("reason", t.reason());
                if (!t.message().isEmpty()) {
                    ended.put("message", t.message());
                }
                ended.put("startedAt", time(orEpoch(t.startedAt())));
                ended.put("finishedAt", time(t.finishedAt())).put("containerID", id);
            }
        }
        return node;
    }

    private static Instant orEpoch(@Nullable Instant instant) {
        return instant == null ? Instant.EPOCH : instant;
    }
}
