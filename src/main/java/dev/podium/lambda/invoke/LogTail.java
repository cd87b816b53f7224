package dev.podium.lambda.invoke;

import java.nio.charset.StandardCharsets;

/// The last four kilobytes of the lines of one invocation, as `LogType=Tail` returns them.
final class LogTail {
    private static final int BYTES = 4096;

    private final StringBuilder lines = new StringBuilder();

    void add(String line) {
        lines.append(line).append('\n');
        if (lines.length() > 4 * BYTES) {
            lines.delete(0, lines.length() - BYTES);
        }
    }

    /// Whole characters, not whole lines.
    String text() {
        byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
        int from = Math.max(0, bytes.length - BYTES);
        while (from > 0 && from < bytes.length && (bytes[from] & 0xC0) == 0x80) {
            from++;
        }
        return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
    }
}
