package dev.podium.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Scope;
import dev.podium.codec.Json;
import dev.podium.ecs.Names.ClusterName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a task is to be; it never changes.
///
/// @param id 32 hexadecimal digits
/// @param definition the definition's document: it may be deleted while the task runs
/// @param overrides the model's TaskOverride
/// @param service name of the service that it belongs to, or null
/// @param targets where load balancers are to find it
/// @param node the node that it has to run on, or null
/// @param clientToken of the request that wanted it, with a fingerprint of the request; null for none
record TaskSpec(
        ClusterName cluster,
        String id,
        TaskDefinition definition,
        ObjectNode overrides,
        Launching launching,
        String group,
        @Nullable String startedBy,
        @Nullable String service,
        List<Target> targets,
        @Nullable String node,
        List<Tag> tags,
        @Nullable String clientToken) {
    /// A port of the task behind a load balancer.
    record Target(String targetGroupArn, String container, int port) {
        /// Those of a service's `loadBalancers`.
        static List<Target> of(@Nullable JsonNode loadBalancers) {
            return loadBalancers == null
                    ? List.of()
                    : Json.MAPPER
                            .convertValue(
                                    loadBalancers, Json.MAPPER.createArrayNode().getClass())
                            .valueStream()
                            .map(balancer -> new Target(
                                    balancer.path("targetGroupArn").asText(),
                                    balancer.path("containerName").asText(),
                                    balancer.path("containerPort").asInt()))
                            .toList();
        }
    }

    Scope scope() {
        return cluster.scope();
    }

    String arn() {
        return cluster.arnOf("task", id);
    }

    String key() {
        return cluster.key() + "/" + id;
    }

    /// The key of its service; null when it has none.
    @Nullable
    String serviceKey() {
        return service == null ? null : cluster.key() + "/" + service;
    }

    /// The override of a container; empty when there is none.
    JsonNode override(String container) {
        for (JsonNode override : overrides.path("containerOverrides")) {
            if (override.path("name").asText().equals(container)) {
                return override;
            }
        }
        return Json.object();
    }

    /// A setting of the whole task: the override's, else the definition's.
    @Nullable
    String setting(String name) {
        String value =
                overrides.path(name).asText(definition.document().path(name).asText(""));
        return value.isEmpty() ? null : value;
    }

    boolean awsvpc() {
        return definition.document().path("networkMode").asText().equals("awsvpc");
    }
}
