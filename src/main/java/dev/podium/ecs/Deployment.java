package dev.podium.ecs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import java.time.Instant;
import java.util.List;

/// One deployment of a service: which tasks it wants to have.
///
/// @param id begins with `ecs-svc/`; tasks carry it as `startedBy`
/// @param primary whether it is the newest one
/// @param rollout `IN_PROGRESS`, `COMPLETED` or `FAILED`
/// @param failed tasks that ended before they were healthy
record Deployment(
        String id,
        boolean primary,
        TaskDefinition definition,
        Launching launching,
        List<TaskSpec.Target> targets,
        int desired,
        int failed,
        String rollout,
        String reason,
        Instant createdAt,
        Instant updatedAt) {
    /// A new one.
    static Deployment begun(
            TaskDefinition definition, Launching launching, List<TaskSpec.Target> targets, int desired, Instant now) {
        String id = Names.deploymentId();
        return new Deployment(
                id,
                true,
                definition,
                launching,
                targets,
                desired,
                0,
                "IN_PROGRESS",
                "ECS deployment " + id + " in progress.",
                now,
                now);
    }

    boolean completed() {
        return rollout.equals("COMPLETED");
    }

    Deployment replaced(Instant now) {
        return new Deployment(id, false, definition, launching, targets, 0, failed, rollout, reason, createdAt, now);
    }

    /// The same, and newest again.
    Deployment resumed(int wanted, String why, Instant now) {
        return new Deployment(
                id, true, definition, launching, targets, wanted, failed, "IN_PROGRESS", why, createdAt, now);
    }

    Deployment wanting(int wanted, Instant now) {
        return wanted == desired
                ? this
                : new Deployment(
                        id, primary, definition, launching, targets, wanted, failed, rollout, reason, createdAt, now);
    }

    Deployment failing(int count, Instant now) {
        return new Deployment(
                id, primary, definition, launching, targets, desired, count, rollout, reason, createdAt, now);
    }

    Deployment became(String state, String why, Instant now) {
        return new Deployment(id, primary, definition, launching, targets, desired, failed, state, why, createdAt, now);
    }

    /// As the API shows it.
    ObjectNode shown(int pending, int running) {
        ObjectNode node = Json.object().put("id", id).put("status", primary ? "PRIMARY" : "ACTIVE");
        node.put("taskDefinition", definition.arn());
        node.put("desiredCount", desired).put("pendingCount", pending);
        node.put("runningCount", running).put("failedTasks", failed);
        node.put("createdAt", createdAt.toString()).put("updatedAt", updatedAt.toString());
        if (launching.strategy() == null) {
            node.put("launchType", launching.launchType());
        } else {
            node.set("capacityProviderStrategy", launching.strategy());
        }
        if (launching.fargate()) {
            node.put("platformVersion", platformVersion(launching)).put("platformFamily", "Linux");
        }
        if (launching.network() != null) {
            node.set("networkConfiguration", launching.network());
        }
        return node.put("rolloutState", rollout).put("rolloutStateReason", reason);
    }

    private static String platformVersion(Launching launching) {
        String version = launching.platformVersion();
        return version == null || version.equals("LATEST") ? "1.4.0" : version;
    }
}
