package dev.podium.elb.proxy;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/// A listener's rules in their order, ready to be asked.
final class RuleTable {
    private final List<Entry> entries;
    private final Action otherwise;

    private record Entry(List<Predicate<Asked>> conditions, Action action) {}

    private record Asked(Incoming request, RequestTarget target) {}

    private RuleTable(List<Entry> entries, Action otherwise) {
        this.entries = entries;
        this.otherwise = otherwise;
    }

    /// Compiles rules.
    ///
    /// @throws IllegalArgumentException if there is no default rule, or a range of addresses is
    ///     none
    static RuleTable of(List<Rule> rules) {
        List<Entry> entries = new ArrayList<>();
        Action otherwise = null;
        for (Rule rule :
                rules.stream().sorted(Comparator.comparingInt(Rule::priority)).toList()) {
            if (rule.priority() == Rule.DEFAULT) {
                otherwise = rule.action();
            } else {
                entries.add(new Entry(
                        rule.conditions().stream().map(RuleTable::compile).toList(), rule.action()));
            }
        }
        if (otherwise == null) {
            throw new IllegalArgumentException("a listener needs a default rule");
        }
        return new RuleTable(entries, otherwise);
    }

    /// What to do with a request.
    Action action(Incoming request, RequestTarget target) {
        if (!entries.isEmpty()) {
            Asked asked = new Asked(request, target);
            for (Entry entry : entries) {
                if (entry.conditions().stream().allMatch(condition -> condition.test(asked))) {
                    return entry.action();
                }
            }
        }
        return otherwise;
    }

    private static Predicate<Asked> compile(Condition condition) {
        return switch (condition) {
            case Condition.PathPattern c -> {
                List<Wildcard> values = wildcards(c.values(), true);
                yield asked -> any(values, asked.target().path());
            }
            case Condition.HostHeader c -> {
                List<Wildcard> values = wildcards(c.values(), false);
                yield asked -> any(values, asked.target().host());
            }
            case Condition.HttpHeader c -> {
                List<Wildcard> values = wildcards(c.values(), false);
                yield asked -> asked.request().headers().all(c.name()).stream().anyMatch(value -> any(values, value));
            }
            case Condition.Regular c -> {
                boolean path = c.of().equals("path-pattern");
                List<Expression> all = c.expressions().stream()
                        .map(one -> Expression.of(one, path))
                        .toList();
                yield asked -> texts(asked, c.of()).stream()
                        .anyMatch(text -> all.stream().anyMatch(one -> one.occursIn(text)));
            }
            case Condition.RequestMethod c ->
                asked -> c.values().contains(asked.request().method());
            case Condition.QueryString c -> {
                List<Pair> pairs = c.values().stream().map(Pair::of).toList();
                yield asked -> matches(pairs, asked.target().query());
            }
            case Condition.SourceIp c -> {
                List<AddressRange> ranges =
                        c.values().stream().map(AddressRange::parse).toList();
                yield asked -> ranges.stream()
                        .anyMatch(
                                range -> range.contains(asked.request().remote().getAddress()));
            }
        };
    }

    private static List<String> texts(Asked asked, String of) {
        return switch (of) {
            case "path-pattern" -> List.of(asked.target().path());
            case "host-header" -> List.of(asked.target().host());
            default -> asked.request().headers().all(of);
        };
    }

    private static List<Wildcard> wildcards(List<String> values, boolean caseMatters) {
        return values.stream().map(value -> Wildcard.of(value, caseMatters)).toList();
    }

    private static boolean any(List<Wildcard> values, String text) {
        for (Wildcard value : values) {
            if (value.matches(text)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(List<Pair> pairs, @org.jspecify.annotations.Nullable String query) {
        if (query == null) {
            return false;
        }
        for (String part : query.split("&", -1)) {
            int equals = part.indexOf('=');
            String key = equals < 0 ? "" : decoded(part.substring(0, equals));
            String value = decoded(part.substring(equals + 1));
            if (pairs.stream().anyMatch(pair -> pair.matches(key, value))) {
                return true;
            }
        }
        return false;
    }

    private static String decoded(String text) {
        try {
            return text.indexOf('%') < 0 && text.indexOf('+') < 0
                    ? text
                    : URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private record Pair(Wildcard key, Wildcard value) {
        static Pair of(Condition.Parameter parameter) {
            String key = parameter.key() == null ? "*" : parameter.key();
            return new Pair(Wildcard.of(key, false), Wildcard.of(parameter.value(), false));
        }

        boolean matches(String aKey, String aValue) {
            return key.matches(aKey) && value.matches(aValue);
        }
    }
}
