package dev.podium.ops;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;

/// `2026-11-21T06:30:00.123Z INFO lambda pod created name=…`; a stack trace follows on lines of its own, indented.
final class TextForm implements Logs.Form {
    @Override
    public byte[] line(LogRecord entry) {
        StringBuilder line = new StringBuilder(160);
        line.append(entry.time())
                .append(' ')
                .append(entry.levelName())
                .append(' ')
                .append(entry.component())
                .append(' ');
        escape(entry.text(), line);
        Throwable thrown = entry.thrown();
        if (thrown != null) {
            StringWriter trace = new StringWriter();
            thrown.printStackTrace(new PrintWriter(trace));
            for (String part : trace.toString().split("\\R", -1)) {
                if (!part.isBlank()) {
                    line.append("\n    ");
                    escape(part.replace("\t", "    "), line);
                }
            }
        }
        return line.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    /// Keeps a record on its line, and terminals safe from control characters in what callers sent.
    private static void escape(String text, StringBuilder line) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                default -> {
                    if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                        line.append("\\u%04x".formatted((int) c));
                    } else {
                        line.append(c);
                    }
                }
            }
        }
    }
}
