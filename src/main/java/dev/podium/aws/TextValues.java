package dev.podium.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;

/// Scalars as text, as headers, query strings, forms and XML hold them.
final class TextValues {
    private TextValues() {}

    /// Reads a scalar.
    ///
    /// @throws AwsException with a serialization fault when the text does not fit the shape
    static JsonNode read(String text, Member member) {
        return switch (member.shape()) {
            case Shape.Text shape ->
                TextNode.valueOf(member.jsonValue() ? new String(base64(text), StandardCharsets.UTF_8) : text);
            case Shape.Blob shape -> BinaryNode.valueOf(base64(text));
            case Shape.Bool shape -> BooleanNode.valueOf(Numbers.bool(text.strip()));
            case Shape.Numeric shape -> Numbers.node(text.strip(), shape);
            case Shape.Timestamp shape -> {
                Instant time = Timestamps.parse(text.strip());
                if (time == null) {
                    throw Fault.serialization("STRING_VALUE can not be converted to a Timestamp");
                }
                yield TextNode.valueOf(time.toString());
            }
            case Shape.Structure shape -> throw Fault.serialization("Unexpected value for " + member.name());
            case Shape.ListOf shape -> throw Fault.serialization("Unexpected value for " + member.name());
            case Shape.MapOf shape -> throw Fault.serialization("Unexpected value for " + member.name());
        };
    }

    /// Writes a scalar.
    ///
    /// @param timestampFormat the protocol's own at this place
    static String write(JsonNode value, Member member, String timestampFormat) {
        try {
            return switch (member.shape()) {
                case Shape.Timestamp shape ->
                    Timestamps.text(time(value), Timestamps.format(member, shape, timestampFormat));
                case Shape.Blob shape -> Base64.getEncoder().encodeToString(value.binaryValue());
                case Shape.Text shape
                when member.jsonValue() ->
                    Base64.getEncoder().encodeToString(value.asText().getBytes(StandardCharsets.UTF_8));
                default -> value.asText();
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The time that a response record's value stands for: ISO text, or seconds since the epoch.
    static Instant time(JsonNode value) {
        if (value.isNumber()) {
            return Timestamps.ofEpochSeconds(value.decimalValue());
        }
        Instant time = Timestamps.parse(value.asText());
        if (time == null) {
            throw new IllegalArgumentException("not a time: " + value);
        }
        return time;
    }

    private static byte[] base64(String text) {
        try {
            return Base64.getMimeDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw Fault.serialization("Unable to decode base64 value");
        }
    }
}
