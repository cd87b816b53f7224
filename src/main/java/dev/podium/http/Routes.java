package dev.podium.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds the target of a request by method and **raw** path, so that an escaped `/` stays inside its segment.
///
/// A template is a path of literal segments, `{label}` for one segment and, at its end, `{label+}` for one or
/// more. It may ask for query parameters: `?flag` or `?name=value`, joined by `&`. A literal wins over a
/// label, a template with more query parameters over one with fewer. A trailing slash of the path does not
/// matter, except that a `{label+}` keeps it. Immutable.
///
/// @param <T> what a route leads to
public final class Routes<T> {
    private final Node<T> root;

    private Routes(Node<T> root) {
        this.root = root;
    }

    /// What a request matched: the route's target and its labels, percent-decoded.
    public record Match<T>(T target, Map<String, String> labels) {}

    /// A builder without routes.
    public static <T> Builder<T> builder() {
        return new Builder<>();
    }

    /// The match of a request, or null when nothing fits.
    public @Nullable Match<T> match(String method, String rawPath, @Nullable String rawQuery) {
        String[] labels = new String[8];
        Route<T> route = match(root, method, rawPath, 1, rawQuery, labels, 0);
        return route == null ? null : new Match<>(route.target, route.labels(labels));
    }

    private static <T> @Nullable Route<T> match(
            Node<T> node, String method, String path, int start, @Nullable String query, String[] labels, int depth) {
        if (start >= path.length()) {
            Route<T> here = node.route(method, query);
            return here;
        }
        int slash = path.indexOf('/', start);
        int end = slash < 0 ? path.length() : slash;
        String segment = path.substring(start, end);
        Node<T> literal = node.literals.get(segment);
        if (literal != null) {
            Route<T> found = match(literal, method, path, end + 1, query, labels, depth);
            if (found != null) {
                return found;
            }
        }
        if (node.label != null && depth < labels.length) {
            labels[depth] = segment;
            Route<T> found = match(node.label, method, path, end + 1, query, labels, depth + 1);
            if (found != null) {
                return found;
            }
        }
        if (node.greedy != null && depth < labels.length) {
            labels[depth] = path.substring(start);
            return node.greedy.route(method, query);
        }
        return null;
    }

    /// Collects routes.
    ///
    /// @param <T> what a route leads to
    public static final class Builder<T> {
        private final Node<T> root = new Node<>();

        private Builder() {}

        /// Adds a route.
        ///
        /// @throws IllegalArgumentException if the template is malformed
        public Builder<T> add(String method, String template, T target) {
            int mark = template.indexOf('?');
            String path = mark < 0 ? template : template.substring(0, mark);
            if (!path.startsWith("/")) {
                throw new IllegalArgumentException("template must start with a slash: " + template);
            }
            List<String> names = new ArrayList<>(2);
            Node<T> node = root;
            for (String segment : segments(path)) {
                if (node.greedyEnd) {
                    throw new IllegalArgumentException("a greedy label must be last: " + template);
                }
                node = node.child(segment, names);
            }
            node.routes.add(new Route<>(
                    method,
                    mark < 0 ? List.of() : conditions(template.substring(mark + 1)),
                    List.copyOf(names),
                    target));
            node.routes.sort(Comparator.comparingInt((Route<T> route) -> -route.conditions.size()));
            return this;
        }

        /// The routes added so far. The builder must not be used any more.
        public Routes<T> build() {
            return new Routes<>(root);
        }

        private static List<String> segments(String path) {
            List<String> segments = new ArrayList<>();
            for (String segment : path.substring(1).split("/", -1)) {
                segments.add(segment);
            }
            if (segments.getLast().isEmpty()) {
                segments.removeLast();
            }
            return segments;
        }

        private static List<String> conditions(String query) {
            return List.of(query.split("&", -1));
        }
    }

    private static final class Node<T> {
        final Map<String, Node<T>> literals = new HashMap<>(4);
        final List<Route<T>> routes = new ArrayList<>(2);

        @Nullable
        Node<T> label;

        @Nullable
        Node<T> greedy;

        boolean greedyEnd;

        Node<T> child(String segment, List<String> names) {
            if (!segment.startsWith("{") || !segment.endsWith("}")) {
                return literals.computeIfAbsent(segment, key -> new Node<>());
            }
            boolean rest = segment.endsWith("+}");
            names.add(segment.substring(1, segment.length() - (rest ? 2 : 1)));
            if (rest) {
                greedy = greedy == null ? new Node<>() : greedy;
                greedy.greedyEnd = true;
                return greedy;
            }
            label = label == null ? new Node<>() : label;
            return label;
        }

        @Nullable
        Route<T> route(String method, @Nullable String query) {
            for (Route<T> route : routes) {
                if (route.method.equals(method) && route.accepts(query)) {
                    return route;
                }
            }
            return null;
        }
    }

    private record Route<T>(String method, List<String> conditions, List<String> names, T target) {
        boolean accepts(@Nullable String query) {
            for (String condition : conditions) {
                if (query == null || !holds(condition, query)) {
                    return false;
                }
            }
            return true;
        }

        private static boolean holds(String condition, String query) {
            boolean flag = condition.indexOf('=') < 0;
            for (String parameter : query.split("&", -1)) {
                if (parameter.equals(condition) || (flag && parameter.startsWith(condition + "="))) {
                    return true;
                }
            }
            return false;
        }

        Map<String, String> labels(String[] raw) {
            return switch (names.size()) {
                case 0 -> Map.of();
                case 1 -> Map.of(names.getFirst(), decode(raw[0]));
                default -> {
                    Map<String, String> labels = new LinkedHashMap<>();
                    for (int i = 0; i < names.size(); i++) {
                        labels.put(names.get(i), decode(raw[i]));
                    }
                    yield labels;
                }
            };
        }

        private static String decode(String raw) {
            // A plus sign is itself in a path.
            return raw.indexOf('%') < 0 ? raw : URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
        }
    }
}
