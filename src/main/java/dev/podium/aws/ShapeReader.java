package dev.podium.aws;

import dev.podium.aws.Shape.Range;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Builds a shape from its line of a model's file.
final class ShapeReader {
    private final Shapes shapes;

    private ShapeReader(Shapes shapes) {
        this.shapes = shapes;
    }

    /// Builds one shape.
    ///
    /// @param shapes where it will find the shapes that it refers to
    static Shape read(String name, String json, Shapes shapes) {
        return new ShapeReader(shapes).shape(name, ModelLine.parse(json));
    }

    private Shape shape(String name, ModelLine line) {
        boolean sensitive = line.flag("sensitive");
        boolean flattened = line.flag("flattened");
        Range range = range(line);
        String type = line.text("type", "");
        return switch (type) {
            case "structure" -> structure(name, line, sensitive);
            case "list" -> new Shape.ListOf(name, sensitive, member("member", line.line("member")), range, flattened);
            case "map" ->
                new Shape.MapOf(
                        name,
                        sensitive,
                        member("key", line.line("key")),
                        member("value", line.line("value")),
                        range,
                        flattened);
            case "string" -> new Shape.Text(name, sensitive, range, pattern(line), line.texts("enum"));
            case "blob" -> new Shape.Blob(name, sensitive, range);
            case "boolean" -> new Shape.Bool(name, sensitive);
            case "timestamp" -> new Shape.Timestamp(name, sensitive, line.text("timestampFormat"));
            case "integer", "long", "float", "double" ->
                new Shape.Numeric(name, sensitive, Shape.Kind.valueOf(type.toUpperCase(Locale.ROOT)), range);
            default -> throw new IllegalArgumentException("shape " + name + " has unknown type " + type);
        };
    }

    private Shape.Structure structure(String name, ModelLine line, boolean sensitive) {
        SequencedMap<String, Member> members = new LinkedHashMap<>();
        Map<String, Member> folded = new HashMap<>();
        ModelLine named = line.line("members");
        for (String key : named.values().keySet()) {
            Member member = member(key, named.line(key));
            members.put(key, member);
            folded.put(key.toLowerCase(Locale.ROOT), member);
        }
        return new Shape.Structure(
                name,
                sensitive,
                members,
                folded,
                Set.copyOf(line.texts("required")),
                line.text("payload"),
                line.flag("document"),
                line.line("error").text("code"),
                line.text("locationName"));
    }

    private Member member(String name, ModelLine line) {
        ModelLine namespace = line.line("xmlNamespace");
        return new Member(
                name,
                line.text("shape", ""),
                shapes,
                line.text("location"),
                line.text(shapes.namedForQuery() ? "queryName" : "locationName"),
                line.text("queryName"),
                line.flag("flattened"),
                line.flag("xmlAttribute"),
                line.text("xmlNamespace") == null ? namespace.text("uri") : line.text("xmlNamespace"),
                namespace.text("prefix"),
                line.text("timestampFormat"),
                line.flag("idempotencyToken"),
                line.flag("jsonvalue"));
    }

    private static Range range(ModelLine line) {
        Number min = line.number("min");
        Number max = line.number("max");
        return min == null && max == null ? Range.NONE : new Range(min, max);
    }

    private static @Nullable Pattern pattern(ModelLine line) {
        String pattern = line.text("pattern");
        return pattern == null ? null : new Pattern(pattern);
    }
}
