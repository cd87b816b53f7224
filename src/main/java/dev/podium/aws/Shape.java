package dev.podium.aws;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A shape of a service model, with its constraints.
sealed interface Shape {
    /// Its name in the model.
    String name();

    /// Tells whether its values must not be shown, in errors or logs.
    boolean sensitive();

    /// A structure.
    ///
    /// @param members     in the model's order
    /// @param folded      the same members by name in lower case
    /// @param required    names of the members that must be present
    /// @param payload     name of the member that is the whole body, or null
    /// @param document    true when it is any JSON value
    /// @param locationName name of its element when it is a whole XML body, or null
    /// @param errorCode   code on the wire of an exception in the query protocols, or null when it is the name
    record Structure(
            String name,
            boolean sensitive,
            SequencedMap<String, Member> members,
            Map<String, Member> folded,
            Set<String> required,
            @Nullable String payload,
            boolean document,
            @Nullable String errorCode,
            @Nullable String locationName)
            implements Shape {
        /// The member that a record's component of that name stands for, or null.
        @Nullable
        Member memberFor(String component) {
            Member exact = members.get(component);
            return exact != null ? exact : folded.get(component.toLowerCase(Locale.ROOT));
        }

        /// The member that a record's component of that name stands for.
        ///
        /// @throws IllegalStateException if there is none: the record is not this shape's
        Member memberOf(String component) {
            Member member = memberFor(component);
            if (member == null) {
                throw new IllegalStateException("shape " + name + " has no member " + component);
            }
            return member;
        }

        /// The same with another name of its element.
        Structure named(String element) {
            return new Structure(name, sensitive, members, folded, required, payload, document, errorCode, element);
        }
    }

    /// A list.
    record ListOf(String name, boolean sensitive, Member element, Range length, boolean flattened) implements Shape {}

    /// A map, whose keys are strings.
    record MapOf(String name, boolean sensitive, Member key, Member value, Range length, boolean flattened)
            implements Shape {}

    /// A string.
    ///
    /// @param values of the enumeration; empty when it isn't one
    record Text(
            String name,
            boolean sensitive,
            Range length,
            @Nullable Pattern pattern,
            List<String> values) implements Shape {}

    /// Bytes.
    record Blob(String name, boolean sensitive, Range length) implements Shape {}

    /// A number.
    record Numeric(String name, boolean sensitive, Kind kind, Range range) implements Shape {}

    /// A truth value.
    record Bool(String name, boolean sensitive) implements Shape {}

    /// A point in time.
    ///
    /// @param format `iso8601`, `unixTimestamp`, `rfc822`, or null for the protocol's own
    record Timestamp(
            String name, boolean sensitive, @Nullable String format) implements Shape {}

    /// The kinds of numbers.
    enum Kind {
        INTEGER("an Integer"),
        LONG("a Long"),
        FLOAT("a Float"),
        DOUBLE("a Double");

        private final String article;

        Kind(String article) {
            this.article = article;
        }

        /// The kind with its article, as error messages name it.
        String article() {
            return article;
        }

        boolean integral() {
            return this == INTEGER || this == LONG;
        }
    }

    /// Bounds, both inclusive; null where there is none.
    record Range(@Nullable Number min, @Nullable Number max) {
        static final Range NONE = new Range(null, null);

        boolean below(double value) {
            return min != null && value < min.doubleValue();
        }

        boolean above(double value) {
            return max != null && value > max.doubleValue();
        }
    }
}
