package dev.podium.elb;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The attributes of one kind of resource: their keys, their first values, and what they may be.
final class AttributeTable {
    private final String what;
    private final String variant;
    private final List<String> all;
    private final SequencedMap<String, Known> known = new LinkedHashMap<>();

    /// @param what    in words, as `Load balancer`
    /// @param variant to which it belongs, as `load balancers with type 'network'`
    /// @param all     keys of all variants
    AttributeTable(String what, String variant, List<String> all, List<Known> known) {
        this.what = what;
        this.variant = variant;
        this.all = all;
        known.forEach(attribute -> this.known.put(attribute.key, attribute));
    }

    /// One attribute.
    ///
    /// @param initial null when it isn't shown before it is set
    /// @param rule    ends the sentence "the value must be …"
    record Known(String key, @Nullable String initial, String rule, Predicate<String> allowed) {
        static Known flag(String key, boolean initial) {
            return oneOf(key, String.valueOf(initial), "true", "false");
        }

        static Known number(String key, int initial, int least, int most) {
            return new Known(
                    key,
                    String.valueOf(initial),
                    "between '" + least + "' and '" + most + "', inclusive",
                    value -> in(value, least, most));
        }

        static Known oneOf(String key, String initial, String... values) {
            return new Known(
                    key,
                    initial,
                    "one of " + Arrays.toString(values),
                    value -> Arrays.asList(values).contains(value));
        }

        /// A number, or a word.
        static Known numberOr(String key, String initial, String word, int least, int most) {
            return new Known(
                    key,
                    initial,
                    "'" + word + "' or between '" + least + "' and '" + most + "', inclusive",
                    value -> value.equals(word) || in(value, least, most));
        }

        static Known text(String key, String initial) {
            return new Known(key, initial, "at most 1024 characters long", value -> value.length() <= 1024);
        }

        /// The same, not shown before it is set.
        Known hidden() {
            return new Known(key, null, rule, allowed);
        }

        private static boolean in(String value, int least, int most) {
            try {
                int number = Integer.parseInt(value);
                return number >= least && number <= most;
            } catch (NumberFormatException e) {
                return false;
            }
        }
    }

    Stream<String> keys() {
        return known.keySet().stream();
    }

    /// The first values.
    Map<String, String> defaults() {
        Map<String, String> values = new LinkedHashMap<>();
        known.forEach((key, attribute) -> {
            if (attribute.initial != null) {
                values.put(key, attribute.initial);
            }
        });
        return values;
    }

    /// The values after a change.
    ///
    /// @throws dev.podium.aws.AwsException ValidationError or InvalidConfigurationRequest, naming the attribute
    Map<String, String> change(Map<String, String> before, List<Attribute> given) {
        Map<String, String> after = new LinkedHashMap<>(before);
        for (Attribute attribute : given) {
            String key = attribute.key();
            if (key == null) {
                throw ElbError.validation(what + " attribute key must be specified");
            }
            String value = attribute.value() == null ? "" : attribute.value();
            after.put(key, value);
            check(key, value);
        }
        return after;
    }

    private void check(String key, String value) {
        Known attribute = known.get(key);
        if (attribute == null) {
            throw all.contains(key)
                    ? ElbError.configuration(what + " attribute key '" + key + "' is not supported on " + variant)
                    : ElbError.validation(what + " attribute key '" + key + "' is not recognized");
        }
        if (!attribute.allowed.test(value)) {
            throw ElbError.validation(
                    what + " attribute '" + key + "' must be " + attribute.rule + ", not '" + value + "'");
        }
    }
}
