package dev.podium.aws;

import org.jspecify.annotations.Nullable;

/// A reference to a shape: a structure's member, a list's element, a map's key or value.
///
/// @param name             in the structure; `member`, `key` or `value` elsewhere
/// @param location         `uri`, `querystring`, `header`, `headers`, `statusCode`, or null for the body
/// @param locationName     its name on the wire, or null when that is the name
/// @param queryName        its name in EC2's query protocol, or null
/// @param flattened        true when a list or map has no element of its own in XML and forms
/// @param namespace        XML namespace of its element, or null
/// @param namespacePrefix  prefix of that namespace, or null
/// @param timestampFormat  overrides the shape's
/// @param idempotencyToken true when the front fills it in if absent
/// @param jsonValue        true when a header holds it as base64
record Member(
        String name,
        String shapeName,
        Shapes shapes,
        @Nullable String location,
        @Nullable String locationName,
        @Nullable String queryName,
        boolean flattened,
        boolean xmlAttribute,
        @Nullable String namespace,
        @Nullable String namespacePrefix,
        @Nullable String timestampFormat,
        boolean idempotencyToken,
        boolean jsonValue) {
    /// What it refers to.
    Shape shape() {
        return shapes.get(shapeName);
    }

    /// Its name on the wire.
    String wireName() {
        return locationName == null ? name : locationName;
    }

    /// Tells whether it lies at that place of the message.
    boolean at(String place) {
        return place.equals(location);
    }
}
