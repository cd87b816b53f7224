package dev.podium.ecs;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.ecs.Names.ServiceName;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// What a service is to be and what has happened to it. Not thread-safe: its [ServiceRun] guards it.
final class ServiceState {
    private static final int MOST_EVENTS = 100;

    private final ServiceName name;
    private final Clock clock;
    private ObjectNode document;
    private List<Deployment> deployments;

    ServiceState(StoredService stored, Clock clock) {
        this.name = stored.name();
        this.clock = clock;
        this.document = stored.document().deepCopy();
        this.deployments = List.copyOf(stored.deployments());
    }

    StoredService stored() {
        return new StoredService(name, document.deepCopy(), deployments);
    }

    String text(String member) {
        return document.path(member).asText("");
    }

    int desired() {
        return document.path("desiredCount").asInt();
    }

    boolean active() {
        return text("status").equals("ACTIVE");
    }

    boolean daemon() {
        return text("schedulingStrategy").equals("DAEMON");
    }

    int grace() {
        return document.path("healthCheckGracePeriodSeconds").asInt(0);
    }

    boolean breaker() {
        return document.at("/deploymentConfiguration/deploymentCircuitBreaker/enable")
                .asBoolean();
    }

    boolean rollback() {
        return document.at("/deploymentConfiguration/deploymentCircuitBreaker/rollback")
                .asBoolean();
    }

    Rollout rollout() {
        JsonNode configuration = document.path("deploymentConfiguration");
        return Rollout.of(
                desired(),
                configuration.path("minimumHealthyPercent").asInt(100),
                configuration.path("maximumPercent").asInt(200));
    }

    /// Replaces members of the document.
    void change(ObjectNode members) {
        document = document.deepCopy();
        members.properties().forEach(m -> document.set(m.getKey(), m.getValue()));
    }

    List<Deployment> deployments() {
        return deployments;
    }

    Deployment primary() {
        return deployments.getFirst();
    }

    /// Puts a new deployment before all others.
    void begin(Deployment newest) {
        List<Deployment> all = new ArrayList<>();
        all.add(newest);
        for (Deployment old : deployments) {
            if (!old.id().equals(newest.id())) {
                all.add(old.primary() ? old.replaced(clock.instant()) : old);
            }
        }
        deployments = List.copyOf(all);
        document.put("taskDefinition", newest.definition().arn());
    }

    /// Replaces the newest deployment by a changed one.
    void primary(Deployment changed) {
        List<Deployment> all = new ArrayList<>(deployments);
        all.set(0, changed);
        deployments = List.copyOf(all);
    }

    /// Forgets older deployments that have no tasks any more.
    ///
    /// @param ids of those that have some
    void keep(java.util.Set<String> ids) {
        deployments = deployments.stream()
                .filter(d -> d.primary() || ids.contains(d.id()))
                .toList();
    }

    /// Notes what has happened.
    void event(String what) {
        document = document.deepCopy();
        ArrayNode events = Json.MAPPER.createArrayNode();
        events.addObject()
                .put("id", UUID.randomUUID().toString())
                .put("createdAt", clock.instant().toString())
                .put("message", "(service " + name.name() + ") " + what);
        for (JsonNode old : document.path("events")) {
            if (events.size() < MOST_EVENTS) {
                events.add(old);
            }
        }
        document.set("events", events);
    }

    /// What the last event says.
    String lastEvent() {
        return document.path("events").path(0).path("message").asText("");
    }

    /// The tags of new tasks.
    List<Tag> taskTags(Deployment deployment) {
        List<Tag> tags = new ArrayList<>();
        switch (text("propagateTags")) {
            case "TASK_DEFINITION" -> tags.addAll(deployment.definition().tags());
            case "SERVICE" -> tags.addAll(tags());
            default -> {}
        }
        if (document.path("enableECSManagedTags").asBoolean()) {
            tags.add(new Tag("aws:ecs:clusterName", name.cluster().name()));
            tags.add(new Tag("aws:ecs:serviceName", name.name()));
        }
        return List.copyOf(tags);
    }

    /// The service's own tags.
    List<Tag> tags() {
        return Json.MAPPER.convertValue(document.path("tags"), new TypeReference<List<Tag>>() {});
    }

    /// As the API shows it, with the tasks counted.
    ObjectNode shown(List<TaskRun> tasks, boolean tags) {
        ObjectNode shown = document.deepCopy();
        int running = 0;
        int pending = 0;
        ArrayNode list = Json.MAPPER.createArrayNode();
        for (Deployment deployment : deployments) {
            List<TaskRun> own = tasks.stream()
                    .filter(t -> deployment.id().equals(t.task().startedBy()))
                    .toList();
            int itsRunning = (int) own.stream().filter(TaskRun::running).count();
            int itsPending = (int) own.stream().filter(TaskRun::pending).count();
            running += itsRunning;
            pending += itsPending;
            list.add(deployment.shown(itsPending, itsRunning));
        }
        shown.put("runningCount", running).put("pendingCount", pending);
        shown.set("deployments", text("status").equals("INACTIVE") ? Json.MAPPER.createArrayNode() : list);
        if (!tags) {
            shown.remove("tags");
        }
        return shown;
    }
}
