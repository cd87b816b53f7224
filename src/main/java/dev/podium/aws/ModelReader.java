package dev.podium.aws;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Shape.Range;
import dev.podium.codec.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the compact service models from the class path.
final class ModelReader {
    private final Map<String, Shape> shapes = new HashMap<>();

    private ModelReader() {}

    /// Reads only what comes before the operations.
    ///
    /// @throws IllegalArgumentException if there is no such model
    static ServiceModel.Head head(String service) {
        try (InputStream in = open(service);
                JsonParser parser = Json.MAPPER.createParser(in)) {
            ObjectNode head = Json.object();
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME
                    && !parser.currentName().equals("operations")) {
                String name = parser.currentName();
                parser.nextToken();
                head.put(name, parser.getText());
            }
            return head(head);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Reads a whole model.
    ///
    /// @throws IllegalArgumentException if there is no such model
    static ServiceModel read(String service) {
        try (InputStream in = open(service)) {
            return new ModelReader().model(Json.MAPPER.readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String service) {
        InputStream in = ModelReader.class.getResourceAsStream("models/" + service + ".json");
        if (in == null) {
            throw new IllegalArgumentException("no model of service " + service);
        }
        return in;
    }

    private static ServiceModel.Head head(JsonNode json) {
        return new ServiceModel.Head(
                json.path("service").asText(),
                json.path("serviceId").asText(),
                json.path("apiVersion").asText(),
                json.path("protocol").asText(),
                json.path("signingName").asText(),
                text(json, "jsonVersion"),
                text(json, "targetPrefix"),
                text(json, "xmlNamespace"),
                json.path("queryCompatible").asBoolean());
    }

    private ServiceModel model(JsonNode json) {
        json.path("shapes").properties().forEach(e -> shapes.put(e.getKey(), shape(e.getKey(), e.getValue())));
        SequencedMap<String, ModelOperation> operations = new LinkedHashMap<>();
        json.path("operations")
                .properties()
                .forEach(e -> operations.put(e.getKey(), operation(e.getKey(), e.getValue())));
        return new ServiceModel(head(json), operations, shapes);
    }

    private ModelOperation operation(String name, JsonNode json) {
        JsonNode http = json.path("http");
        return new ModelOperation(
                name,
                http.path("method").asText("POST"),
                http.path("requestUri").asText("/"),
                http.path("responseCode").asInt(200),
                structure(json.path("input")),
                structure(json.path("output")),
                text(json.path("output"), "resultWrapper"),
                texts(json.path("errors")));
    }

    private Shape.@Nullable Structure structure(JsonNode reference) {
        String name = text(reference, "shape");
        if (name == null || !(shapes.get(name) instanceof Shape.Structure structure)) {
            return null;
        }
        String location = text(reference, "locationName");
        return location == null ? structure : structure.named(location);
    }

    private Shape shape(String name, JsonNode json) {
        boolean sensitive = json.path("sensitive").asBoolean();
        Range range = range(json);
        boolean flattened = json.path("flattened").asBoolean();
        String type = json.path("type").asText();
        return switch (type) {
            case "structure" -> structure(name, json, sensitive);
            case "list" -> new Shape.ListOf(name, sensitive, member("member", json.path("member")), range, flattened);
            case "map" ->
                new Shape.MapOf(
                        name,
                        sensitive,
                        member("key", json.path("key")),
                        member("value", json.path("value")),
                        range,
                        flattened);
            case "string" -> new Shape.Text(name, sensitive, range, pattern(json), texts(json.path("enum")));
            case "blob" -> new Shape.Blob(name, sensitive, range);
            case "boolean" -> new Shape.Bool(name, sensitive);
            case "timestamp" -> new Shape.Timestamp(name, sensitive, text(json, "timestampFormat"));
            case "integer", "long", "float", "double" ->
                new Shape.Numeric(name, sensitive, Shape.Kind.valueOf(type.toUpperCase(Locale.ROOT)), range);
            default -> throw new IllegalArgumentException("shape " + name + " has unknown type " + type);
        };
    }

    private Shape.Structure structure(String name, JsonNode json, boolean sensitive) {
        SequencedMap<String, Member> members = new LinkedHashMap<>();
        Map<String, Member> folded = new HashMap<>();
        json.path("members").properties().forEach(e -> {
            Member member = member(e.getKey(), e.getValue());
            members.put(e.getKey(), member);
            folded.put(e.getKey().toLowerCase(Locale.ROOT), member);
        });
        Set<String> required = new HashSet<>(texts(json.path("required")));
        return new Shape.Structure(
                name,
                sensitive,
                members,
                folded,
                required,
                text(json, "payload"),
                json.path("document").asBoolean(),
                text(json.path("error"), "code"),
                text(json, "locationName"));
    }

    private Member member(String name, JsonNode json) {
        JsonNode namespace = json.path("xmlNamespace");
        return new Member(
                name,
                json.path("shape").asText(),
                shapes,
                text(json, "location"),
                text(json, "locationName"),
                text(json, "queryName"),
                json.path("flattened").asBoolean(),
                json.path("xmlAttribute").asBoolean(),
                namespace.isTextual() ? namespace.textValue() : text(namespace, "uri"),
                text(namespace, "prefix"),
                text(json, "timestampFormat"),
                json.path("idempotencyToken").asBoolean(),
                json.path("jsonvalue").asBoolean());
    }

    private static Range range(JsonNode json) {
        Number min = json.path("min").numberValue();
        Number max = json.path("max").numberValue();
        return min == null && max == null ? Range.NONE : new Range(min, max);
    }

    private static @Nullable Pattern pattern(JsonNode json) {
        String pattern = text(json, "pattern");
        return pattern == null ? null : new Pattern(pattern);
    }

    private static List<String> texts(JsonNode json) {
        List<String> texts = new ArrayList<>(json.size());
        json.forEach(item -> texts.add(item.asText()));
        return List.copyOf(texts);
    }

    private static @Nullable String text(JsonNode json, String name) {
        return json.path(name).textValue();
    }
}
