package dev.podium.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The headers of a request or response: an ordered multimap whose names ignore case. Immutable.
///
/// A handful of pairs in an array: looking one up compares lengths before letters, so it costs less than hashing.
public final class Headers {
    private static final Headers EMPTY = new Headers(new String[0]);

    private final String[] pairs;

    private Headers(String[] pairs) {
        this.pairs = pairs;
    }

    /// No headers.
    public static Headers empty() {
        return EMPTY;
    }

    /// Headers from alternating names and values.
    ///
    /// @throws IllegalArgumentException if a value is missing, or holds a line break
    public static Headers of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("name without value");
        }
        Builder builder = builder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            builder.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return builder.build();
    }

    /// A builder without headers.
    public static Builder builder() {
        return new Builder();
    }

    static Headers wrap(Map<String, List<String>> headers) {
        int size = 0;
        for (List<String> values : headers.values()) {
            size += values.size();
        }
        String[] pairs = new String[2 * size];
        int i = 0;
        for (Map.Entry<String, List<String>> header : headers.entrySet()) {
            for (String value : header.getValue()) {
                pairs[i++] = header.getKey();
                pairs[i++] = value;
            }
        }
        return new Headers(pairs);
    }

    /// The first value of a name, or null.
    public @Nullable String first(String name) {
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i].equalsIgnoreCase(name)) {
                return pairs[i + 1];
            }
        }
        return null;
    }

    /// The first value of a name, or the given one.
    public String first(String name, String otherwise) {
        String value = first(name);
        return value == null ? otherwise : value;
    }

    /// All values of a name in their order; empty when there are none.
    public List<String> all(String name) {
        List<String> values = new ArrayList<>(2);
        forEach((key, value) -> {
            if (key.equalsIgnoreCase(name)) {
                values.add(value);
            }
        });
        return values;
    }

    /// Calls the action with each name and value, in order.
    public void forEach(BiConsumer<String, String> action) {
        for (int i = 0; i < pairs.length; i += 2) {
            action.accept(pairs[i], pairs[i + 1]);
        }
    }

    /// How many characters they take on the wire.
    int length() {
        int length = 0;
        for (String text : pairs) {
            length += text.length() + 2;
        }
        return length;
    }

    /// These headers and one more.
    public Headers with(String name, String value) {
        return builder().addAll(this).add(name, value).build();
    }

    /// Names and values as `[name, value, …]`.
    @Override
    public String toString() {
        return Arrays.toString(pairs);
    }

    /// Collects headers in order.
    public static final class Builder {
        private final List<String> pairs = new ArrayList<>(8);

        private Builder() {}

        /// Adds a header.
        ///
        /// @throws IllegalArgumentException if the value holds a line break
        public Builder add(String name, String value) {
            if (value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0) {
                throw new IllegalArgumentException("line break in header " + name);
            }
            pairs.add(name);
            pairs.add(value);
            return this;
        }

        /// Adds all headers of another set.
        public Builder addAll(Headers headers) {
            pairs.addAll(Arrays.asList(headers.pairs));
            return this;
        }

        /// Adds a header unless the value is null.
        public Builder addIfPresent(String name, @Nullable String value) {
            return value == null ? this : add(name, value);
        }

        /// The headers collected so far.
        public Headers build() {
            return pairs.isEmpty() ? EMPTY : new Headers(pairs.toArray(String[]::new));
        }
    }
}
