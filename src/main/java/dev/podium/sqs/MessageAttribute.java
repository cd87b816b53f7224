package dev.podium.sqs;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A message attribute's type and value.
///
/// @param dataType `String`, `Number` or `Binary`, maybe with a label: `Number.byte`
public record MessageAttribute(String dataType, @Nullable String stringValue, byte @Nullable [] binaryValue) {
    /// Copies the bytes.
    public MessageAttribute {
        binaryValue = binaryValue == null ? null : binaryValue.clone();
    }

    /// An attribute of type String.
    public static MessageAttribute string(String value) {
        return new MessageAttribute("String", value, null);
    }

    /// An attribute of type Number.
    public static MessageAttribute number(long value) {
        return new MessageAttribute("Number", Long.toString(value), null);
    }

    boolean binary() {
        return binaryValue != null;
    }

    byte[] bytes() {
        if (binaryValue != null) {
            return binaryValue;
        }
        return stringValue == null ? new byte[0] : stringValue.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MessageAttribute that
                && dataType.equals(that.dataType)
                && Objects.equals(stringValue, that.stringValue)
                && Arrays.equals(binaryValue, that.binaryValue);
    }

    @Override
    public int hashCode() {
        return Objects.hash(dataType, stringValue, Arrays.hashCode(binaryValue));
    }
}
