package dev.podium.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.ecs.ServicesApi.UpdateServiceRequest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one UpdateService changes: the service, and with anything that concerns its tasks a new deployment.
///
/// @param given another definition, or null
record ServiceUpdate(
        ServiceState state,
        UpdateServiceRequest request,
        @Nullable TaskDefinition given,
        ServiceRules rules,
        Instant now) {
    void apply() {
        Deployment before = state.primary();
        StoredService stored = state.stored();
        TaskDefinition definition = given == null ? before.definition() : given;
        Launching launching = launching(before, definition);
        JsonNode balancers =
                request.loadBalancers() == null ? stored.document().path("loadBalancers") : request.loadBalancers();
        List<TaskSpec.Target> targets = rules.targets(balancers, definition);
        ObjectNode changes = changes(stored.document(), balancers);
        launchingChanges(changes, launching);
        int desired = request.desiredCount() == null ? state.desired() : request.desiredCount();
        boolean another = Boolean.TRUE.equals(request.forceNewDeployment())
                || !definition.arn().equals(before.definition().arn())
                || !launching.equals(before.launching())
                || !targets.equals(before.targets());
        state.change(changes);
        if (another) {
            state.begin(Deployment.begun(definition, launching, targets, desired, now));
        } else {
            state.primary(before.wanting(desired, now));
        }
    }

    private Launching launching(Deployment before, TaskDefinition definition) {
        Launching old = before.launching();
        JsonNode strategy = request.capacityProviderStrategy();
        boolean another = strategy != null && !strategy.isEmpty();
        JsonNode network = request.networkConfiguration() == null ? old.network() : request.networkConfiguration();
        boolean awsvpc = definition.document().path("networkMode").asText().equals("awsvpc");
        return Launching.of(
                another || old.strategy() != null ? null : old.launchType(),
                another ? strategy : old.strategy(),
                request.platformVersion() == null ? old.platformVersion() : request.platformVersion(),
                awsvpc ? network : request.networkConfiguration(),
                definition);
    }

    private ObjectNode changes(ObjectNode document, JsonNode balancers) {
        ObjectNode changes = Json.object();
        changes.set("loadBalancers", balancers);
        if (request.desiredCount() != null) {
            changes.put("desiredCount", request.desiredCount());
        }
        if (request.deploymentConfiguration() != null) {
            changes.set(
                    "deploymentConfiguration",
                    rules.configuration(
                            document.path("deploymentConfiguration"),
                            request.deploymentConfiguration(),
                            state.daemon()));
        }
        if (request.healthCheckGracePeriodSeconds() != null) {
            changes.put("healthCheckGracePeriodSeconds", request.healthCheckGracePeriodSeconds());
        }
        if (request.enableECSManagedTags() != null) {
            changes.put("enableECSManagedTags", request.enableECSManagedTags());
        }
        if (request.propagateTags() != null) {
            changes.put("propagateTags", request.propagateTags());
        }
        if (request.availabilityZoneRebalancing() != null) {
            changes.put("availabilityZoneRebalancing", request.availabilityZoneRebalancing());
        }
        return changes;
    }

    private static void launchingChanges(ObjectNode changes, Launching launching) {
        if (launching.network() != null) {
            changes.set("networkConfiguration", launching.network());
        }
        if (launching.strategy() != null) {
            changes.set("capacityProviderStrategy", launching.strategy());
        }
        if (launching.fargate() && launching.platformVersion() != null) {
            changes.put("platformVersion", launching.platformVersion());
        }
    }
}
