package dev.podium.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.podium.codec.Form;
import dev.podium.codec.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads the parameters of the query protocols: `Tags.member.1.Key=…`, or `Tag.1.Key=…` in EC2's dialect.
///
/// The names are first split at their dots into a tree, so that reading takes time linear in the parameters,
/// however large an index is.
final class FormShapeReader {
    private static final int MAX_DEPTH = 100;

    private final boolean ec2;

    private FormShapeReader(boolean ec2) {
        this.ec2 = ec2;
    }

    /// Reads a form by the input's shape.
    ///
    /// @param ec2 whether in EC2's dialect
    /// @throws AwsException with a serialization fault
    static ObjectNode read(Form form, Shape.Structure shape, boolean ec2) {
        Parameter root = new Parameter();
        for (Map.Entry<String, List<String>> entry : form.entries().entrySet()) {
            Parameter at = root;
            String[] names = entry.getKey().split("\\.", -1);
            if (names.length > MAX_DEPTH) {
                throw Fault.serialization("Parameter is nested too deep: " + entry.getKey());
            }
            for (String name : names) {
                at = at.children.computeIfAbsent(name, key -> new Parameter());
            }
            at.text = entry.getValue().getFirst();
        }
        return new FormShapeReader(ec2).structure(root, shape);
    }

    private ObjectNode structure(Parameter at, Shape.Structure shape) {
        ObjectNode node = Json.object();
        for (Member member : shape.members().values()) {
            Parameter child = at.children.get(name(member));
            JsonNode value = child == null ? null : value(child, member);
            if (value != null) {
                node.set(member.name(), value);
            }
        }
        return node;
    }

    private String name(Member member) {
        if (ec2 && member.queryName() != null) {
            return member.queryName();
        }
        if (member.shape() instanceof Shape.ListOf list
                && list.flattened()
                && list.element().locationName() != null) {
            return list.element().wireName();
        }
        String name = member.wireName();
        return ec2 ? Character.toUpperCase(name.charAt(0)) + name.substring(1) : name;
    }

    private @Nullable JsonNode value(Parameter at, Member member) {
        return switch (member.shape()) {
            case Shape.Structure shape -> structure(at, shape);
            case Shape.ListOf shape -> list(at, member, shape);
            case Shape.MapOf shape -> map(at, member, shape);
            case Shape.Text shape -> scalar(at, member);
            case Shape.Blob shape -> scalar(at, member);
            case Shape.Numeric shape -> scalar(at, member);
            case Shape.Bool shape -> scalar(at, member);
            case Shape.Timestamp shape -> scalar(at, member);
        };
    }

    private static @Nullable JsonNode scalar(Parameter at, Member member) {
        String text = at.text;
        if (text == null) {
            return null;
        }
        // An empty number is what command line tools send for "not given".
        boolean absent = text.isEmpty() && !(member.shape() instanceof Shape.Text);
        return absent ? null : TextValues.read(text, member);
    }

    private JsonNode list(Parameter at, Member member, Shape.ListOf shape) {
        ArrayNode list = Json.MAPPER.createArrayNode();
        boolean flat = ec2 || shape.flattened() || member.flattened();
        Parameter items = flat ? at : at.children.get(shape.element().wireName());
        if (items != null) {
            for (Parameter item : items.numbered()) {
                JsonNode value = value(item, shape.element());
                if (value != null) {
                    list.add(value);
                }
            }
        }
        return list;
    }

    private JsonNode map(Parameter at, Member member, Shape.MapOf shape) {
        ObjectNode map = Json.object();
        Parameter entries = shape.flattened() || member.flattened() ? at : at.children.get("entry");
        if (entries != null) {
            for (Parameter entry : entries.numbered()) {
                Parameter key = entry.children.get(shape.key().wireName());
                Parameter value = entry.children.get(shape.value().wireName());
                JsonNode read = value == null ? TextNode.valueOf("") : value(value, shape.value());
                if (key != null && key.text != null && read != null) {
                    map.set(key.text, read);
                }
            }
        }
        return map;
    }

    private static final class Parameter {
        final Map<String, Parameter> children = new HashMap<>(4);

        @Nullable
        String text;

        Iterable<Parameter> numbered() {
            SequencedMap<Integer, Parameter> items = new TreeMap<>();
            children.forEach((name, item) -> {
                try {
                    items.put(Integer.parseInt(name), item);
                } catch (NumberFormatException e) {
                    // Not an item of this list.
                }
            });
            return items.values();
        }
    }
}
