package dev.podium.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;

/// Gives members the names that they have on the wire, whatever the case of their letters was.
final class WireNames {
    private WireNames() {}

    /// A copy of a tree with its shape's names; what the shape doesn't know stays as it is.
    static JsonNode of(JsonNode node, Shape shape) {
        if (shape instanceof Shape.Structure structure && node.isObject()) {
            ObjectNode named = Json.object();
            node.properties().forEach(field -> {
                Member member = structure.memberFor(field.getKey());
                named.set(
                        member == null ? field.getKey() : member.wireName(),
                        member == null ? field.getValue() : of(field.getValue(), member.shape()));
            });
            return named;
        }
        if (shape instanceof Shape.MapOf map && node.isObject()) {
            ObjectNode named = Json.object();
            node.properties()
                    .forEach(field -> named.set(
                            field.getKey(), of(field.getValue(), map.value().shape())));
            return named;
        }
        if (shape instanceof Shape.ListOf list && node.isArray()) {
            ArrayNode named = Json.MAPPER.createArrayNode();
            node.forEach(item -> named.add(of(item, list.element().shape())));
            return named;
        }
        return node;
    }
}
