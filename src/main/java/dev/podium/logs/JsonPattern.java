package dev.podium.logs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.codec.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A condition on events that are JSON objects: `{ ($.level = "ERROR" || $.code >= 500) && $.user.name = a* }`.
///
/// A message that is no JSON object never matches.
final class JsonPattern {
    private static final Pattern TOKEN = Pattern.compile("\\s*(?:(&&|\\|\\||[(){}]|!=|<=|>=|=|<|>)|"
            + "(\\$(?:\\.[^\\s.=!<>()\\[\\]&|{}]+|\\[(?:\\d+|\"[^\"]*\"|'[^']*')\\])*)|(\"(?:[^\"\\\\]|\\\\.)*\"|%[^%]*%)|"
            + "([^\\s=!<>()&|{}]+))");
    private static final Pattern STEP = Pattern.compile("\\.([^.\\[]+)|\\[(\\d+)\\]|\\[[\"']([^\\]]*)[\"']\\]");

    private final List<String> tokens = new ArrayList<>();
    private int at;

    private JsonPattern(String text) {
        Matcher matcher = TOKEN.matcher(text);
        int end = 0;
        while (end < text.length() && matcher.region(end, text.length()).lookingAt()) {
            tokens.add(matcher.group().strip());
            end = matcher.end();
        }
        if (!text.substring(end).isBlank()) {
            throw FilterPattern.invalid("unexpected " + text.substring(end).strip());
        }
    }

    static Predicate<String> parse(String text) {
        JsonPattern pattern = new JsonPattern(text);
        pattern.expect("{");
        Predicate<JsonNode> condition = pattern.any();
        pattern.expect("}");
        if (pattern.at < pattern.tokens.size()) {
            throw FilterPattern.invalid("unexpected " + pattern.peek());
        }
        return message -> {
            if (!message.stripLeading().startsWith("{")) {
                return false;
            }
            try {
                return condition.test(Json.MAPPER.readTree(message));
            } catch (JsonProcessingException e) {
                return false;
            }
        };
    }

    private String peek() {
        return at < tokens.size() ? tokens.get(at) : "";
    }

    private String next() {
        String token = peek();
        if (token.isEmpty()) {
            throw FilterPattern.invalid("it ends too early");
        }
        at++;
        return token;
    }

    private void expect(String token) {
        String found = next();
        if (!found.equals(token)) {
            throw FilterPattern.invalid("expected " + token + " instead of " + found);
        }
    }

    private Predicate<JsonNode> any() {
        Predicate<JsonNode> result = all();
        while (peek().equals("||")) {
            next();
            result = result.or(all());
        }
        return result;
    }

    private Predicate<JsonNode> all() {
        Predicate<JsonNode> result = one();
        while (peek().equals("&&")) {
            next();
            result = result.and(one());
        }
        return result;
    }

    private Predicate<JsonNode> one() {
        if (peek().equals("(")) {
            next();
            Predicate<JsonNode> inner = any();
            expect(")");
            return inner;
        }
        String path = next();
        if (!path.startsWith("$")) {
            throw FilterPattern.invalid("expected a property such as $.level instead of " + path);
        }
        List<String> steps = steps(path);
        String operator = next();
        return switch (operator.toUpperCase(Locale.ROOT)) {
            case "IS" -> is(steps, next());
            case "NOT" -> {
                if (!next().equalsIgnoreCase("EXISTS")) {
                    throw FilterPattern.invalid("expected NOT EXISTS");
                }
                yield node -> find(node, steps) == null;
            }
            case "=", "!=", "<", ">", "<=", ">=" -> compare(steps, operator, next());
            default -> throw FilterPattern.invalid("unexpected " + operator);
        };
    }

    private static Predicate<JsonNode> is(List<String> steps, String what) {
        return switch (what.toUpperCase(Locale.ROOT)) {
            case "NULL" ->
                node -> {
                    JsonNode found = find(node, steps);
                    return found != null && found.isNull();
                };
            case "TRUE", "FALSE" -> {
                boolean wanted = what.equalsIgnoreCase("TRUE");
                yield node -> {
                    JsonNode found = find(node, steps);
                    return found != null && found.isBoolean() && found.booleanValue() == wanted;
                };
            }
            default -> throw FilterPattern.invalid("expected NULL, TRUE or FALSE instead of " + what);
        };
    }

    private static Predicate<JsonNode> compare(List<String> steps, String operator, String value) {
        BigDecimal number = number(value);
        if (number == null && !operator.equals("=") && !operator.equals("!=")) {
            throw FilterPattern.invalid(operator + " needs a number instead of " + value);
        }
        Pattern text = text(value);
        return node -> {
            JsonNode found = find(node, steps);
            if (found == null || found.isContainerNode()) {
                return false;
            }
            if (number != null && found.isNumber()) {
                int order = found.decimalValue().compareTo(number);
                return switch (operator) {
                    case "=" -> order == 0;
                    case "!=" -> order != 0;
                    case "<" -> order < 0;
                    case ">" -> order > 0;
                    case "<=" -> order <= 0;
                    default -> order >= 0;
                };
            }
            boolean equal = value.startsWith("%")
                    ? text.matcher(found.asText()).find()
                    : text.matcher(found.asText()).matches();
            return switch (operator) {
                case "=" -> equal;
                case "!=" -> !equal;
                default -> false;
            };
        };
    }

    private static @Nullable BigDecimal number(String text) {
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /// A value as a regular expression: `*` stands for anything.
    private static Pattern text(String value) {
        if (value.startsWith("%")) {
            return FilterPattern.regex(value.substring(1, value.length() - 1));
        }
        String plain = value.startsWith("\"") ? FilterPattern.unquoted(value) : value;
        StringBuilder regex = new StringBuilder();
        for (String part : plain.split("\\*", -1)) {
            regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(part));
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    private static List<String> steps(String path) {
        List<String> steps = new ArrayList<>();
        Matcher matcher = STEP.matcher(path);
        int end = 1;
        while (matcher.region(end, path.length()).lookingAt()) {
            steps.add(
                    matcher.group(1) != null
                            ? matcher.group(1)
                            : matcher.group(2) != null ? matcher.group(2) : matcher.group(3));
            end = matcher.end();
        }
        return steps;
    }

    private static @Nullable JsonNode find(JsonNode node, List<String> steps) {
        JsonNode found = node;
        for (String step : steps) {
            JsonNode inner = found.isArray() && step.chars().allMatch(Character::isDigit) && step.length() < 9
                    ? found.get(Integer.parseInt(step))
                    : found.get(step);
            if (inner == null) {
                return null;
            }
            found = inner;
        }
        return found;
    }
}
