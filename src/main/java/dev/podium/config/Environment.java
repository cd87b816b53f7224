package dev.podium.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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

    /// Reads a variable that has a default in the table.
    <T> T read(Variable variable, Function<String, T> form) {
        return read(variable, form, variable.defaultText());
    }

    /// Reads a variable whose default depends on where Podium runs.
    <T> T read(Variable variable, Function<String, T> form, String defaultText) {
        T value = given(variable, form);
        if (value == null) {
            settings.add(new Setting(variable.variable(), defaultText, "default"));
            value = form.apply(defaultText);
        }
        return value;
    }

    /// Reads a variable that may be unset.
    <T> @Nullable T readOptional(Variable variable, Function<String, T> form) {
        T value = given(variable, form);
        if (value == null) {
            settings.add(new Setting(variable.variable(), "", "default"));
        }
        return value;
    }

    /// Gives what the variable or its aliases say, or null; two that disagree are a problem.
    private <T> @Nullable T given(Variable variable, Function<String, T> form) {
        List<Given<T>> given = new ArrayList<>();
        add(given, variable, variable.variable(), "variable", Function.identity(), form);
        for (Variable.Alias alias : variable.aliases()) {
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
        String text = variables.getOrDefault(name, "").strip();
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
        String text = variables.getOrDefault(name, "").strip();
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
        Set<String> known = new HashSet<>();
        for (Variable variable : Variable.values()) {
            known.add(variable.variable());
        }
        for (String name : variables.keySet()) {
            if (name.startsWith("PODIUM_") && !known.contains(name) && !fromElsewhere(name)) {
                problems.add(name + " is not a variable of Podium; did you mean " + Nearest.to(name, known) + "?");
            }
        }
    }

    /// Kubernetes announces Services to pods by such names, e.g. that of Podium itself; `make it` has its own.
    private static boolean fromElsewhere(String name) {
        return name.matches("PODIUM_([A-Z0-9_]+_)?(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?)")
                || name.matches("PODIUM_([A-Z0-9_]+_)?PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?")
                || name.startsWith("PODIUM_IT_");
    }

    private record Given<T>(String name, String source, String text, T value) {}
}
