package dev.podium.codec;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// An ordered multimap read from `application/x-www-form-urlencoded` text: a form body or a query string.
///
/// A name without `=` has the empty value.
public final class Form {
    private static final Form EMPTY = new Form(new LinkedHashMap<>());

    private final SequencedMap<String, List<String>> values;

    private Form(SequencedMap<String, List<String>> values) {
        this.values = values;
    }

    /// Parses a form; null and empty text give the empty form.
    ///
    /// @throws IllegalArgumentException if a percent escape is malformed
    public static Form parse(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return EMPTY;
        }
        SequencedMap<String, List<String>> values = new LinkedHashMap<>();
        int start = 0;
        while (start <= text.length()) {
            int end = text.indexOf('&', start);
            end = end < 0 ? text.length() : end;
            if (end > start) {
                int equals = text.indexOf('=', start);
                boolean flag = equals < 0 || equals > end;
                String name = decode(text.substring(start, flag ? end : equals));
                String value = flag ? "" : decode(text.substring(equals + 1, end));
                values.computeIfAbsent(name, key -> new ArrayList<>(1)).add(value);
            }
            start = end + 1;
        }
        return new Form(values);
    }

    /// The first value of a name, or null.
    public @Nullable String first(String name) {
        List<String> all = values.get(name);
        return all == null ? null : all.getFirst();
    }

    /// All values of a name in their order; empty when there are none.
    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /// Tells whether the name occurs, with or without a value.
    public boolean has(String name) {
        return values.containsKey(name);
    }

    /// The names and their values in the order of the text.
    public Map<String, List<String>> entries() {
        return values;
    }

    private static String decode(String text) {
        return text.indexOf('%') < 0 && text.indexOf('+') < 0 ? text : URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
