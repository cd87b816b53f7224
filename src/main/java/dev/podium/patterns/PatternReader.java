package dev.podium.patterns;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.codec.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// Reads patterns token by token: AWS names line and column of what it doesn't understand.
final class PatternReader {
    private static final int SHOWN = 500;
    /// Names of operators, which can't be names of fields within `$or`.
    private static final Set<String> RESERVED = Set.of(
            "exactly",
            "prefix",
            "suffix",
            "wildcard",
            "equals-ignore-case",
            "numeric",
            "anything-but",
            "exists",
            "cidr",
            "=",
            "<",
            "<=",
            ">",
            ">=");

    private final String text;
    private final JsonParser in;

    private PatternReader(String text, JsonParser in) {
        this.text = text;
        this.in = in;
    }

    /// Reads a pattern.
    ///
    /// @throws PatternException when it is none
    static Fields read(String text) throws PatternException {
        try (JsonParser in = Json.MAPPER.getFactory().createParser(text)) {
            PatternReader reader = new PatternReader(text, in);
            try {
                if (in.nextToken() != JsonToken.START_OBJECT) {
                    throw reader.wrong("Filter is not an object");
                }
                return reader.fields(false);
            } catch (JsonProcessingException e) {
                throw reader.wrong(e.getOriginalMessage());
            }
        } catch (IOException e) {
            throw new IllegalStateException("a text can be read", e);
        }
    }

    /// The error, with the place that was reached.
    PatternException wrong(String reason) {
        String shown = text.length() <= SHOWN
                ? text
                : text.substring(0, SHOWN) + "\"[truncated " + (text.length() - SHOWN) + " chars]";
        var place = in.currentLocation();
        return new PatternException(reason + "\n at [Source: (String)\"" + shown + (text.length() <= SHOWN ? "\"" : "")
                + "; line: " + place.getLineNr() + ", column: " + place.getColumnNr() + "]");
    }

    /// Members of the object whose brace has been read.
    private Fields fields(boolean inOr) throws IOException, PatternException {
        Map<String, Fields.Condition> members = new LinkedHashMap<>();
        List<List<Fields>> alternatives = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String name = in.currentName();
            if (name.equals("$or")) {
                alternatives.add(alternatives());
                continue;
            }
            if (inOr && RESERVED.contains(name)) {
                throw wrong(name + " is Ruler reserved fieldName which cannot be used inside $or.");
            }
            JsonToken token = in.nextToken();
            if (token == JsonToken.START_OBJECT) {
                members.put(name, new Fields.Condition.Within(fields(inOr)));
            } else if (token == JsonToken.START_ARRAY) {
                members.put(name, values());
            } else {
                throw wrong("\"" + name + "\" must be an object or an array");
            }
        }
        if (members.isEmpty() && alternatives.isEmpty()) {
            throw wrong("Empty objects are not allowed");
        }
        return new Fields(members, alternatives);
    }

    private List<Fields> alternatives() throws IOException, PatternException {
        if (in.nextToken() != JsonToken.START_ARRAY) {
            throw wrong("It must be an Array followed with $or.");
        }
        List<Fields> found = new ArrayList<>();
        for (JsonToken token = in.nextToken(); token != JsonToken.END_ARRAY; token = in.nextToken()) {
            if (token != JsonToken.START_OBJECT) {
                throw wrong("Only JSON object is allowed in array of $or relationship.");
            }
            found.add(fields(true));
        }
        if (found.size() < 2) {
            throw wrong("There must have at least 2 Objects in $or relationship.");
        }
        return found;
    }

    /// Values of the array whose bracket has been read.
    private Fields.Condition values() throws IOException, PatternException {
        List<Predicate<JsonNode>> values = new ArrayList<>();
        boolean absent = false;
        boolean none = true;
        for (JsonToken token = in.nextToken(); token != JsonToken.END_ARRAY; token = in.nextToken()) {
            none = false;
            if (token == JsonToken.START_OBJECT) {
                Operators operators = new Operators(this, in);
                if (operators.read(values)) {
                    absent = true;
                }
            } else if (token != null && token.isScalarValue()) {
                values.add(Operators.exactly(in.readValueAsTree()));
            } else {
                throw wrong("Match value must be String, number, true, false, or null");
            }
        }
        if (none) {
            throw wrong("Empty arrays are not allowed");
        }
        return new Fields.Condition.OneOf(values, absent);
    }
}
