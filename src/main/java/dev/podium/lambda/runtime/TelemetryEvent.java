package dev.podium.lambda.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.lambda.runtime.TelemetrySettings.Schema;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Something that telemetry tells of.
///
/// @param record what subscribers of the Telemetry API get; null for nothing
/// @param logs what subscribers of the Logs API get; null for nothing
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html">Event schema</a>
record TelemetryEvent(
        Instant time,
        String type,
        @Nullable JsonNode record,
        @Nullable JsonNode logs) {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final String RUNTIME_DONE = "platform.runtimeDone";

    /// `platform`, `function` or `extension`.
    String category() {
        return type.startsWith("platform") ? "platform" : type;
    }

    /// The event as a subscriber gets it; null when it isn't for him.
    byte @Nullable [] json(Schema schema) {
        JsonNode content = schema.logs() ? logs : record;
        if (content == null || (schema == Schema.LOGS && type.equals(RUNTIME_DONE))) {
            return null;
        }
        ObjectNode event = Json.object().put("time", TIME.format(time)).put("type", type);
        event.set("record", content);
        return event.toString().getBytes(UTF_8);
    }

    /// How an invocation ended.
    ///
    /// @param status `success`, `error`, `failure` or `timeout`
    /// @param errorType null for `success` and `timeout`
    /// @param bytes what the function answered
    record End(String status, @Nullable String errorType, long bytes) {
        static End of(Outcome outcome) {
            return switch (outcome) {
                case Outcome.Success(var payload, var type) -> new End("success", null, payload.length);
                case Outcome.HandlerError(var payload, var type) ->
                    new End("error", type == null ? "Runtime.Unknown" : type, payload.length);
                // Its length was not counted.
                case Outcome.Streaming(var answer) -> new End("success", null, 0);
                case Outcome.TimedOut() -> new End("timeout", null, 0);
                case Outcome.InitError(var error) -> new End("failure", error.errorType(), 0);
                case Outcome.Exited(var exit) -> new End("failure", exit.errorType(), 0);
                case Outcome.Lost(var why, var delivered) -> new End("failure", "Runtime.ExitError", 0);
            };
        }
    }

    static TelemetryEvent initStart(Instant time, FunctionFacts facts) {
        ObjectNode record = Json.object()
                .put("initializationType", facts.initializationType())
                .put("phase", "init")
                .put("functionName", facts.name())
                .put("functionVersion", facts.version())
                .put("instanceMaxMemory", facts.memoryMib() * (1L << 20));
        return new TelemetryEvent(time, "platform.initStart", record, null);
    }

    static TelemetryEvent initRuntimeDone(
            Instant time, FunctionFacts facts, String status, @Nullable String errorType) {
        return new TelemetryEvent(time, "platform.initRuntimeDone", init(facts, status, errorType), null);
    }

    static TelemetryEvent initReport(
            Instant time, FunctionFacts facts, String status, @Nullable String errorType, long nanos) {
        ObjectNode record = init(facts, status, errorType);
        record.putObject("metrics").put("durationMs", millis(nanos));
        return new TelemetryEvent(time, "platform.initReport", record, null);
    }

    private static ObjectNode init(FunctionFacts facts, String status, @Nullable String errorType) {
        ObjectNode record = Json.object()
                .put("initializationType", facts.initializationType())
                .put("phase", "init")
                .put("status", status);
        return errorType == null ? record : record.put("errorType", errorType);
    }

    static TelemetryEvent start(Instant time, FunctionFacts facts, Event event) {
        ObjectNode record = Json.object().put("requestId", event.requestId()).put("version", facts.version());
        ObjectNode logs = record.deepCopy();
        tracing(record, event);
        return new TelemetryEvent(time, "platform.start", record, logs);
    }

    static TelemetryEvent runtimeDone(Instant started, Event event, End end, long nanos) {
        ObjectNode record = Json.object().put("requestId", event.requestId()).put("status", end.status());
        ObjectNode logs = Json.object()
                .put("requestId", event.requestId())
                // The Logs API knows no errors: the function answered, with whatever.
                .put("status", end.status().equals("error") ? "success" : end.status());
        if (end.errorType() != null) {
            record.put("errorType", end.errorType());
        }
        tracing(record, event);
        if (end.status().equals("success") || end.status().equals("error")) {
            record.putArray("spans")
                    .addObject()
                    .put("name", "responseLatency")
                    .put("start", TIME.format(started))
                    .put("durationMs", millis(nanos));
        }
        record.putObject("metrics").put("durationMs", millis(nanos)).put("producedBytes", end.bytes());
        return new TelemetryEvent(started.plusNanos(nanos), RUNTIME_DONE, record, logs);
    }

    static TelemetryEvent end(Instant time, Event event) {
        return new TelemetryEvent(time, "platform.end", null, Json.object().put("requestId", event.requestId()));
    }

    static TelemetryEvent fault(Instant time, Event event, String what) {
        return new TelemetryEvent(
                time,
                "platform.fault",
                null,
                JsonNodeFactory.instance.textNode("RequestId: " + event.requestId() + " " + what));
    }

    /// @param nanos until function and extensions were done
    /// @param initNanos zero unless the invocation waited for the initialisation
    /// @param usedMib zero where it isn't known
    static TelemetryEvent report(
            Instant time, FunctionFacts facts, Event event, End end, long nanos, long initNanos, int usedMib) {
        ObjectNode metrics = Json.object()
                .put("durationMs", millis(nanos))
                .put("billedDurationMs", (long) Math.ceil((nanos + initNanos) / 1e6))
                .put("memorySizeMB", facts.memoryMib())
                .put("maxMemoryUsedMB", usedMib);
        if (initNanos > 0) {
            metrics.put("initDurationMs", millis(initNanos));
        }
        ObjectNode logs = Json.object().put("requestId", event.requestId());
        logs.set("metrics", metrics.deepCopy());
        ObjectNode record = Json.object().put("requestId", event.requestId()).put("status", end.status());
        if (end.errorType() != null) {
            record.put("errorType", end.errorType());
        }
        record.set("metrics", metrics);
        tracing(record, event);
        return new TelemetryEvent(time, "platform.report", record, logs);
    }

    static TelemetryEvent extension(Instant time, String name, String state, Collection<String> events) {
        ObjectNode record = Json.object().put("name", name).put("state", state);
        ArrayNode list = record.putArray("events");
        events.forEach(list::add);
        return new TelemetryEvent(time, "platform.extension", record, record);
    }

    static TelemetryEvent subscription(Instant time, String name, TelemetrySettings settings) {
        ObjectNode record = Json.object().put("name", name).put("state", "Subscribed");
        ArrayNode list = record.putArray("types");
        settings.types().forEach(list::add);
        return settings.schema().logs()
                ? new TelemetryEvent(time, "platform.logsSubscription", null, record)
                : new TelemetryEvent(time, "platform.telemetrySubscription", record, null);
    }

    static TelemetryEvent dropped(Instant time, long records, long bytes) {
        ObjectNode record = Json.object()
                .put("droppedRecords", records)
                .put("droppedBytes", bytes)
                .put("reason", "Consumer seems to have fallen behind as it has not acknowledged receipt of logs.");
        return new TelemetryEvent(time, "platform.logsDropped", record, record);
    }

    /// A line of a log; one that is a JSON object stays one where the function logs in JSON.
    static TelemetryEvent line(Instant time, PodLine line, boolean json) {
        JsonNode text = JsonNodeFactory.instance.textNode(line.text());
        JsonNode record = json && line.text().startsWith("{") ? object(line.text(), text) : text;
        String type = line.source() == PodLine.Source.EXTENSION ? "extension" : "function";
        return new TelemetryEvent(time, type, record, text);
    }

    private static JsonNode object(String text, JsonNode otherwise) {
        try {
            JsonNode read = Json.MAPPER.readTree(text);
            return read.isObject() ? read : otherwise;
        } catch (IOException e) {
            return otherwise;
        }
    }

    private static void tracing(ObjectNode record, Event event) {
        if (event.traceId() != null) {
            record.putObject("tracing").put("type", "X-Amzn-Trace-Id").put("value", event.traceId());
        }
    }

    private static double millis(long nanos) {
        return Math.round(nanos / 1e3) / 1e3;
    }
}
