package dev.podium.patterns;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/// Reads what a value is compared with: `{"prefix": "a"}` and the like.
final class Operators {
    private static final String ONE_KEY = "Only one key allowed in match expression";
    private static final String IGNORE_CASE = "equals-ignore-case";

    private final PatternReader reader;
    private final JsonParser in;

    Operators(PatternReader reader, JsonParser in) {
        this.reader = reader;
        this.in = in;
    }

    /// A value as it stands; numbers are equal however they are written.
    static Predicate<JsonNode> exactly(JsonNode wanted) {
        if (wanted.isNumber()) {
            BigDecimal number = wanted.decimalValue();
            return value -> value.isNumber() && value.decimalValue().compareTo(number) == 0;
        }
        return wanted::equals;
    }

    /// Reads the expression whose brace has been read.
    ///
    /// @param values where its condition on values goes
    /// @return whether it is met by absence
    boolean read(List<Predicate<JsonNode>> values) throws IOException, PatternException {
        String operator = name("Match expression name not found");
        JsonToken token = in.nextToken();
        switch (operator) {
            case "exactly" -> values.add(exactly(string(token, "exact match pattern must be a string")));
            case "prefix", "suffix" -> values.add(edge(operator, token));
            case IGNORE_CASE, "wildcard" ->
                values.add(onText(operator, string(token, operator + " match pattern must be a string")));
            case "cidr" -> {
                String block =
                        string(token, "prefix match pattern must be a string").textValue();
                values.add(
                        AddressBlock.parse(block).orElseThrow(() -> reader.wrong("Malformed CIDR, one '/' required")));
            }
            case "numeric" -> values.add(numeric(token));
            case "anything-but" -> values.add(anythingBut(token));
            case "exists" -> {
                if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
                    throw reader.wrong("exists match pattern must be either true or false.");
                }
                if (token == JsonToken.VALUE_TRUE) {
                    values.add(value -> true);
                }
                end(ONE_KEY);
                return token == JsonToken.VALUE_FALSE;
            }
            default -> throw reader.wrong("Unrecognized match type " + operator);
        }
        end(
                operator.equals("numeric") || operator.equals("anything-but")
                        ? "Too many elements in numeric expression"
                        : ONE_KEY);
        return false;
    }

    private String name(String missing) throws IOException, PatternException {
        if (in.nextToken() != JsonToken.FIELD_NAME) {
            throw reader.wrong(missing);
        }
        return in.currentName();
    }

    private void end(String more) throws IOException, PatternException {
        if (in.nextToken() != JsonToken.END_OBJECT) {
            throw reader.wrong(more);
        }
    }

    private JsonNode string(JsonToken token, String otherwise) throws IOException, PatternException {
        if (token != JsonToken.VALUE_STRING) {
            throw reader.wrong(otherwise);
        }
        return in.readValueAsTree();
    }

    /// `prefix` and `suffix`, also without regard to case.
    private Predicate<JsonNode> edge(String operator, JsonToken token) throws IOException, PatternException {
        if (token != JsonToken.START_OBJECT) {
            return onText(operator, string(token, operator + " match pattern must be a string"));
        }
        String title = operator.equals("prefix") ? "Prefix" : "Suffix";
        String inner = name(title + " expression name not found");
        if (!inner.equals(IGNORE_CASE)) {
            throw reader.wrong("Unsupported " + operator + " pattern: " + inner);
        }
        String wanted = string(in.nextToken(), IGNORE_CASE + " match pattern must be a string")
                .textValue();
        end(ONE_KEY);
        boolean atEnd = operator.equals("suffix");
        return value -> value.isTextual()
                && value.textValue()
                        .regionMatches(
                                true,
                                atEnd ? value.textValue().length() - wanted.length() : 0,
                                wanted,
                                0,
                                wanted.length());
    }

    private Predicate<JsonNode> onText(String operator, JsonNode operand) throws PatternException {
        String wanted = operand.textValue();
        Predicate<String> condition = switch (operator) {
            case "prefix" -> text -> text.startsWith(wanted);
            case "suffix" -> text -> text.endsWith(wanted);
            case IGNORE_CASE -> text -> text.equalsIgnoreCase(wanted);
            default -> {
                Optional<String> fault = Wildcard.fault(wanted);
                if (fault.isPresent()) {
                    throw reader.wrong(fault.get());
                }
                yield Wildcard.of(wanted)::matches;
            }
        };
        return value -> value.isTextual() && condition.test(value.textValue());
    }

    /// Whatever is none of these: strings, numbers, or texts of a form.
    private Predicate<JsonNode> anythingBut(JsonToken first) throws IOException, PatternException {
        String operator = "";
        JsonToken token = first;
        if (token == JsonToken.START_OBJECT) {
            operator = name("Anything-But expression name not found");
            if (!List.of(IGNORE_CASE, "prefix", "suffix", "wildcard").contains(operator)) {
                throw reader.wrong("Unsupported anything-but pattern: " + operator);
            }
            token = in.nextToken();
        }
        List<Predicate<JsonNode>> excluded = new ArrayList<>();
        if (token == JsonToken.START_ARRAY) {
            int strings = 0;
            for (token = in.nextToken(); token != JsonToken.END_ARRAY; token = in.nextToken()) {
                strings += token == JsonToken.VALUE_STRING ? 1 : 0;
                excluded.add(excluded(operator, token));
            }
            if (operator.isEmpty() && (excluded.isEmpty() || (strings != 0 && strings != excluded.size()))) {
                throw reader.wrong("Inside anything but list, either all values are number or string, mixed type is not"
                        + " supported");
            }
        } else if (token == JsonToken.VALUE_STRING || (token != null && token.isNumeric())) {
            excluded.add(excluded(operator, token));
        } else {
            throw reader.wrong("Value of anything-but must be an array or single string/number value.");
        }
        if (!operator.isEmpty()) {
            end("Too many elements in numeric expression");
        }
        return value -> excluded.stream().noneMatch(one -> one.test(value));
    }

    private Predicate<JsonNode> excluded(String operator, JsonToken token) throws IOException, PatternException {
        if (operator.isEmpty()) {
            if (token != JsonToken.VALUE_STRING && !token.isNumeric()) {
                throw reader.wrong("Inside anything but list, start|null|boolean is not supported.");
            }
            return exactly(in.readValueAsTree());
        }
        JsonNode operand = string(
                token,
                switch (operator) {
                    case IGNORE_CASE ->
                        "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.";
                    case "wildcard" -> "wildcard match pattern must be a string";
                    default -> "prefix/suffix match pattern must be a string";
                });
        if (operand.textValue().isEmpty() && operator.endsWith("fix")) {
            throw reader.wrong("Null prefix/suffix not allowed");
        }
        return onText(operator, operand);
    }

    /// `[">", 0, "<=", 5]`.
    private Predicate<JsonNode> numeric(JsonToken first) throws IOException, PatternException {
        if (first != JsonToken.START_ARRAY) {
            throw reader.wrong("Value of numeric must be an array.");
        }
        if (in.nextToken() != JsonToken.VALUE_STRING) {
            throw reader.wrong("Invalid member in numeric match: " + in.getText());
        }
        String operator = in.getText();
        Predicate<JsonNode> condition = compared(operator);
        JsonToken token = in.nextToken();
        if (token == JsonToken.END_ARRAY) {
            return condition;
        }
        if (!operator.startsWith(">")) {
            throw reader.wrong("Too many elements in numeric expression");
        }
        if (token != JsonToken.VALUE_STRING) {
            throw reader.wrong("Bad value in numeric range: " + in.getText());
        }
        String upper = in.getText();
        if (!upper.startsWith("<")) {
            throw reader.wrong("Bad numeric range operator: " + upper);
        }
        Predicate<JsonNode> both = condition.and(compared(upper));
        if (in.nextToken() != JsonToken.END_ARRAY) {
            throw reader.wrong("Too many terms in numeric range expression");
        }
        return both;
    }

    /// A comparison with the number that follows.
    private Predicate<JsonNode> compared(String operator) throws IOException, PatternException {
        IntPredicate wanted = switch (operator) {
            case "=" -> sign -> sign == 0;
            case "<" -> sign -> sign < 0;
            case "<=" -> sign -> sign <= 0;
            case ">" -> sign -> sign > 0;
            case ">=" -> sign -> sign >= 0;
            default -> throw reader.wrong("Unrecognized numeric range operator: " + operator);
        };
        JsonToken token = in.nextToken();
        if (token == null || !token.isNumeric()) {
            String named = operator.equals("=") ? "equals" : operator;
            throw reader.wrong(String.format(Locale.ROOT, "Value of %s must be numeric", named));
        }
        BigDecimal number = in.getDecimalValue();
        return value -> value.isNumber() && wanted.test(value.decimalValue().compareTo(number));
    }
}
