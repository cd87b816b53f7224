package dev.podium.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the error bodies of the JSON protocols have in common.
final class JsonErrors {
    private JsonErrors() {}

    /// Adds message and further members: the message under the name that the modelled exception gives it,
    /// `message` without one.
    static void members(ObjectNode body, AwsError error, Shape.@Nullable Structure shape) {
        Member message = shape == null ? null : shape.memberFor("message");
        body.put(message == null ? "message" : message.wireName(), error.message());
        for (Map.Entry<String, Object> entry : error.members().entrySet()) {
            Member member = shape == null ? null : shape.memberFor(entry.getKey());
            if (member == null || member.location() == null) {
                body.set(
                        member == null ? entry.getKey() : member.wireName(), Json.MAPPER.valueToTree(entry.getValue()));
            }
        }
    }

    static byte[] bytes(ObjectNode body) {
        try {
            return Json.MAPPER.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
