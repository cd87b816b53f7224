package dev.podium.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// In which order the containers of a task start, in Kubernetes' terms.
///
/// A container that others wait for becomes an init container, for these are started one after the other: an
/// ordinary
/// one when its end is waited for (COMPLETE, SUCCESS), one that runs on (a native sidecar, Kubernetes 1.29 or
/// later)
/// when its start or health is. All others are the pod's containers and start together, after them.
///
/// @param first those that others wait for, in the order of their starts
/// @param rest all others
/// @param wanted what is waited for, by the container's name
record ContainerOrder(List<JsonNode> first, List<JsonNode> rest, Map<String, Set<Condition>> wanted) {
    /// What is waited for.
    enum Condition {
        START,
        COMPLETE,
        SUCCESS,
        HEALTHY
    }

    /// Orders the containers of a checked definition.
    static ContainerOrder of(Iterable<? extends JsonNode> containers) {
        Map<String, Set<Condition>> wanted = wanted(containers);
        List<JsonNode> first = new ArrayList<>();
        List<JsonNode> rest = new ArrayList<>();
        for (JsonNode container : sorted(containers)) {
            (wanted.containsKey(name(container)) ? first : rest).add(container);
        }
        return new ContainerOrder(first, rest, wanted);
    }

    /// Whether others wait for a container.
    boolean awaited(String name) {
        return wanted.containsKey(name);
    }

    /// Whether the end of a container is waited for.
    boolean endAwaited(String name) {
        return awaited(name, Condition.COMPLETE) || awaited(name, Condition.SUCCESS);
    }

    /// Whether the end of a container is waited for, and all who do so take any exit code.
    boolean anyEndAwaited(String name) {
        return awaited(name, Condition.COMPLETE) && !awaited(name, Condition.SUCCESS);
    }

    /// Whether the health of a container is waited for.
    boolean healthAwaited(String name) {
        return awaited(name, Condition.HEALTHY);
    }

    private boolean awaited(String name, Condition condition) {
        return wanted.getOrDefault(name, Set.of()).contains(condition);
    }

    /// Checks the dependencies of a new definition.
    ///
    /// @throws dev.podium.aws.AwsException ClientException
    static void check(Iterable<? extends JsonNode> containers) {
        Map<String, JsonNode> byName = new HashMap<>();
        containers.forEach(c -> byName.put(name(c), c));
        wanted(containers).forEach((name, conditions) -> {
            JsonNode container = byName.get(name);
            if (container == null) {
                throw EcsError.client("Invalid 'dependsOn' setting: container '" + name + "' does not exist.");
            }
            if (conditions.contains(Condition.HEALTHY) && !container.has("healthCheck")) {
                throw EcsError.client("Invalid 'dependsOn' setting: container '" + name
                        + "' needs a health check for the condition HEALTHY.");
            }
            boolean ends = conditions.contains(Condition.COMPLETE) || conditions.contains(Condition.SUCCESS);
            if (ends && container.path("essential").asBoolean(true)) {
                throw EcsError.client(
                        "Invalid 'dependsOn' setting: the conditions COMPLETE and SUCCESS can't be set on the"
                                + " essential container '" + name + "'.");
            }
        });
        if (sorted(containers).size() < byName.size()) {
            throw EcsError.client("Container dependencies can not have a cycle.");
        }
    }

    private static Map<String, Set<Condition>> wanted(Iterable<? extends JsonNode> containers) {
        Map<String, Set<Condition>> wanted = new LinkedHashMap<>();
        for (JsonNode container : containers) {
            for (JsonNode dependency : container.path("dependsOn")) {
                wanted.computeIfAbsent(dependency.path("containerName").asText(), n -> new HashSet<>())
                        .add(Condition.valueOf(dependency.path("condition").asText()));
            }
        }
        return wanted;
    }

    /// Dependencies before those that depend on them; those in a cycle are missing.
    private static List<JsonNode> sorted(Iterable<? extends JsonNode> containers) {
        List<JsonNode> left = new ArrayList<>();
        containers.forEach(left::add);
        List<JsonNode> sorted = new ArrayList<>();
        Set<String> done = new HashSet<>();
        boolean progress = true;
        while (progress) {
            progress = false;
            for (JsonNode container : List.copyOf(left)) {
                boolean free = true;
                for (JsonNode dependency : container.path("dependsOn")) {
                    free &= done.contains(dependency.path("containerName").asText());
                }
                if (free) {
                    sorted.add(container);
                    done.add(name(container));
                    left.remove(container);
                    progress = true;
                }
            }
        }
        return sorted;
    }

    private static String name(JsonNode container) {
        return container.path("name").asText();
    }
}
