package dev.podium.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.codec.XmlReader;
import dev.podium.codec.XmlReader.Element;
import dev.podium.codec.XmlReader.MalformedXml;
import java.util.List;

/// Reads an XML body by its shape into the front's tree.
final class XmlShapeReader {
    private XmlShapeReader() {}

    /// Reads a whole body; an empty one is an empty structure.
    ///
    /// @throws AwsException with a serialization fault
    static ObjectNode read(byte[] body, Shape.Structure shape) {
        if (body.length == 0) {
            return Json.object();
        }
        try {
            return structure(XmlReader.read(body), shape);
        } catch (MalformedXml e) {
            throw Fault.serialization(
                    "The XML you provided was not well-formed or did not validate against our published" + " schema");
        }
    }

    private static ObjectNode structure(Element element, Shape.Structure shape) {
        ObjectNode node = Json.object();
        for (Member member : shape.members().values()) {
            if (member.location() != null) {
                continue;
            }
            if (member.xmlAttribute()) {
                String attribute = element.attributes().get(member.wireName());
                if (attribute != null) {
                    node.set(member.name(), TextValues.read(attribute, member));
                }
                continue;
            }
            List<Element> found = element.children(XmlNames.of(member));
            if (!found.isEmpty()) {
                node.set(member.name(), value(found, member));
            }
        }
        return node;
    }

    private static JsonNode value(List<Element> found, Member member) {
        Element first = found.getFirst();
        return switch (member.shape()) {
            case Shape.Structure shape -> structure(first, shape);
            case Shape.ListOf shape -> {
                boolean flat = shape.flattened() || member.flattened();
                ArrayNode list = Json.MAPPER.createArrayNode();
                for (Element item :
                        flat ? found : first.children(shape.element().wireName())) {
                    list.add(value(List.of(item), shape.element()));
                }
                yield list;
            }
            case Shape.MapOf shape -> {
                boolean flat = shape.flattened() || member.flattened();
                ObjectNode map = Json.object();
                for (Element entry : flat ? found : first.children("entry")) {
                    Element key = entry.child(shape.key().wireName());
                    List<Element> value = entry.children(shape.value().wireName());
                    if (key != null && !value.isEmpty()) {
                        map.set(key.text(), value(value, shape.value()));
                    }
                }
                yield map;
            }
            case Shape.Text shape -> TextValues.read(first.text(), member);
            case Shape.Blob shape -> TextValues.read(first.text(), member);
            case Shape.Numeric shape -> TextValues.read(first.text(), member);
            case Shape.Bool shape -> TextValues.read(first.text(), member);
            case Shape.Timestamp shape -> TextValues.read(first.text(), member);
        };
    }
}
