package dev.podium.config;

import java.nio.file.Path;

/// Where the pod template is.
public sealed interface TemplateSource {
    /// In a file, JSON or YAML.
    record InFile(Path path) implements TemplateSource {}

    /// In the variable itself, JSON or YAML.
    record Inline(String manifest) implements TemplateSource {}

    /// JSON begins with a brace and YAML has more than one line; all else is a path.
    static TemplateSource parse(String text) {
        if (text.startsWith("{")) {
            Values.object(text);
            return new Inline(text);
        }
        return text.indexOf('\n') >= 0 ? new Inline(text) : new InFile(Path.of(text));
    }
}
