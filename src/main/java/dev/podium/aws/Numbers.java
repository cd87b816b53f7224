package dev.podium.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;

/// Reads numbers and truth values that came as text.
final class Numbers {
    private Numbers() {}

    /// A number of the shape's kind.
    ///
    /// @throws AwsException with a serialization fault when it is none, or too large for its kind
    static JsonNode node(String text, Shape.Numeric shape) {
        try {
            return switch (shape.kind()) {
                case INTEGER -> IntNode.valueOf(Integer.parseInt(text));
                case LONG -> LongNode.valueOf(Long.parseLong(text));
                case FLOAT, DOUBLE -> DoubleNode.valueOf(Double.parseDouble(text));
            };
        } catch (NumberFormatException e) {
            boolean digits = !text.isEmpty() && text.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '-');
            throw Fault.serialization((digits ? "NUMBER_VALUE" : "STRING_VALUE") + " can not be converted to "
                    + shape.kind().article());
        }
    }

    /// A truth value.
    ///
    /// @throws AwsException with a serialization fault when it is neither `true` nor `false`
    static boolean bool(String text) {
        if (text.equalsIgnoreCase("true")) {
            return true;
        }
        if (text.equalsIgnoreCase("false")) {
            return false;
        }
        throw Fault.serialization("STRING_VALUE can not be converted to a Boolean");
    }
}
