package dev.podium.logs;

import dev.podium.logs.LogsError.InvalidParameter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// What an event's message must be like: terms, a regular expression, or a condition on JSON.
///
/// `ERROR "two words"` wants all of them, `-word` none, `?a ?b` any (and counts for nothing beside other terms,
/// as in AWS). Terms are case sensitive. `%…%` is a regular expression.
///
/// @see <a href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html">Syntax</a>
final class FilterPattern {
    private FilterPattern() {}

    /// Reads a pattern; an empty one, or none, takes everything.
    static Predicate<String> parse(@Nullable String pattern) {
        String text = pattern == null ? "" : pattern.strip();
        if (text.isEmpty()) {
            return message -> true;
        }
        if (text.startsWith("{")) {
            return JsonPattern.parse(text);
        }
        if (text.startsWith("[")) {
            throw new InvalidParameter(
                            "Invalid filter pattern: patterns of space-delimited fields ([a, b]) are not supported by"
                                    + " Podium; use terms, %regular expressions% or { $.json = conditions }")
                    .thrown();
        }
        return terms(text);
    }

    private static Predicate<String> terms(String text) {
        List<Predicate<String>> needed = new ArrayList<>();
        List<Predicate<String>> optional = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c)) {
                at++;
                continue;
            }
            boolean any = c == '?';
            boolean none = c == '-';
            int start = any || none ? at + 1 : at;
            int end = end(text, start);
            Predicate<String> term = term(text.substring(start, end));
            if (any) {
                optional.add(term);
            } else {
                needed.add(none ? term.negate() : term);
            }
            at = end;
        }
        if (needed.isEmpty() && !optional.isEmpty()) {
            return message -> optional.stream().anyMatch(term -> term.test(message));
        }
        return message -> needed.stream().allMatch(term -> term.test(message));
    }

    /// Where the term ends that begins at `start`.
    private static int end(String text, int start) {
        char first = start < text.length() ? text.charAt(start) : ' ';
        if (first == '"' || first == '%') {
            int at = start + 1;
            while (at < text.length() && text.charAt(at) != first) {
                at += text.charAt(at) == '\\' ? 2 : 1;
            }
            if (at >= text.length()) {
                throw invalid("a term has no closing " + first);
            }
            return at + 1;
        }
        int at = start;
        while (at < text.length() && !Character.isWhitespace(text.charAt(at))) {
            char c = text.charAt(at);
            if (!Character.isLetterOrDigit(c) && c != '_') {
                throw invalid("a term with other characters than letters, digits and underscores must be put in double"
                        + " quotation marks: " + text.substring(start));
            }
            at++;
        }
        if (at == start) {
            throw invalid("a term is missing");
        }
        return at;
    }

    private static Predicate<String> term(String text) {
        if (text.startsWith("\"")) {
            String wanted = unquoted(text);
            return message -> message.contains(wanted);
        }
        if (text.startsWith("%")) {
            Pattern regex = regex(text.substring(1, text.length() - 1));
            return message -> regex.matcher(message).find();
        }
        return message -> message.contains(text);
    }

    static String unquoted(String quoted) {
        return quoted.substring(1, quoted.length() - 1).replace("\\\"", "\"").replace("\\\\", "\\");
    }

    static Pattern regex(String text) {
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw invalid("the regular expression can't be read: " + e.getDescription());
        }
    }

    static RuntimeException invalid(String why) {
        return new InvalidParameter("Invalid filter pattern: " + why).thrown();
    }
}
