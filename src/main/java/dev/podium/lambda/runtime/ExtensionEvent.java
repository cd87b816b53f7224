package dev.podium.lambda.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.http.wire.WireExchange;
import dev.podium.http.wire.WireHeaders;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.UUID;

/// What extensions get from `event/next`.
///
/// @param type `INVOKE` or `SHUTDOWN`
/// @param json as it is sent
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
record ExtensionEvent(String type, byte[] json) {
    private static final System.Logger LOG = System.getLogger("lambda");

    static ExtensionEvent invoke(Event event) {
        ObjectNode json = Json.object()
                .put("eventType", "INVOKE")
                .put("deadlineMs", event.deadlineEpochMillis())
                .put("requestId", event.requestId())
                .put("invokedFunctionArn", event.invokedFunctionArn());
        if (event.traceId() != null) {
            json.putObject("tracing").put("type", "X-Amzn-Trace-Id").put("value", event.traceId());
        }
        return of("INVOKE", json);
    }

    /// @param reason `spindown`, `timeout` or `failure`
    static ExtensionEvent shutdown(String reason, Duration limit) {
        return of(
                "SHUTDOWN",
                Json.object()
                        .put("eventType", "SHUTDOWN")
                        .put("shutdownReason", reason)
                        .put("deadlineMs", System.currentTimeMillis() + limit.toMillis()));
    }

    private static ExtensionEvent of(String type, ObjectNode json) {
        return new ExtensionEvent(type, json.toString().getBytes(UTF_8));
    }

    boolean isInvoke() {
        return type.equals("INVOKE");
    }

    /// An event and the request that it answers.
    record Delivery(WireExchange exchange, ExtensionEvent event) {
        void send() {
            try {
                WireHeaders headers = WireHeaders.of(
                        "Content-Type",
                        "application/json",
                        "Lambda-Extension-Event-Identifier",
                        UUID.randomUUID().toString());
                RuntimeAnswers.json(exchange, 200, headers, event.json());
            } catch (IOException | IllegalStateException e) {
                LOG.log(Level.DEBUG, "extension is gone");
            }
        }
    }
}
