package dev.podium.kube.embedded;

import java.util.LinkedHashMap;
import java.util.Map;

/// Reads `podium/env`: lines of `export NAME='value'`, where a quote inside is written as `'\''` and values may
/// hold newlines.
final class EnvironmentFile {
    private static final String HEAD = "export ";
    private static final String QUOTE = "'\\''";

    private EnvironmentFile() {}

    /// The variables in the order of the file.
    ///
    /// @throws IllegalArgumentException naming the place when the text is not of this form
    static Map<String, String> parse(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        int at = 0;
        while (at < text.length()) {
            if (text.charAt(at) == '\n') {
                at++;
                continue;
            }
            int equals = text.indexOf("='", at);
            if (!text.startsWith(HEAD, at) || equals < 0) {
                throw new IllegalArgumentException("podium/env: no variable at character " + at);
            }
            String name = text.substring(at + HEAD.length(), equals);
            StringBuilder value = new StringBuilder();
            at = equals + 2;
            while (true) {
                int quote = text.indexOf('\'', at);
                if (quote < 0) {
                    throw new IllegalArgumentException("podium/env: value of " + name + " does not end");
                }
                value.append(text, at, quote);
                if (!text.startsWith(QUOTE, quote)) {
                    at = quote + 1;
                    break;
                }
                value.append('\'');
                at = quote + QUOTE.length();
            }
            values.put(name, value.toString());
        }
        return values;
    }
}
