package dev.podium.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.podium.codec.Form;
import dev.podium.codec.Json;
import dev.podium.http.Body;
import dev.podium.http.Headers;
import dev.podium.http.Request;
import dev.podium.http.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the REST protocols have in common: members outside the body, and payload members.
final class RestBinding {
    private RestBinding() {}

    /// Reads a structure from a body.
    @FunctionalInterface
    interface BodyReader {
        /// Reads the whole body.
        ObjectNode read(byte[] body, Shape.Structure shape);
    }

    /// Writes a structure as a body.
    @FunctionalInterface
    interface BodyWriter {
        /// Writes the whole body; node is null when nothing is there to write.
        byte[] write(@Nullable JsonNode node, Shape.Structure shape);
    }

    /// Reads the members in the body.
    static ObjectNode readBody(Shape.Structure shape, Inbound in, long maxBody, BodyReader reader) throws IOException {
        ObjectNode tree = Json.object();
        if (shape.payload() == null) {
            boolean inBody = shape.members().values().stream().anyMatch(member -> member.location() == null);
            return inBody ? reader.read(in.content(maxBody), shape) : tree;
        }
        Member payload = shape.members().get(shape.payload());
        byte[] body = in.content(maxBody);
        if (payload == null || body.length == 0) {
            return tree;
        }
        switch (payload.shape()) {
            case Shape.Structure structure -> tree.set(payload.name(), reader.read(body, structure));
            case Shape.Blob blob -> tree.set(payload.name(), BinaryNode.valueOf(body));
            case Shape other -> tree.set(payload.name(), TextNode.valueOf(new String(body, StandardCharsets.UTF_8)));
        }
        return tree;
    }

    /// Reads the members in path, query string and headers.
    static void read(ObjectNode tree, Shape.Structure shape, Request request, Map<String, String> labels) {
        Form query = query(request);
        for (Member member : shape.members().values()) {
            JsonNode value = switch (member.location()) {
                case "uri" -> scalar(labels.get(member.wireName()), member);
                case "querystring" -> fromQuery(query, member, shape);
                case "header" -> fromHeader(request.headers(), member);
                case "headers" -> fromPrefix(request.headers(), member);
                case null, default -> null;
            };
            if (value != null) {
                tree.set(member.name(), value);
            }
        }
    }

    private static Form query(Request request) {
        try {
            return request.query();
        } catch (IllegalArgumentException e) {
            throw Fault.serialization("Malformed query string: " + e.getMessage());
        }
    }

    private static @Nullable JsonNode scalar(@Nullable String text, Member member) {
        if (text == null || (text.isEmpty() && !(member.shape() instanceof Shape.Text))) {
            return null;
        }
        return TextValues.read(text, member);
    }

    private static @Nullable JsonNode fromQuery(Form query, Member member, Shape.Structure shape) {
        return switch (member.shape()) {
            case Shape.ListOf list -> list(query.all(member.wireName()), list);
            case Shape.MapOf map -> {
                ObjectNode rest = Json.object();
                query.entries().forEach((name, values) -> {
                    boolean bound = shape.members().values().stream()
                            .anyMatch(other -> other.at("querystring") && name.equals(other.wireName()));
                    if (!bound) {
                        rest.put(name, values.getFirst());
                    }
                });
                yield rest;
            }
            case Shape scalar -> scalar(query.first(member.wireName()), member);
        };
    }

    private static @Nullable JsonNode fromHeader(Headers headers, Member member) {
        String value = headers.first(member.wireName());
        if (value != null && member.shape() instanceof Shape.ListOf list) {
            return list(List.of(value.split("\\s*,\\s*")), list);
        }
        return scalar(value, member);
    }

    private static @Nullable JsonNode fromPrefix(Headers headers, Member member) {
        String prefix = member.locationName() == null ? "" : member.locationName();
        ObjectNode map = Json.object();
        headers.forEach((name, value) -> {
            if (name.regionMatches(true, 0, prefix, 0, prefix.length())) {
                map.put(name.substring(prefix.length()).toLowerCase(Locale.ROOT), value);
            }
        });
        return map.isEmpty() ? null : map;
    }

    private static @Nullable JsonNode list(List<String> values, Shape.ListOf shape) {
        if (values.isEmpty()) {
            return null;
        }
        ArrayNode list = Json.MAPPER.createArrayNode();
        values.forEach(value -> list.add(TextValues.read(value, shape.element())));
        return list;
    }

    /// Writes a response: status, headers, and the body or payload.
    static Response write(
            ModelOperation operation,
            @Nullable ObjectNode output,
            Headers.Builder headers,
            String contentType,
            BodyWriter writer) {
        Shape.Structure shape = operation.output();
        if (shape == null) {
            return new Response(operation.status(), headers.build(), new Body.Bytes(new byte[0]));
        }
        ObjectNode tree = output == null ? Json.object() : output;
        int status = headers(headers, tree, shape);
        byte[] body = status == 204 ? new byte[0] : body(tree, shape, writer);
        boolean typed = tree.properties().stream()
                .map(field -> shape.memberOf(field.getKey()))
                .anyMatch(member -> member.wireName().equals("Content-Type"));
        if (body.length > 0 && !typed) {
            headers.add("Content-Type", contentType);
        }
        return new Response(status == 0 ? operation.status() : status, headers.build(), new Body.Bytes(body));
    }

    private static byte[] body(ObjectNode tree, Shape.Structure shape, BodyWriter writer) {
        if (shape.payload() == null) {
            boolean inBody = shape.members().values().stream().anyMatch(member -> member.location() == null);
            return inBody ? writer.write(tree, shape) : new byte[0];
        }
        for (Map.Entry<String, JsonNode> field : tree.properties()) {
            Member member = shape.memberFor(field.getKey());
            if (member != null
                    && member.name().equals(shape.payload())
                    && !field.getValue().isNull()) {
                return payload(field.getValue(), member, writer);
            }
        }
        return new byte[0];
    }

    private static byte[] payload(JsonNode value, Member member, BodyWriter writer) {
        try {
            return switch (member.shape()) {
                case Shape.Structure structure -> writer.write(value, structure.named(member.wireName()));
                case Shape.Blob blob -> value.binaryValue();
                case Shape other -> value.asText().getBytes(StandardCharsets.UTF_8);
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Adds the members that are headers.
    ///
    /// @return the status that a member asks for, or 0
    static int headers(Headers.Builder headers, JsonNode tree, Shape.Structure shape) {
        int status = 0;
        for (Map.Entry<String, JsonNode> field : tree.properties()) {
            Member member = shape.memberFor(field.getKey());
            JsonNode value = field.getValue();
            if (member == null || value.isNull()) {
                continue;
            }
            switch (member.location()) {
                case "statusCode" -> status = value.asInt();
                case "header" -> headers.add(member.wireName(), header(value, member));
                case "headers" ->
                    value.properties()
                            .forEach(e -> headers.add(
                                    member.wireName() + e.getKey(), e.getValue().asText()));
                case null, default -> {}
            }
        }
        return status;
    }

    private static String header(JsonNode value, Member member) {
        if (member.shape() instanceof Shape.ListOf list) {
            StringBuilder joined = new StringBuilder();
            value.forEach(item -> joined.append(joined.isEmpty() ? "" : ", ")
                    .append(TextValues.write(item, list.element(), "rfc822")));
            return joined.toString();
        }
        return TextValues.write(value, member, "rfc822");
    }
}
