package dev.podium.lambda.invoke;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.lambda.Digests;
import dev.podium.lambda.FunctionSettings.Logging;
import dev.podium.lambda.LambdaFunction;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Words what the platform itself writes into a function's log, as text or as JSON, and leaves out what the
/// function's LoggingConfig doesn't want.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html">Formats</a>
final class LogLines {
    private static final List<String> LEVELS = List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private LogLines() {}

    private static boolean json(LambdaFunction function) {
        return function.settings().logging().logFormat().equals("JSON");
    }

    private static boolean wants(@Nullable String configured, String level) {
        int least = LEVELS.indexOf(configured == null ? "INFO" : configured);
        int actual = LEVELS.indexOf(level);
        return (actual < 0 ? LEVELS.indexOf("INFO") : actual) >= least;
    }

    /// Whether a line of the function passes its ApplicationLogLevel: only JSON objects with a level can fail
    /// that.
    static boolean passes(LambdaFunction function, String line) {
        Logging logging = function.settings().logging();
        if (!json(function) || !line.startsWith("{")) {
            return true;
        }
        try {
            JsonNode level = Json.MAPPER.readTree(line).path("level");
            String name = level.asText().toUpperCase(Locale.ROOT);
            return !level.isTextual() || wants(logging.applicationLogLevel(), name.equals("WARNING") ? "WARN" : name);
        } catch (JsonProcessingException e) {
            return true;
        }
    }

    /// The environment begins.
    static @Nullable String initStart(LambdaFunction function, String initializationType) {
        String runtime = function.settings().runtime();
        String arn = runtime == null
                ? null
                : "arn:aws:lambda:" + function.scope().region() + "::runtime:" + Digests.sha256Hex(runtime);
        if (!json(function)) {
            return arn == null
                    ? null
                    : "INIT_START Runtime Version: " + version(runtime) + "\tRuntime Version ARN: " + arn;
        }
        ObjectNode record = Json.object();
        record.put("initializationType", initializationType).put("phase", "init");
        if (arn != null) {
            record.put("runtimeVersion", version(runtime)).put("runtimeVersionArn", arn);
        }
        record.put("functionName", function.name()).put("functionVersion", function.version());
        return event(
                function, arn == null ? "DEBUG" : "INFO", "platform.initStart", System.currentTimeMillis(), record);
    }

    /// `python3.12` is `python:3.12.v1` in AWS, with a number that rises with its patches.
    private static String version(@Nullable String runtime) {
        String name = String.valueOf(runtime);
        int digit = 0;
        while (digit < name.length() && !Character.isDigit(name.charAt(digit))) {
            digit++;
        }
        String number = name.substring(digit).replace(".x", "");
        return name.substring(0, digit) + (number.isEmpty() ? "" : ":" + number) + ".v1";
    }

    /// The initialisation failed.
    static @Nullable String initReport(
            LambdaFunction function, String initializationType, long nanos, String errorType, long now) {
        if (!json(function)) {
            StringBuilder line = new StringBuilder("INIT_REPORT Init Duration: ");
            millis(line, nanos)
                    .append(" ms\tPhase: init\tStatus: error\tError Type: ")
                    .append(errorType);
            return line.append('\t').toString();
        }
        ObjectNode record = Json.object();
        record.put("initializationType", initializationType)
                .put("phase", "init")
                .put("status", "error")
                .put("errorType", errorType);
        record.putObject("metrics").put("durationMs", rounded(nanos));
        return event(function, "WARN", "platform.initReport", now, record);
    }

    /// An invocation begins; null when the configuration doesn't want to know.
    static @Nullable String start(LogRun run) {
        LambdaFunction function = run.function;
        if (!json(function)) {
            return "START RequestId: " + run.requestId + " Version: " + function.version();
        }
        ObjectNode record = Json.object();
        record.put("requestId", run.requestId).put("version", function.version());
        return event(function, "INFO", "platform.start", run.startMillis, record);
    }

