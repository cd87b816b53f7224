package dev.podium.config;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The environment while it is being read: collects every problem and where each value came from.
final class Environment {
    private final Map<String, String> variables;
    private final List<String> problems = new ArrayList<>();
    private final List<Setting> settings = new ArrayList<>();

    Environment(Map<String, String> variables) {
        this.variables = new TreeMap<>(variables);
    }

    List<String> problems() {
        return problems;
    }

    List<Setting> settings() {
        return settings;
    }

    // One method per form, rather than a form per call: each method reference in the source costs a millisecond at
    // start, and those behind `unset` only when they are needed.

    boolean bool(Variable variable) {
        return read(variable, Values::bool, variable.defaultText());
    }

    int number(Variable variable, int min) {
        return number(variable, min, Integer.MAX_VALUE);
    }

    int number(Variable variable, int min, int max) {
        return read(variable, text -> Values.number(text, min, max), variable.defaultText());
    }

    Duration duration(Variable variable) {
        return read(variable, Values::duration, variable.defaultText());
    }

    <E extends Enum<E>> E choice(Variable variable, Class<E> type) {
        return read(variable, text -> Values.choice(type, text), variable.defaultText());
    }

    PoolSizes poolSizes(Variable variable) {
        return read(variable, PoolSizes::parse, variable.defaultText());
    }

    String image(Variable variable) {
        return read(variable, Values::image, variable.defaultText());
    }

    @Nullable
    String text(Variable variable) {
        return unset(variable) ? null : given(variable, Function.identity());
    }

    @Nullable
    String dnsLabel(Variable variable) {
        return unset(variable) ? null : given(variable, Values::dnsLabel);
    }

    Map<String, String> pairs(Variable variable) {
        Map<String, String> pairs = unset(variable) ? null : given(variable, Values::pairs);
        return pairs == null ? Map.of() : pairs;
    }

    Map<String, String> machineImages(Variable variable) {
        Map<String, String> images = unset(variable) ? null : given(variable, Values::machineImages);
        return images == null ? Map.of() : images;
    }

    Map<String, String> accessKeys(Variable variable) {
        Map<String, String> keys = unset(variable) ? null : given(variable, Values::accessKeys);
        return keys == null ? Map.of() : keys;
    }

    Map<String, Object> object(Variable variable) {
        Map<String, Object> object = unset(variable) ? null : given(variable, Values::object);
        return object == null ? Map.of() : object;
    }

    List<Map<String, Object>> tolerations(Variable variable) {
        List<Map<String, Object>> tolerations = unset(variable) ? null : given(variable, Values::tolerations);
        return tolerations == null ? List.of() : tolerations;
    }

    List<String> addresses(Variable variable) {
        List<String> addresses = unset(variable) ? null : given(variable, Values::addresses);
        return addresses == null ? List.of() : addresses;
    }

    @Nullable
    Listen listen(Variable variable) {
        return unset(variable) ? null : given(variable, Listen::parse);
    }

    @Nullable
    URI url(Variable variable) {
        return unset(variable) ? null : given(variable, Values::url);
    }

    @Nullable
    String registry(Variable variable) {
        return unset(variable) ? null : given(variable, Values::registry);
    }

    @Nullable
    TemplateSource template(Variable variable) {
        return unset(variable) ? null : given(variable, TemplateSource::parse);
    }

    RuntimeImages runtimeImages(Variable variable) {
        RuntimeImages images = unset(variable) ? null : given(variable, RuntimeImages::parse);
        return images == null ? new RuntimeImages(Map.of(), null) : images;
    }

    /// Reads a variable whose form occurs once, and whose default may depend on where Podium runs.
    <T> T read(Variable variable, Function<String, T> form, String defaultText) {
        T value = given(variable, form);
        if (value == null) {
            settings.add(new Setting(variable.variable(), defaultText, "default"));
            value = form.apply(defaultText);
        }
        return value;
    }

    /// Tells whether neither the variable nor an alias says anything, and notes that.
    private boolean unset(Variable variable) {
        boolean unset = raw(variable.variable()).isEmpty();
        for (Alias alias : variable.aliases()) {
            unset &= raw(alias.name()).isEmpty();
        }
        if (unset) {
            settings.add(new Setting(variable.variable(), "", "default"));
        }
        return unset;
    }

    private String raw(String name) {
        return variables.getOrDefault(name, "").strip();
    }

    /// Gives what the variable or its aliases say, or null when that is nothing; two that disagree are a problem.
    private <T> @Nullable T given(Variable variable, Function<String, T> form) {
        List<Given<T>> given = new ArrayList<>();
        add(given, variable, variable.variable(), "variable", Function.identity(), form);
        for (Alias alias : variable.aliases()) {
            add(given, variable, alias.name(), alias.name(), alias.conversion(), form);
        }
        if (given.isEmpty()) {
            return null;
        }
        Given<T> first = given.getFirst();
        for (Given<T> other : given.subList(1, given.size())) {
            if (!other.value.equals(first.value)) {
                problems.add(first.name + " and " + other.name + " mean the same but differ"
                        + (variable.secret() ? "" : ": " + first.text + " and " + other.text));
            }
        }
        String shown = variable.secret() ? mask(first.text) : first.text;
        settings.add(new Setting(variable.variable(), shown, first.source));
        return first.value;
    }

    private <T> void add(
            List<Given<T>> given,
            Variable variable,
            String name,
            String source,
            Function<String, String> conversion,
            Function<String, T> form) {
        String text = raw(name);
        if (text.isEmpty()) {
            return;
        }
        try {
            String converted = conversion.apply(text);
            if (!converted.isEmpty()) {
                given.add(new Given<>(name, source, text, form.apply(converted)));
            }
        } catch (IllegalArgumentException e) {
            problems.add(name + (variable.secret() ? "" : "=" + text) + ": " + e.getMessage());
        }
    }

    private static String mask(String text) {
        return text.replaceAll(":[^,]*", ":****");
    }

    /// Gives what Kubernetes announces about a Service, or null.
    @Nullable
    String announced(String name) {
        String text = raw(name);
        return text.isEmpty() ? null : text;
    }

    /// Collects `<RUNTIME>_RUNTIME=image`; a runtime's name has a digit in it, as in `PYTHON3.12_RUNTIME`.
    Map<String, String> runtimes() {
        Map<String, String> runtimes = new TreeMap<>();
        variables.forEach((name, image) -> {
            if (!name.endsWith("_RUNTIME") || image.isBlank() || name.startsWith("PODIUM_")) {
                return;
            }
            String runtime = name.substring(0, name.length() - "_RUNTIME".length())
                    .toLowerCase(Locale.ROOT)
                    .replace('_', '.');
            if (runtime.matches("[a-z]+[.a-z]*[0-9][a-z0-9.]*")) {
                try {
                    runtimes.put(runtime, Values.image(image.strip()));
                    settings.add(new Setting(name, image.strip(), "variable"));
                } catch (IllegalArgumentException e) {
                    problems.add(name + "=" + image + ": " + e.getMessage());
                }
            }
        });
        return runtimes;
    }

    /// Reports variables under Podium's prefix that do not exist, with the nearest one that does.
    void rejectUnknown() {
        problems.addAll(Unknown.among(variables.keySet()));
    }

    private record Given<T>(String name, String source, String text, T value) {}
}
