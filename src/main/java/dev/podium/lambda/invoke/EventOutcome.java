package dev.podium.lambda.invoke;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.podium.codec.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How an asynchronous event ended, and how its destinations and its dead-letter queue hear of it.
///
/// @param condition why it ended
/// @param status the HTTP status that a synchronous caller would have got
/// @param executedVersion `$LATEST` or a number
/// @param functionError `Unhandled`, or null when the function answered
/// @param payload what the function answered, or the error as JSON
/// @see <a
/// href="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html">Invocation records</a>
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record EventOutcome(
        Condition condition,
        int status,
        String executedVersion,
        @Nullable String functionError,
        byte[] payload) {
    private static final int MAX_ERROR_MESSAGE = 1024;

    /// Why an event ended, in AWS's words.
    enum Condition {
        SUCCESS("Success"),
        RETRIES_EXHAUSTED("RetriesExhausted"),
        AGE_EXCEEDED("EventAgeExceeded"),
        ZERO_CONCURRENCY("ZeroReservedConcurrency");

        private final String text;

        Condition(String text) {
            this.text = text;
        }
    }

    /// An event that the function never answered.
    static EventOutcome refused(Condition condition, int status, String code, String message, String version) {
        ObjectNode error = Json.object();
        error.put("errorType", code);
        error.put("errorMessage", message);
        return new EventOutcome(
                condition, status, version, "Unhandled", error.toString().getBytes(StandardCharsets.UTF_8));
    }

    boolean success() {
        return condition == Condition.SUCCESS;
    }

    /// The record for a destination.
    byte[] invocationRecord(AsyncEvent event, Instant now) throws IOException {
        ObjectNode all = Json.object();
        all.put("version", "1.0");
        all.put(
                "timestamp",
                DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
                        .format(now.atOffset(ZoneOffset.UTC)));
        ObjectNode context = all.putObject("requestContext");
        context.put("requestId", event.requestId());
        context.put("functionArn", functionArn(event));
        context.put("condition", condition.text);
        context.put("approximateInvokeCount", event.attempts());
        put(all, "requestPayload", event.payload());
        ObjectNode response = all.putObject("responseContext");
        response.put("statusCode", status);
        response.put("executedVersion", executedVersion);
        if (functionError != null) {
            response.put("functionError", functionError);
        }
        put(all, "responsePayload", payload);
        return Json.MAPPER.writeValueAsBytes(all);
    }

    /// The attributes of the message in a dead-letter queue; its body is the event's own payload.
    Map<String, String> deadLetterAttributes(AsyncEvent event) throws IOException {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("RequestID", event.requestId());
        attributes.put("ErrorCode", Integer.toString(status));
        JsonNode error = json(payload);
        String message = error.path("errorMessage").isTextual()
                ? error.path("errorMessage").textValue()
                : new String(payload, StandardCharsets.UTF_8);
        if (!message.isEmpty()) {
            attributes.put("ErrorMessage", cut(message));
        }
        return attributes;
    }

    static String functionArn(AsyncEvent event) {
        String arn = event.name().qualifiedArn();
        return event.qualifier() == null ? arn + ":$LATEST" : arn;
    }

    private static String cut(String message) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MAX_ERROR_MESSAGE) {
            return message;
        }
        int end = MAX_ERROR_MESSAGE;
        // Not within a character.
        while ((bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    /// As it is, so that no number loses a digit.
    private static void put(ObjectNode all, String name, byte[] bytes) {
        JsonNode parsed = json(bytes);
        if (parsed.isTextual()) {
            all.set(name, parsed);
        } else {
            all.putRawValue(name, new RawValue(new String(bytes, StandardCharsets.UTF_8)));
        }
    }

    /// A function of its own runtime may answer what isn't JSON.
    private static JsonNode json(byte[] bytes) {
        try {
            JsonNode node = Json.MAPPER.readTree(bytes);
            return node == null || node.isMissingNode() ? TextNode.valueOf("") : node;
        } catch (IOException e) {
            return TextNode.valueOf(new String(bytes, StandardCharsets.UTF_8));
        }
    }
}
