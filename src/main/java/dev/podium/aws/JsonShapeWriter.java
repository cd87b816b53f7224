package dev.podium.aws;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.codec.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes a response's tree as a JSON body, by its shape. Null members are left out.
final class JsonShapeWriter {
    private final JsonGenerator out;

    private JsonShapeWriter(JsonGenerator out) {
        this.out = out;
    }

    /// Writes the body members of a structure; `{}` without a tree.
    static byte[] write(@Nullable JsonNode node, Shape.Structure shape) {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder(1024)) {
            try (JsonGenerator generator = Json.MAPPER.createGenerator(bytes)) {
                new JsonShapeWriter(generator).structure(node == null ? Json.object() : node, shape);
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void structure(JsonNode node, Shape.Structure shape) throws IOException {
        if (shape.document()) {
            out.writeTree(node);
            return;
        }
        out.writeStartObject();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            Member member = shape.memberOf(field.getKey());
            if (member.location() == null && !field.getValue().isNull()) {
                out.writeFieldName(member.wireName());
                value(field.getValue(), member);
            }
        }
        out.writeEndObject();
    }

    private void value(JsonNode value, Member member) throws IOException {
        switch (member.shape()) {
            case Shape.Structure shape -> structure(value, shape);
            case Shape.ListOf shape -> {
                out.writeStartArray();
                for (JsonNode item : value) {
                    value(item, shape.element());
                }
                out.writeEndArray();
            }
            case Shape.MapOf shape -> {
                out.writeStartObject();
                for (Map.Entry<String, JsonNode> entry : value.properties()) {
                    out.writeFieldName(entry.getKey());
                    value(entry.getValue(), shape.value());
                }
                out.writeEndObject();
            }
            case Shape.Timestamp shape -> {
                String format = Timestamps.format(member, shape, "unixTimestamp");
                if (format.equals("unixTimestamp")) {
                    out.writeNumber(Timestamps.epochSeconds(TextValues.time(value)));
                } else {
                    out.writeString(Timestamps.text(TextValues.time(value), format));
                }
            }
            case Shape.Blob shape -> out.writeBinary(value.binaryValue());
            case Shape.Text shape -> out.writeString(value.asText());
            case Shape.Numeric shape -> out.writeTree(value);
            case Shape.Bool shape -> out.writeTree(value);
        }
    }
}
