package dev.podium.config;

import java.util.List;

/// One effective value, for people.
///
/// @param name the variable's name
/// @param value as it was written; masked when secret, empty when nothing is set
/// @param source `default`, `variable`, or the name of the alias that gave it
public record Setting(String name, String value, String source) {
    /// Lays settings out as a table, one line each.
    public static String table(List<Setting> settings) {
        int name = settings.stream().mapToInt(s -> s.name.length()).max().orElse(0);
        int source = settings.stream().mapToInt(s -> s.source.length()).max().orElse(0);
        StringBuilder table = new StringBuilder();
        for (Setting setting : settings) {
            table.append(setting.name)
                    .repeat(' ', name - setting.name.length() + 2)
                    .append(setting.source)
                    .repeat(' ', source - setting.source.length() + 2)
                    .append(
                            setting.value.isEmpty()
                                    ? "-"
                                    : setting.value.strip().replace("\n", "\\n"))
                    .append('\n');
        }
        return table.toString();
    }
}
