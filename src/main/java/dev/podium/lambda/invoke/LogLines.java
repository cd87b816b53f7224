package dev.podium.lambda.invoke;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a pod's log, of any length, for what stands at its end: holds little more than that.
///
/// Lines end with LF alone: runtime clients join the lines of one message by CR.
final class LogLines {
    private static final int MAX_TIME = 64;

    private final InputStream in;
    private final int keep;
    private final byte[] time = new byte[MAX_TIME];
    private final byte[] ring;

    private LogLines(InputStream in, int keep) {
        this.in = new BufferedInputStream(in, 1 << 16);
        this.keep = keep;
        this.ring = new byte[keep];
    }

    /// A line.
    ///
    /// @param time when the node got it
    /// @param text its end, when it is longer than what was asked for
    record Line(Instant time, String text) {}

    /// The last lines after a time.
    ///
    /// @param log lines that begin with an RFC 3339 time and a space; a line without one counts to the line before
    /// @param bytes how much text is wanted; a little more may come
    static List<Line> after(Instant mark, InputStream log, int bytes) throws IOException {
        return new LogLines(log, bytes).read(mark);
    }

    private List<Line> read(Instant mark) throws IOException {
        Deque<Line> lines = new ArrayDeque<>();
        Instant last = Instant.MIN;
        long held = 0;
        for (Line line = next(last); line != null; line = next(last)) {
            last = line.time();
            if (!last.isAfter(mark)) {
                continue;
            }
            lines.add(line);
            held += line.text().length() + 1;
            while (held - lines.getFirst().text().length() - 1 >= keep) {
                held -= lines.removeFirst().text().length() + 1;
            }
        }
        return List.copyOf(lines);
    }

    private @Nullable Line next(Instant before) throws IOException {
        int read = in.read();
        if (read < 0) {
            return null;
        }
        int timeLength = 0;
        boolean inTime = true;
        long length = 0;
        for (; read >= 0 && read != '\n'; read = in.read()) {
            if (inTime && read == ' ') {
                inTime = false;
            } else if (inTime && timeLength < MAX_TIME) {
                time[timeLength++] = (byte) read;
            } else {
                inTime = false;
                ring[(int) (length++ % keep)] = (byte) read;
            }
        }
        String stamp = new String(time, 0, timeLength, StandardCharsets.UTF_8);
        try {
            return new Line(Instant.parse(stamp), text(length));
        } catch (DateTimeParseException e) {
            return new Line(before, length == 0 ? stamp : stamp + " " + text(length));
        }
    }

    private String text(long length) {
        if (length <= keep) {
            return new String(ring, 0, (int) length, StandardCharsets.UTF_8);
        }
        int start = (int) (length % keep);
        byte[] ordered = Arrays.copyOf(Arrays.copyOfRange(ring, start, keep), keep);
        System.arraycopy(ring, 0, ordered, keep - start, start);
        return new String(ordered, StandardCharsets.UTF_8);
    }
}
