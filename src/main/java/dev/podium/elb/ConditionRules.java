package dev.podium.elb;

import dev.podium.elb.proxy.Expression;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Checks the conditions of a rule, and brings them into the form that AWS shows.
final class ConditionRules {
    private static final List<String> FIELDS =
            List.of("http-header", "http-request-method", "host-header", "path-pattern", "query-string", "source-ip");
    private static final Set<String> ONCE = Set.of("http-request-method", "host-header", "path-pattern", "source-ip");
    private static final int MOST_VALUES = 5;
    private static final int MOST_WILDCARDS = 6;
    private static final int LONGEST = 128;
    private static final int LONGEST_NAME = 40;

    private ConditionRules() {}

    /// Checks all conditions of a rule.
    ///
    /// @return them as they are stored and shown
    static List<Condition> check(List<Condition> given) {
        if (given.isEmpty()) {
            throw ElbError.validation("A condition must be specified");
        }
        List<Condition> whole = given.stream().map(ConditionRules::whole).toList();
        Set<String> seen = new HashSet<>();
        for (Condition condition : whole) {
            if (!seen.add(String.valueOf(condition.field())) && ONCE.contains(String.valueOf(condition.field()))) {
                throw ElbError.validation("A rule can only have one '" + condition.field() + "' condition");
            }
        }
        List<String> values = whole.stream().flatMap(ConditionRules::values).toList();
        if (values.size()
                        + whole.stream()
                                .mapToInt(one -> expressions(one).size())
                                .sum()
                > MOST_VALUES) {
            throw ElbError.validation("A rule can only have '" + MOST_VALUES + "' condition values");
        }
        if (values.stream()
                        .flatMapToInt(String::chars)
                        .filter(c -> c == '*' || c == '?')
                        .count()
                > MOST_WILDCARDS) {
            throw ElbError.validation("A rule can only have '" + MOST_WILDCARDS + "' condition wildcards");
        }
        return whole;
    }

    private static Condition whole(Condition given) {
        String field = given.field();
        if (field == null || !FIELDS.contains(field)) {
            throw ElbError.validation("Condition field '" + field + "' must be one of '" + FIELDS + "'");
        }
        if (given.configured().stream().anyMatch(configured -> !configured.equals(field))) {
            throw ElbError.validation("A condition with the field '" + field
                    + "' can't have the configuration of another field: " + given.configured());
        }
        return switch (field) {
            case "host-header" -> {
                Condition.Patterns found = patterns(field, given, given.hostHeaderConfig());
                yield condition(field, found, found, null);
            }
            case "path-pattern" -> {
                Condition.Patterns found = patterns(field, given, given.pathPatternConfig());
                yield condition(field, found, null, found);
            }
            default -> configured(field, given);
        };
    }

    private static Condition condition(
            String field,
            Condition.Patterns found,
            Condition.@Nullable Patterns hosts,
            Condition.@Nullable Patterns paths) {
        return new Condition(field, found.values(), hosts, paths, null, null, null, null, found.regexValues());
    }

    private static Condition.Patterns patterns(String field, Condition given, Condition.@Nullable Patterns config) {
        List<String> values = Selection.orNone(given.values());
        List<String> expressions = Selection.orNone(given.regexValues());
        if (config != null) {
            if (!values.isEmpty() || !expressions.isEmpty()) {
                throw ElbError.validation("Values and a configuration can't both be specified in a condition");
            }
            values = Selection.orNone(config.values());
            expressions = Selection.orNone(config.regexValues());
        }
        checkEither(field, values, expressions);
        if (field.equals("path-pattern")) {
            values.forEach(value -> {
                if (!value.matches("[A-Za-z0-9_.$/~\"'@:+&*?!%,;=()\\[\\]{}#|^\\\\ -]+")) {
                    throw ElbError.validation("The path pattern '" + value + "' has characters that can't be in one");
                }
            });
        }
        return new Condition.Patterns(values.isEmpty() ? null : values, expressions.isEmpty() ? null : expressions);
    }

    private static void checkEither(String field, List<String> values, List<String> expressions) {
        if (!values.isEmpty() && !expressions.isEmpty()) {
            throw ElbError.validation("Values and RegexValues can't both be specified in a condition");
        }
        checkValues(field, values.isEmpty() ? expressions : values);
        for (String expression : expressions) {
            if (!Expression.valid(expression)) {
                throw ElbError.validation("The regular expression '" + expression + "' is not valid");
            }
        }
    }

