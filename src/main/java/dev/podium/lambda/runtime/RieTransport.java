package dev.podium.lambda.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.codec.Json;
import dev.podium.http.wire.WireHeaders;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;

/// Events for the runtime interface emulator that AWS's images carry.
///
/// The emulator has limits: it serves one call at a time, a result with the members `errorType` and `errorMessage`
/// looks like an error, and the function sees the emulator's request id, ARN and deadline instead of its own.
public final class RieTransport implements Transport, AutoCloseable {
    private static final String TARGET = "/2015-03-31/functions/function/invocations";
    private static final WireHeaders JSON = WireHeaders.of("Content-Type", "application/json");

    private final PodClient pod;

    /// A transport to an emulator, usually on port 8080; connects on first use.
    public RieTransport(String host, int port) {
        pod = new PodClient(host, port);
    }

    /// Waits until the emulator accepts a connection.
    ///
    /// @return false if it doesn't in time
    public boolean awaitReady(Duration limit) throws InterruptedException {
        return PodClient.await(pod::accepts, limit);
    }

    @Override
    public Outcome invoke(Event event, long deadlineNanos) throws InterruptedException {
        String context = event.clientContext();
        WireHeaders headers = context == null
                ? JSON
                : WireHeaders.of(
                        "Content-Type",
                        "application/json",
                        "X-Amz-Client-Context",
                        Base64.getEncoder().encodeToString(context.getBytes(UTF_8)));
        return pod.post(TARGET, headers, event, deadlineNanos, RieTransport::read);
    }

    private static Outcome read(int status, WireHeaders headers, byte[] body) {
        boolean object = body.length > 0 && body[0] == '{';
        if (!object && body.length < 1024 && isTimeout(new String(body, UTF_8))) {
            return new Outcome.TimedOut();
        }
        JsonNode json = object ? parse(body) : Json.object();
        if (json.hasNonNull("errorType") && json.has("errorMessage")) {
            return new Outcome.HandlerError(body, json.path("errorType").asText());
        }
        if (status / 100 != 2) {
            String type = "Runtime.EmulatorError";
            String message = "the emulator answered with status " + status;
            return new Outcome.HandlerError(RuntimeAnswers.errorJson(type, message), type);
        }
        return new Outcome.Success(body, headers.first("Content-Type"));
    }

    /// The emulator's own time limit answers with plain text, not with JSON.
    private static boolean isTimeout(String text) {
        return !text.startsWith("\"") && text.contains("Task timed out after ");
    }

    private static JsonNode parse(byte[] body) {
        try {
            return Json.MAPPER.readTree(body);
        } catch (IOException e) {
            return Json.object();
        }
    }

    @Override
    public void close() {
        pod.close();
    }
}
