package dev.podium.pods;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/// Merges pod manifests: objects member by member, lists of named things (containers, volumes, variables) by
/// name, other lists by appending what is new.
///
/// This is the part of Kubernetes' strategic merge that pod manifests need.
///
/// @see <a
/// href="https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/">Strategic
/// merge</a>
final class PodTemplate {
    private PodTemplate() {}

    /// Puts `over` on top of `base`: where both set a plain value, `over` wins. Neither is changed.
    static ObjectNode merge(ObjectNode base, ObjectNode over) {
        ObjectNode merged = base.deepCopy();
        for (Map.Entry<String, JsonNode> member : over.properties()) {
            JsonNode below = merged.get(member.getKey());
            merged.set(member.getKey(), below == null ? member.getValue().deepCopy() : value(below, member.getValue()));
        }
        return merged;
    }

    private static JsonNode value(JsonNode base, JsonNode over) {
        if (base instanceof ObjectNode b && over instanceof ObjectNode o) {
            return merge(b, o);
        }
        if (base instanceof ArrayNode b && over instanceof ArrayNode o) {
            return list(b, o);
        }
        return over.deepCopy();
    }

    /// The order of `over` comes first: the first container is the one whose state counts.
    private static ArrayNode list(ArrayNode base, ArrayNode over) {
        ArrayNode merged = over.arrayNode();
        for (JsonNode item : over) {
            JsonNode same = named(base, item.path("name").asText(""));
            merged.add(same instanceof ObjectNode s && item instanceof ObjectNode i ? merge(s, i) : item.deepCopy());
        }
        for (JsonNode item : base) {
            String name = item.path("name").asText("");
            boolean there =
                    name.isEmpty() ? contains(over, item) : !named(over, name).isMissingNode();
            if (!there) {
                merged.add(item.deepCopy());
            }
        }
        return merged;
    }

    private static JsonNode named(ArrayNode list, String name) {
        if (!name.isEmpty()) {
            for (JsonNode item : list) {
                if (item.path("name").asText("").equals(name)) {
                    return item;
                }
            }
        }
        return MissingNode.getInstance();
    }

    private static boolean contains(ArrayNode list, JsonNode item) {
        for (JsonNode other : list) {
            if (other.equals(item)) {
                return true;
            }
        }
        return false;
    }
}