    private static Condition configured(String field, Condition given) {
        if (given.values() != null && !given.values().isEmpty()) {
            throw ElbError.validation("Values can't be specified in a condition with the field '" + field + "'");
        }
        Condition.HttpHeader header = given.httpHeaderConfig();
        if (header == null) {
            checkValues(field, values(given).toList());
        } else {
            checkEither(field, Selection.orNone(header.values()), Selection.orNone(header.regexValues()));
        }
        switch (field) {
            case "http-header" -> checkHeader(header);
            case "http-request-method" ->
                values(given).forEach(value -> {
                    if (!value.matches("[A-Z_-]{1,40}")) {
                        throw ElbError.validation("The HTTP method '" + value
                                + "' can only contain A-Z, hyphens and underscores, and 40 characters");
                    }
                });
            case "source-ip" -> values(given).forEach(ConditionRules::checkRange);
            case "query-string" -> checkParameters(given.queryStringConfig());
            default -> {
                // The others are made of patterns.
            }
        }
        return new Condition(
                field,
                null,
                null,
                null,
                given.httpHeaderConfig(),
                given.queryStringConfig(),
                given.httpRequestMethodConfig(),
                given.sourceIpConfig(),
                null);
    }

    private static void checkValues(String field, @Nullable List<String> values) {
        if (values == null || values.isEmpty()) {
            throw ElbError.validation("A condition value must be specified for the field '" + field + "'");
        }
        for (String value : values) {
            if (value.isEmpty() || value.length() > LONGEST) {
                throw ElbError.validation(
                        "The condition value '" + value + "' must be between 1 and '" + LONGEST + "' characters long");
            }
        }
    }

    private static void checkHeader(Condition.@Nullable HttpHeader header) {
        String name = header == null ? null : header.httpHeaderName();
        if (name == null || !name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]{1," + LONGEST_NAME + "}")) {
            throw ElbError.validation("The HTTP header name '" + name + "' is not valid");
        }
        if (name.equalsIgnoreCase("host")) {
            throw ElbError.validation("The header 'host' needs a condition with the field 'host-header'");
        }
    }

    private static void checkParameters(Condition.@Nullable QueryString query) {
        List<Condition.KeyValue> pairs = query == null || query.values() == null ? List.of() : query.values();
        if (pairs.stream().anyMatch(pair -> pair.value() == null || pair.value().isEmpty())) {
            throw ElbError.validation("A condition value must be specified for each query string parameter");
        }
    }

    private static void checkRange(String range) {
        int slash = range.indexOf('/');
        String address = slash < 0 ? "" : range.substring(0, slash);
        boolean six = address.contains(":");
        String bits = range.substring(slash + 1);
        if (!address.matches("[0-9A-Fa-f:.]+")
                || !bits.matches("\\d{1,3}")
                || Integer.parseInt(bits) > (six ? 128 : 32)
                || !literal(address, six)) {
            throw ElbError.validation("The source IP '" + range + "' is not a valid CIDR block");
        }
    }

    /// Tells whether a text is an IP address; no name is looked up.
    static boolean literal(String address, boolean six) {
        try {
            return six
                    ? address.contains(":") && InetAddress.ofLiteral(address) != null
                    : address.matches("(\\d{1,3}\\.){3}\\d{1,3}") && InetAddress.ofLiteral(address) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /// The regular expressions of a condition.
    static List<String> expressions(Condition condition) {
        Condition.HttpHeader header = condition.httpHeaderConfig();
        return Selection.orNone(header == null ? condition.regexValues() : header.regexValues());
    }

    /// All values of a condition; of a query string, keys and values together.
    static Stream<String> values(Condition condition) {
        return Stream.of(
                        condition.hostHeaderConfig() == null
                                ? null
                                : condition.hostHeaderConfig().values(),
                        condition.pathPatternConfig() == null
                                ? null
                                : condition.pathPatternConfig().values(),
                        condition.httpHeaderConfig() == null
                                ? null
                                : condition.httpHeaderConfig().values(),
                        condition.httpRequestMethodConfig() == null
                                ? null
                                : condition.httpRequestMethodConfig().values(),
                        condition.sourceIpConfig() == null
                                ? null
                                : condition.sourceIpConfig().values(),
                        parameters(condition))
                .flatMap(values -> values == null ? Stream.of() : values.stream());
    }

    private static @Nullable List<String> parameters(Condition condition) {
        Condition.QueryString query = condition.queryStringConfig();
        return query == null || query.values() == null
                ? null
                : query.values().stream()
                        .map(pair -> (pair.key() == null ? "" : pair.key()) + String.valueOf(pair.value()))
                        .toList();
    }
}
