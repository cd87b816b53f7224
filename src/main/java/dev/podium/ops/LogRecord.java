package dev.podium.ops;

import java.lang.System.Logger.Level;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One log record, with its message taken apart.
///
/// In a format such as `pod created name={0} took={1} ms` (or with `%s`, `%d`), a placeholder right behind
/// `key=` makes a field; the rest is the message. Numbers are written plainly, whatever the locale.
///
/// @param epochMillis when
/// @param component the package of the class that logs, without `dev.podium.`
/// @param text the whole message with its fields in place
/// @param message the message without its fields
/// @param fields values by key, in their order
record LogRecord(
        long epochMillis,
        Level level,
        String component,
        String text,
        String message,
        Map<String, String> fields,
        @Nullable Throwable thrown) {
    static LogRecord of(
            Level level, String component, String format, @Nullable Object[] parameters, @Nullable Throwable thrown) {
        long now = System.currentTimeMillis();
        @Nullable Object[] values = parameters;
        Throwable cause = thrown;
        if (values.length > 0 && cause == null && values[values.length - 1] instanceof Throwable last) {
            // a last parameter without a placeholder, as other logging systems have it
            cause = last;
        }
        if (values.length == 0) {
            return new LogRecord(now, level, component, format, format, Map.of(), cause);
        }
        StringBuilder text = new StringBuilder(format.length() + 32);
        StringBuilder message = new StringBuilder(format.length());
        Map<String, String> fields = new LinkedHashMap<>();
        int next = 0;
        int literal = 0;
        for (Placeholder p : placeholders(format)) {
            text.append(format, literal, p.start);
            message.append(format, literal, p.start);
            literal = p.end;
            int index = p.index >= 0 ? p.index : next++;
            String value = index < values.length ? String.valueOf(values[index]) : "";
            int key = key(message);
            if (key < 0) {
                text.append(value);
                message.append(value);
            } else {
                fields.put(message.substring(key, message.length() - 1), value);
                message.setLength(key);
                text.append(quoted(value));
            }
        }
        text.append(format, literal, format.length());
        message.append(format, literal, format.length());
        return new LogRecord(now, level, component, text.toString(), squeezed(message), fields, cause);
    }

    private record Placeholder(int start, int end, int index) {}

    /// Finds `{0}` and `%s`, `%d`; no regular expressions, this runs while the server starts.
    private static List<Placeholder> placeholders(String format) {
        List<Placeholder> found = new ArrayList<>(4);
        for (int i = 0; i < format.length() - 1; i++) {
            char c = format.charAt(i);
            char after = format.charAt(i + 1);
            if (c == '%' && (after == 's' || after == 'd')) {
                found.add(new Placeholder(i, i + 2, -1));
            } else if (c == '{' && Character.isDigit(after) && i + 2 < format.length() && format.charAt(i + 2) == '}') {
                found.add(new Placeholder(i, i + 3, after - '0'));
            }
        }
        return found;
    }

    /// Says where a `key=` at the end begins, or -1.
    private static int key(StringBuilder message) {
        int end = message.length() - 1;
        if (end < 1 || message.charAt(end) != '=') {
            return -1;
        }
        int start = end;
        while (start > 0
                && (Character.isLetterOrDigit(message.charAt(start - 1)) || message.charAt(start - 1) == '_')) {
            start--;
        }
        return start < end && (start == 0 || message.charAt(start - 1) == ' ') ? start : -1;
    }

    private static String quoted(String value) {
        return value.isEmpty() || value.indexOf(' ') >= 0 || value.indexOf('"') >= 0
                ? '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"'
                : value;
    }

    /// Removes the gaps that fields leave.
    private static String squeezed(StringBuilder message) {
        StringBuilder squeezed = new StringBuilder(message.length());
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            if (c != ' ' || (!squeezed.isEmpty() && squeezed.charAt(squeezed.length() - 1) != ' ')) {
                squeezed.append(c);
            }
        }
        return squeezed.toString().strip();
    }

    /// The time as `2026-11-21T06:30:00.123Z`; much quicker to start than a formatter.
    String time() {
        long day = Math.floorDiv(epochMillis, 86_400_000L);
        int millis = (int) Math.floorMod(epochMillis, 86_400_000L);
        StringBuilder time =
                new StringBuilder(24).append(LocalDate.ofEpochDay(day)).append('T');
        digits(time, millis / 3_600_000, 2).append(':');
        digits(time, millis / 60_000 % 60, 2).append(':');
        digits(time, millis / 1000 % 60, 2).append('.');
        return digits(time, millis % 1000, 3).append('Z').toString();
    }

    private static StringBuilder digits(StringBuilder to, int number, int width) {
        String digits = Integer.toString(number);
        return to.repeat('0', width - digits.length()).append(digits);
    }

    String levelName() {
        return level == Level.WARNING ? "WARN" : level.name();
    }
}
