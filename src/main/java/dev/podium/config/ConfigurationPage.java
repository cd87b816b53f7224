package dev.podium.config;

import java.util.stream.Collectors;

/// Renders `docs/configuration.md` from the table of variables.
public final class ConfigurationPage {
    private ConfigurationPage() {}

    /// Gives the whole page, in Markdown.
    public static String markdown() {
        StringBuilder page = new StringBuilder("""
                # Configuration

                <!-- Written by `make docs` from dev.podium.config.Variable: change that, not this page. -->

                Podium is configured by environment variables. All that are wrong are reported at once, and a variable
                that begins with `PODIUM_` but is not in this list stops the start. A blank variable counts as unset.
                `java -jar podium.jar config` prints every effective value and where it came from, without secrets.

                Durations are written `500ms`, `90s`, `10m`, `1h`, or as a number of seconds. Aliases are the names that
                other servers use for the same thing; setting one to something else than the variable is an error.

                | variable | default | value | meaning | aliases |
                |---|---|---|---|---|
                """);
        for (Variable variable : Variable.values()) {
            page.append("| `%s` | %s | %s | %s | %s |\n"
                    .formatted(
                            variable.variable(),
                            variable.defaultText().isEmpty() ? "" : "`" + variable.defaultText() + "`",
                            variable.unit(),
                            variable.meaning(),
                            variable.aliases().stream()
                                    .map(ConfigurationPage::alias)
                                    .collect(Collectors.joining("<br>"))));
        }
        page.append("| `<RUNTIME>_RUNTIME` | | image | The image of one runtime, such as `PYTHON3.12_RUNTIME`"
                + " (or `PYTHON3_12_RUNTIME`, where a dot cannot be written). | |\n");
        return page.toString();
    }

    private static String alias(Alias alias) {
        return "`" + alias.name() + "`" + (alias.note().isEmpty() ? "" : " (" + alias.note() + ")");
    }
}