    /// What the platform says of an invocation that did not end well, besides its report.
    static @Nullable String message(LogRun run) {
        String message = run.ending.message();
        return message == null || json(run.function) ? null : message;
    }

    /// An invocation is over.
    static @Nullable String end(LogRun run) {
        LambdaFunction function = run.function;
        if (!json(function)) {
            return "END RequestId: " + run.requestId;
        }
        ObjectNode record = Json.object();
        outcome(record.put("requestId", run.requestId), run);
        record.putObject("metrics").put("durationMs", rounded(run.nanos));
        boolean sound = run.ending.status().equals("success");
        return event(function, sound ? "DEBUG" : "WARN", "platform.runtimeDone", run.endMillis, record);
    }

    private static void outcome(ObjectNode record, LogRun run) {
        record.put("status", run.ending.status());
        if (run.ending.errorType() != null) {
            record.put("errorType", run.ending.errorType());
        }
    }

    /// What an invocation took.
    ///
    /// @param peakBytes the most memory used, or 0 when that isn't known
    static @Nullable String report(LogRun run, long peakBytes) {
        LambdaFunction function = run.function;
        long billed = (run.nanos + run.initNanos + 999_999) / 1_000_000;
        int memory = function.settings().memorySize();
        // Never 0, and never more than there is: a limit that was hit shows as such.
        long peak = peakBytes <= 0 ? 0 : Math.clamp((peakBytes + (1 << 20) - 1) >> 20, 1, memory);
        if (!json(function)) {
            return text(run, billed, memory, peak);
        }
        ObjectNode record = Json.object();
        record.put("requestId", run.requestId);
        ObjectNode metrics = record.putObject("metrics");
        metrics.put("durationMs", rounded(run.nanos))
                .put("billedDurationMs", billed)
                .put("memorySizeMB", memory);
        if (peak > 0) {
            metrics.put("maxMemoryUsedMB", peak);
        }
        if (run.initNanos > 0) {
            metrics.put("initDurationMs", rounded(run.initNanos));
        }
        outcome(record, run);
        boolean sound = run.ending.status().equals("success");
        return event(function, sound ? "INFO" : "WARN", "platform.report", run.endMillis, record);
    }

    private static String text(LogRun run, long billed, int memory, long peak) {
        StringBuilder line = new StringBuilder(200);
        line.append("REPORT RequestId: ").append(run.requestId).append("\tDuration: ");
        millis(line, run.nanos).append(" ms\tBilled Duration: ").append(billed);
        line.append(" ms\tMemory Size: ").append(memory).append(" MB\t");
        if (peak > 0) {
            line.append("Max Memory Used: ").append(peak).append(" MB\t");
        }
        if (run.initNanos > 0) {
            millis(line.append("Init Duration: "), run.initNanos).append(" ms\t");
        }
        if (run.ending.shown()) {
            line.append("Status: ").append(run.ending.status());
            if (run.ending.errorType() != null) {
                line.append("\tError Type: ").append(run.ending.errorType());
            }
        }
        return line.toString();
    }

    /// Milliseconds with two decimals; faster than a format string, of which there would be thousands a second.
    private static StringBuilder millis(StringBuilder out, long nanos) {
        long hundredths = (nanos + 5_000) / 10_000;
        long fraction = hundredths % 100;
        return out.append(hundredths / 100).append(fraction < 10 ? ".0" : ".").append(fraction);
    }

    private static double rounded(long nanos) {
        return Math.round(nanos / 1e3) / 1e3;
    }

    private static @Nullable String event(
            LambdaFunction function, String level, String type, long millis, ObjectNode record) {
        if (!wants(function.settings().logging().systemLogLevel(), level)) {
            return null;
        }
        ObjectNode event = Json.object();
        event.put("time", time(millis)).put("type", type).set("record", record);
        return event.toString();
    }

    /// A time as AWS's log lines have it: always with milliseconds.
    static String time(long millis) {
        return TIME.format(Instant.ofEpochMilli(millis));
    }
}
