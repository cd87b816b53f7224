package dev.podium.aws;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.aws.Shape.Kind;
import dev.podium.aws.Shape.Range;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The constraints of scalar shapes, in AWS's wording.
final class Constraints {
    static final String NOT_NULL = "Member must not be null";

    private Constraints() {}

    /// The constraints that a scalar breaks; empty when it is fine.
    static List<String> broken(JsonNode value, Shape shape, Set<String> openEnums) {
        return switch (shape) {
            case Shape.Text text -> brokenText(value.asText(), text, openEnums);
            case Shape.Numeric number -> brokenNumber(value.asDouble(), number);
            case Shape.Blob blob -> brokenLength(size(value), blob.length());
            case Shape other -> List.of();
        };
    }

    /// The constraints that a string breaks, of a value or a map's key.
    static List<String> brokenText(String value, Shape shape, Set<String> openEnums) {
        if (!(shape instanceof Shape.Text text)) {
            return List.of();
        }
        List<String> broken = new ArrayList<>(brokenLength(value.codePointCount(0, value.length()), text.length()));
        if (text.pattern() != null
                && !openEnums.contains(text.name())
                && !text.pattern().matches(value)) {
            broken.add(pattern(text.pattern()));
        }
        if (enumerated(text, openEnums) && !text.values().contains(value)) {
            broken.add(values(text));
        }
        return broken;
    }

    /// All constraints of a list's element or a map's key or value, as `[…, Member must not be null]`.
    static String all(Shape shape, Set<String> openEnums) {
        List<String> all = new ArrayList<>(5);
        switch (shape) {
            case Shape.Text text -> {
                lengths(text.length(), all);
                if (text.pattern() != null) {
                    all.add(pattern(text.pattern()));
                }
                if (enumerated(text, openEnums)) {
                    all.add(values(text));
                }
            }
            case Shape.Blob blob -> lengths(blob.length(), all);
            case Shape.Numeric number -> {
                Range range = number.range();
                if (range.max() != null) {
                    all.add(largest(number));
                }
                if (range.min() != null) {
                    all.add(smallest(number));
                }
            }
            case Shape other -> {}
        }
        all.add(NOT_NULL);
        return "[" + String.join(", ", all) + "]";
    }

    static String longest(Range length) {
        return "Member must have length less than or equal to " + length.max();
    }

    static String shortest(Range length) {
        return "Member must have length greater than or equal to " + length.min();
    }

    private static void lengths(Range length, List<String> all) {
        if (length.max() != null) {
            all.add(longest(length));
        }
        if (length.min() != null) {
            all.add(shortest(length));
        }
    }

    private static List<String> brokenLength(int size, Range length) {
        if (length.above(size)) {
            return List.of(longest(length));
        }
        return length.below(size) ? List.of(shortest(length)) : List.of();
    }

    private static List<String> brokenNumber(double value, Shape.Numeric number) {
        if (number.range().above(value)) {
            return List.of(largest(number));
        }
        return number.range().below(value) ? List.of(smallest(number)) : List.of();
    }

    private static String largest(Shape.Numeric number) {
        return "Member must have value less than or equal to "
                + bound(number.range().max(), number.kind());
    }

    private static String smallest(Shape.Numeric number) {
        return "Member must have value greater than or equal to "
                + bound(number.range().min(), number.kind());
    }

    private static String bound(@Nullable Number bound, Kind kind) {
        if (bound == null) {
            return "";
        }
        return kind.integral() ? Long.toString(bound.longValue()) : Double.toString(bound.doubleValue());
    }

    private static boolean enumerated(Shape.Text text, Set<String> openEnums) {
        return !text.values().isEmpty() && !openEnums.contains(text.name());
    }

    private static String pattern(Pattern pattern) {
        return "Member must satisfy regular expression pattern: " + pattern;
    }

    private static String values(Shape.Text text) {
        return "Member must satisfy enum value set: [" + String.join(", ", text.values()) + "]";
    }

    private static int size(JsonNode value) {
        try {
            byte[] bytes = value.binaryValue();
            return bytes == null ? 0 : bytes.length;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
