package dev.podium.patterns;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Conditions on the members of an object, all of which must be met.
///
/// @param members      by name
/// @param alternatives for each `$or`, conditions of which one must be met
record Fields(Map<String, Condition> members, List<List<Fields>> alternatives) {
    /// What is asked of a member.
    sealed interface Condition {
        /// The member's own members.
        record Within(Fields fields) implements Condition {}

        /// The member's value.
        ///
        /// @param values one of which must match
        /// @param absent whether the member may be absent as well
        record OneOf(List<Predicate<JsonNode>> values, boolean absent) implements Condition {}
    }

    /// Tells whether an object meets the conditions.
    ///
    /// @param node an object, or nothing
    /// @param peers all objects at this path, itself included: a member counts as absent when none has it
    boolean matches(JsonNode node, List<JsonNode> peers) {
        for (Map.Entry<String, Condition> member : members.entrySet()) {
            if (!meets(member.getKey(), member.getValue(), node, peers)) {
                return false;
            }
        }
        for (List<Fields> alternative : alternatives) {
            if (alternative.stream().noneMatch(fields -> fields.matches(node, peers))) {
                return false;
            }
        }
        return true;
    }

    private static boolean meets(String name, Condition condition, JsonNode node, List<JsonNode> peers) {
        return switch (condition) {
            case Condition.OneOf(var values, var absent) -> {
                for (JsonNode leaf : leaves(node.get(name))) {
                    if (values.stream().anyMatch(value -> value.test(leaf))) {
                        yield true;
                    }
                }
                yield absent
                        && peers.stream()
                                .allMatch(peer -> leaves(peer.get(name)).isEmpty());
            }
            case Condition.Within(var fields) -> {
                List<JsonNode> objects = objects(node.get(name));
                List<JsonNode> all = peers.stream()
                        .flatMap(peer -> objects(peer.get(name)).stream())
                        .toList();
                // Nothing there? It may be just what is wanted further down.
                yield (objects.isEmpty() ? List.<JsonNode>of(MissingNode.getInstance()) : objects)
                        .stream().anyMatch(object -> fields.matches(object, all));
            }
        };
    }

    private static List<JsonNode> leaves(@Nullable JsonNode node) {
        return flat(node, JsonNode::isValueNode);
    }

    private static List<JsonNode> objects(@Nullable JsonNode node) {
        return flat(node, JsonNode::isObject);
    }

    private static List<JsonNode> flat(@Nullable JsonNode node, Predicate<JsonNode> wanted) {
        if (node == null) {
            return List.of();
        }
        if (!node.isArray()) {
            return wanted.test(node) ? List.of(node) : List.of();
        }
        List<JsonNode> found = new ArrayList<>();
        node.forEach(element -> found.addAll(flat(element, wanted)));
        return found;
    }
}
