package dev.podium.lambda.invoke;

import dev.podium.lambda.LambdaFunction;
import dev.podium.pods.PodException;
import dev.podium.pods.Pods;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/// The last 4 KB of an invocation's log, read from the pod's log when a caller asks for it.
///
/// The lines of one invocation are those after the last line that was there before it: an environment runs
/// one at a
/// time.
public final class LogTails {
    private static final int MAX_BYTES = 4096;
    private static final int MAX_LINES = 1000;
    private static final long[] READS_AFTER_MILLIS = {5, 20, 40, 80, 160, 320};

    private final Pods pods;

    /// Reads the logs of these pods.
    public LogTails(Pods pods) {
        this.pods = pods;
    }

    /// Time of the last line so far: what comes later belongs to the next invocation.
    Instant mark(Environment environment) throws InterruptedException {
        try {
            List<LogLines.Line> last = lines(environment, Instant.MIN, 1);
            return last.isEmpty() ? environment.lastLogTime : last.getLast().time();
        } catch (PodException | IOException e) {
            return environment.lastLogTime;
        }
    }

    /// @param patience how long a log that can't be read yet is waited for
    /// @return START, the function's lines, END and REPORT, cut to the last 4 KB.
    String tail(
            Environment environment,
            LambdaFunction function,
            String requestId,
            Instant mark,
            long nanos,
            long initNanos,
            Duration patience) {
        StringBuilder log = new StringBuilder();
        log.append("START RequestId: ")
                .append(requestId)
                .append(" Version: ")
                .append(function.version())
                .append('\n');
        for (LogLines.Line line : settled(environment, mark, patience)) {
            log.append(line.text().replace('\r', '\n')).append('\n');
        }
        log.append("END RequestId: ").append(requestId).append('\n');
        log.append(report(function, requestId, nanos, initNanos));
        byte[] bytes = log.toString().getBytes(StandardCharsets.UTF_8);
        int from = Math.max(0, bytes.length - MAX_BYTES);
        while (from > 0 && (bytes[from] & 0xC0) == 0x80) {
            from++;
        }
        return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
    }

    private static String report(LambdaFunction function, String requestId, long nanos, long initNanos) {
        double millis = nanos / 1e6;
        String report = String.format(
                Locale.ROOT,
                "REPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %d ms\tMemory Size: %d MB\t",
                requestId,
                millis,
                (long) Math.ceil(millis + initNanos / 1e6),
                function.settings().memorySize());
        return initNanos > 0
                ? report + String.format(Locale.ROOT, "Init Duration: %.2f ms\t\n", initNanos / 1e6)
                : report + "\n";
    }

    /// Reads until two readings agree; a log that can't be read yet gets more time, since the kubelet reports
    /// a new
    /// container late.
    private List<LogLines.Line> settled(Environment environment, Instant mark, Duration patience) {
        List<LogLines.Line> before = List.of();
        try {
            long end = System.nanoTime() + patience.toNanos();
            for (int reading = 0; reading < READS_AFTER_MILLIS.length; reading++) {
                Thread.sleep(READS_AFTER_MILLIS[reading]);
                List<LogLines.Line> now;
                try {
                    now = lines(environment, mark, MAX_LINES);
                } catch (PodException | IOException e) {
                    if (System.nanoTime() > end) {
                        return List.of(
                                new LogLines.Line(mark, "(the pod's log can't be read: " + e.getMessage() + ")"));
                    }
                    reading = 0;
                    continue;
                }
                if (!now.isEmpty() && now.equals(before)) {
                    break;
                }
                before = now;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!before.isEmpty()) {
            environment.lastLogTime = before.getLast().time();
        }
        return before;
    }

    private List<LogLines.Line> lines(Environment environment, Instant mark, int count)
            throws PodException, IOException, InterruptedException {
        String name = environment.podName();
        if (name == null) {
            return List.of();
        }
        try (InputStream log = pods.log(name, FunctionPods.CONTAINER, count, null)) {
            return LogLines.after(mark, log, MAX_BYTES);
        }
    }
}
