package dev.podium.codec;

import java.io.ByteArrayInputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/// Reads a whole XML document into a small tree. Document types, entities and external references are refused.
public final class XmlReader {
    private static final int DEEPEST = 200;

    private XmlReader() {}

    /// An element: local name, attributes by qualified name, child elements, and its own text.
    public record Element(String name, Map<String, String> attributes, List<Element> children, String text) {
        /// The first child of that name, or null.
        public @Nullable Element child(String childName) {
            for (Element child : children) {
                if (child.name.equals(childName)) {
                    return child;
                }
            }
            return null;
        }

        /// All children of that name.
        public List<Element> children(String childName) {
            return children.stream()
                    .filter(child -> child.name.equals(childName))
                    .toList();
        }
    }

    /// The document is not well-formed, or uses what is refused.
    public static final class MalformedXml extends Exception {
        private static final long serialVersionUID = 1;

        MalformedXml(@Nullable String message) {
            super(message);
        }
    }

    /// Reads a document and returns its root element.
    ///
    /// @throws MalformedXml if it is not well-formed, too deep, or holds a document type
    public static Element read(byte[] document) throws MalformedXml {
        try {
            return read(factory().createXMLStreamReader(new ByteArrayInputStream(document)));
        } catch (XMLStreamException e) {
            throw new MalformedXml(e.getMessage());
        }
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        return factory;
    }

    private static Element read(XMLStreamReader in) throws XMLStreamException, MalformedXml {
        Deque<Open> open = new ArrayDeque<>();
        while (true) {
            switch (in.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    if (open.size() == DEEPEST) {
                        throw new MalformedXml("nested deeper than " + DEEPEST);
                    }
                    open.push(new Open(in.getLocalName(), attributes(in), new ArrayList<>(), new StringBuilder()));
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text(open, in.getText());
                case XMLStreamConstants.END_ELEMENT -> {
                    Element done = open.pop().close();
                    if (open.isEmpty()) {
                        return done;
                    }
                    open.element().children.add(done);
                }
                case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
                    throw new MalformedXml("document types and entities are not allowed");
                case XMLStreamConstants.END_DOCUMENT -> throw new MalformedXml("no element");
                default -> {}
            }
        }
    }

    private static void text(Deque<Open> open, String text) {
        Open top = open.peek();
        if (top != null) {
            top.text.append(text);
        }
    }

    private static Map<String, String> attributes(XMLStreamReader in) {
        if (in.getAttributeCount() == 0) {
            return Map.of();
        }
        Map<String, String> attributes = new HashMap<>();
        for (int i = 0; i < in.getAttributeCount(); i++) {
            String prefix = in.getAttributePrefix(i);
            String name = in.getAttributeLocalName(i);
            attributes.put(prefix == null || prefix.isEmpty() ? name : prefix + ":" + name, in.getAttributeValue(i));
        }
        return attributes;
    }

    private record Open(String name, Map<String, String> attributes, List<Element> children, StringBuilder text) {
        Element close() {
            return new Element(name, attributes, List.copyOf(children), text.toString());
        }
    }
}
