package dev.podium.lambda.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;

/// `podium/env`: for each variable `export NAME='value'` and a line feed; a `'` inside is written as `'\''`.
final class EnvironmentFile {
    private EnvironmentFile() {}

    static byte[] of(Map<String, String> environment) {
        StringBuilder text = new StringBuilder(1024);
        environment.forEach((name, value) -> text.append("export ")
                .append(name)
                .append('=')
                .append(quote(value))
                .append('\n'));
        return text.toString().getBytes(UTF_8);
    }

    /// Quotes a word for a shell.
    static String quote(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
