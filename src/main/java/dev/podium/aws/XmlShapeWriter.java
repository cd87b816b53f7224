package dev.podium.aws;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.codec.XmlWriter;
import java.util.Map;

/// Writes a response's tree as XML elements, by its shape. Null members are left out.
final class XmlShapeWriter {
    private final XmlWriter out;

    XmlShapeWriter(XmlWriter out) {
        this.out = out;
    }

    /// Writes the body members of a structure, without an element around them.
    void members(JsonNode node, Shape.Structure shape) {
        // Attributes first: they belong into the tag that is still open.
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            Member member = shape.memberOf(field.getKey());
            if (member.xmlAttribute() && !field.getValue().isNull()) {
                out.attribute(member.wireName(), TextValues.write(field.getValue(), member, "iso8601"));
            }
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            Member member = shape.memberOf(field.getKey());
            if (member.location() == null
                    && !member.xmlAttribute()
                    && !field.getValue().isNull()) {
                member(field.getValue(), member, XmlNames.of(member));
            }
        }
    }

    private void member(JsonNode value, Member member, String name) {
        if (member.shape() instanceof Shape.ListOf list && (list.flattened() || member.flattened())) {
            value.forEach(item -> member(item, list.element(), name));
            return;
        }
        if (member.shape() instanceof Shape.MapOf map && (map.flattened() || member.flattened())) {
            entries(value, map, name);
            return;
        }
        out.start(name);
        if (member.namespace() != null) {
            String prefix = member.namespacePrefix();
            out.attribute(prefix == null ? "xmlns" : "xmlns:" + prefix, member.namespace());
        }
        switch (member.shape()) {
            case Shape.Structure shape -> members(value, shape);
            case Shape.ListOf shape ->
                value.forEach(
                        item -> member(item, shape.element(), shape.element().wireName()));
            case Shape.MapOf shape -> entries(value, shape, "entry");
            case Shape.Text shape -> scalar(value, member);
            case Shape.Blob shape -> scalar(value, member);
            case Shape.Numeric shape -> scalar(value, member);
            case Shape.Bool shape -> scalar(value, member);
            case Shape.Timestamp shape -> scalar(value, member);
        }
        out.end();
    }

    private void scalar(JsonNode value, Member member) {
        out.text(TextValues.write(value, member, "iso8601"));
    }

    private void entries(JsonNode value, Shape.MapOf map, String name) {
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
            out.start(name).element(map.key().wireName(), entry.getKey());
            member(entry.getValue(), map.value(), map.value().wireName());
            out.end();
        }
    }
}
