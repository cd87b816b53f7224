package dev.podium.aws;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.podium.codec.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Reads a JSON body by its shape into the front's tree: members by the model's names, blobs as binary, times
/// as ISO text. Unknown members are skipped, null members are absent, and a wrong type is a serialization
/// fault.
final class JsonShapeReader {
    private final JsonParser in;

    private JsonShapeReader(JsonParser in) {
        this.in = in;
    }

    /// Reads a whole body; an empty one is an empty structure.
    ///
    /// @throws AwsException with a serialization fault
    static ObjectNode read(byte[] body, Shape.Structure shape) {
        if (body.length == 0) {
            return Json.object();
        }
        try (JsonParser parser = Json.MAPPER.createParser(body)) {
            JsonToken first = parser.nextToken();
            if (first == null || first == JsonToken.VALUE_NULL) {
                return Json.object();
            }
            if (first != JsonToken.START_OBJECT) {
                throw Fault.serialization("Expected structure or null");
            }
            ObjectNode node = new JsonShapeReader(parser).structure(shape);
            parser.nextToken();
            return node;
        } catch (JsonProcessingException e) {
            throw Fault.serialization("Could not parse request body into json: " + withoutSource(e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The parser's message without what it says of its own source inside it.
    private static String withoutSource(JsonProcessingException e) {
        String message = e.getOriginalMessage();
        int start = message.indexOf("[Source: ");
        int end = message.indexOf("; line", start);
        return start < 0 || end < 0 ? message : message.substring(0, start + 1) + message.substring(end + 2);
    }

    private ObjectNode structure(Shape.Structure shape) throws IOException {
        if (shape.document()) {
            return Json.MAPPER.readTree(in);
        }
        ObjectNode node = Json.object();
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            Member member = member(shape, in.currentName());
            JsonToken token = in.nextToken();
            if (member == null) {
                in.skipChildren();
            } else if (token != JsonToken.VALUE_NULL) {
                node.set(member.name(), value(member));
            }
        }
        return node;
    }

    private static @Nullable Member member(Shape.Structure shape, String name) {
        Member member = shape.members().get(name);
        if (member != null
                && (member.locationName() == null || member.wireName().equals(name))) {
            return member;
        }
        for (Member other : shape.members().values()) {
            if (name.equals(other.locationName())) {
                return other;
            }
        }
        return null;
    }

    private JsonNode value(Member member) throws IOException {
        return switch (member.shape()) {
            case Shape.Structure shape -> {
                if (!shape.document()) {
                    expect(JsonToken.START_OBJECT, "Expected structure or null");
                    yield structure(shape);
                }
                yield Json.MAPPER.readTree(in);
            }
            case Shape.ListOf shape -> list(shape);
            case Shape.MapOf shape -> map(shape);
            case Shape.Text shape -> {
                scalar(JsonToken.VALUE_STRING, "a String");
                yield TextNode.valueOf(in.getText());
            }
            case Shape.Blob shape -> {
                scalar(JsonToken.VALUE_STRING, "a Blob");
                yield blob();
            }
            case Shape.Bool shape -> {
                if (in.currentToken() != JsonToken.VALUE_FALSE) {
                    scalar(JsonToken.VALUE_TRUE, "a Boolean");
                }
                yield BooleanNode.valueOf(in.getBooleanValue());
            }
            case Shape.Numeric shape -> number(shape);
            case Shape.Timestamp shape -> time();
        };
    }

    private JsonNode list(Shape.ListOf shape) throws IOException {
        expect(JsonToken.START_ARRAY, "Expected list or null");
        ArrayNode list = Json.MAPPER.createArrayNode();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            list.add(in.currentToken() == JsonToken.VALUE_NULL ? NullNode.instance : value(shape.element()));
        }
        return list;
    }

    private JsonNode map(Shape.MapOf shape) throws IOException {
        expect(JsonToken.START_OBJECT, "Expected map or null");
        ObjectNode map = Json.object();
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String key = in.currentName();
            map.set(key, in.nextToken() == JsonToken.VALUE_NULL ? NullNode.instance : value(shape.value()));
        }
        return map;
    }

    private JsonNode blob() throws IOException {
        try {
            return Json.MAPPER.getNodeFactory().binaryNode(in.getBinaryValue());
        } catch (JsonProcessingException e) {
            throw Fault.serialization("Unable to decode base64 value");
        }
    }

    private JsonNode number(Shape.Numeric shape) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_NUMBER_FLOAT && !shape.kind().integral()) {
            return Json.MAPPER.getNodeFactory().numberNode(in.getDoubleValue());
        }
        scalar(JsonToken.VALUE_NUMBER_INT, shape.kind().article());
        return Numbers.node(in.getText(), shape);
    }

    private JsonNode time() throws IOException {
        JsonToken token = in.currentToken();
        if (token != JsonToken.VALUE_STRING && token != JsonToken.VALUE_NUMBER_FLOAT) {
            scalar(JsonToken.VALUE_NUMBER_INT, "a Timestamp");
        }
        Instant time = Timestamps.parse(in.getText());
        if (time == null) {
            throw Fault.serialization(in.currentToken() + " can not be converted to a Timestamp");
        }
        return TextNode.valueOf(time.toString());
    }

    private void scalar(JsonToken wanted, String type) {
        JsonToken token = in.currentToken();
        if (token == wanted) {
            return;
        }
        throw Fault.serialization(
                switch (token) {
                    case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "NUMBER_VALUE can not be converted to " + type;
                    case VALUE_STRING -> "STRING_VALUE can not be converted to " + type;
                    case VALUE_TRUE -> "TRUE_VALUE can not be converted to " + type;
                    case VALUE_FALSE -> "FALSE_VALUE can not be converted to " + type;
                    default -> misplaced(token, "Unexpected token");
                });
    }

    private void expect(JsonToken wanted, String message) {
        JsonToken token = in.currentToken();
        if (token != wanted) {
            throw Fault.serialization(misplaced(token, message));
        }
    }

    private static String misplaced(JsonToken token, String otherwise) {
        return switch (token) {
            case START_OBJECT -> "Start of structure or map found where not expected.";
            case START_ARRAY -> "Start of list found where not expected";
            default -> otherwise;
        };
    }
}
