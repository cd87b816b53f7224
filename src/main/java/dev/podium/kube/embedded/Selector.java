package dev.podium.kube.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Label and field selectors of list and watch.
///
/// @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors">Label
/// selectors</a>
final class Selector {
    private static final Set<String> FIELDS = Set.of(
            "metadata.name",
            "metadata.namespace",
            "spec.nodeName",
            "spec.restartPolicy",
            "status.phase",
            "status.podIP");

    private Selector() {}

    /// What both selectors let through; empty texts select everything.
    ///
    /// @throws StatusException 400 when a selector can't be parsed or a field is not supported
    static Predicate<StoredPod> of(String labels, String fields) throws StatusException {
        Predicate<StoredPod> all = p -> true;
        for (String requirement : requirements(labels)) {
            Predicate<Map<String, String>> one = label(requirement, labels);
            all = all.and(p -> one.test(p.labels()));
        }
        for (String requirement : requirements(fields)) {
            all = all.and(field(requirement));
        }
        return all;
    }

    /// Splits at commas outside of parentheses.
    private static List<String> requirements(String text) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : ',';
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && (depth <= 0 || i == text.length())) {
                String part = text.substring(from, i).strip();
                if (!part.isEmpty()) {
                    parts.add(part);
                }
                from = i + 1;
            }
        }
        return parts;
    }

    private static Predicate<Map<String, String>> label(String text, String whole) throws StatusException {
        int open = text.indexOf('(');
        if (open > 0 && text.endsWith(")")) {
            String[] words = text.substring(0, open).strip().split("\\s+", -1);
            Set<String> values = Stream.of(
                            text.substring(open + 1, text.length() - 1).split(",", -1))
                    .map(String::strip)
                    .collect(Collectors.toSet());
            if (words.length == 2 && words[1].equals("in")) {
                return l -> l.containsKey(words[0]) && values.contains(l.get(words[0]));
            }
            if (words.length == 2 && words[1].equals("notin")) {
                return l -> !l.containsKey(words[0]) || !values.contains(l.get(words[0]));
            }
            throw unparsable(whole);
        }
        int equals = text.indexOf('=');
        if (equals < 0) {
            boolean absent = text.startsWith("!");
            String key = text.substring(absent ? 1 : 0).strip();
            check(key, whole);
            return l -> l.containsKey(key) != absent;
        }
        boolean not = equals > 0 && text.charAt(equals - 1) == '!';
        String key = text.substring(0, not ? equals - 1 : equals).strip();
        String value = text.substring(text.startsWith("==", equals) ? equals + 2 : equals + 1)
                .strip();
        check(key, whole);
        if (!value.isEmpty()) {
            check(value, whole);
        }
        return l -> value.equals(l.get(key)) != not;
    }

    private static Predicate<StoredPod> field(String text) throws StatusException {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw StatusException.badRequest("invalid selector: '" + text + "'; can't understand '" + text + "'");
        }
        boolean not = text.charAt(equals - 1) == '!';
        String key = text.substring(0, not ? equals - 1 : equals).strip();
        String value = text.substring(text.startsWith("==", equals) ? equals + 2 : equals + 1)
                .strip();
        if (!FIELDS.contains(key)) {
            throw StatusException.badRequest("field label not supported: " + key);
        }
        if (key.equals("metadata.name")) {
            return p -> p.name().equals(value) != not;
        }
        return p -> {
            JsonNode found = PodTable.parse(p.json()).at("/" + key.replace('.', '/'));
            return found.asText("").equals(value) != not;
        };
    }

    private static void check(String part, String whole) throws StatusException {
        boolean good = !part.isEmpty()
                && part.chars()
                        .allMatch(c -> Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.' || c == '/');
        if (!good) {
            throw unparsable(whole);
        }
    }

    private static StatusException unparsable(String text) {
        return StatusException.badRequest("unable to parse requirement: " + text);
    }
}
