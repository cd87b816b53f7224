package dev.podium.lambda.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.codec.Json;
import dev.podium.http.wire.WireHeaders;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/// Events for any web server: POSTed to `/` with the Runtime API's headers (`Lambda-Runtime-Aws-Request-Id`,
/// `-Deadline-Ms` and so on), ready when `GET /healthz` answers 2xx.
///
/// An answer other than 2xx is a handler's error: its body is passed on if it is an object with an `errorType`;
/// otherwise the error is `Function.Http<status>` with the beginning of the body as its message.
public final class HttpTransport implements Transport, AutoCloseable {
    private static final int MAX_MESSAGE = 1000;

    private final PodClient pod;

    /// A transport to a server, usually on port 8080; connects on first use.
    public HttpTransport(String host, int port) {
        pod = new PodClient(host, port);
    }

    /// Waits until the server says that it is healthy.
    ///
    /// @param problem hears why it isn't yet, each time it was asked
    /// @return false if it doesn't in time
    public boolean awaitReady(Duration limit, Consumer<String> problem) throws InterruptedException {
        return PodClient.await(
                () -> {
                    String why = pod.unanswered("/healthz");
                    if (why != null) {
                        problem.accept("GET /healthz on its port 8080 " + why);
                    }
                    return why == null;
                },
                limit);
    }

    /// What the server shows at `/metrics`.
    ///
    /// @param absent whether it has no such page
    /// @param text nothing when there is none, or it could not be had in time
    public record Metrics(boolean absent, Optional<String> text) {}

    /// Asks the server for its `/metrics`, at most 256 KiB of text.
    public Metrics metrics(Duration limit) {
        return pod.text("/metrics", limit);
    }

    @Override
    public Outcome invoke(Event event, long deadlineNanos) throws InterruptedException {
        return pod.post("/", RuntimeAnswers.event(event), event, deadlineNanos, HttpTransport::read);
    }

    /// An answer of 2xx is passed on while it is being written.
    @Override
    public Outcome stream(Event event, long deadlineNanos) throws InterruptedException {
        return pod.stream("/", RuntimeAnswers.event(event), event, deadlineNanos, HttpTransport::read);
    }

    /// Passes a request on as it came, and its answer back, whatever its status.
    ///
    /// @return [Outcome.Streaming], or how it failed
    public Outcome forward(HttpCall call, Event event, long deadlineNanos) throws InterruptedException {
        WireHeaders.Builder headers = WireHeaders.builder();
        call.headers().forEach(field -> headers.add(field.getKey(), field.getValue()));
        WireHeaders own = RuntimeAnswers.event(event);
        for (int i = 1; i < own.size(); i++) { // all but the content type
            headers.add(own.name(i), own.value(i));
        }
        return pod.forward(call, headers.build(), deadlineNanos);
    }

    private static Outcome read(int status, WireHeaders headers, byte[] body) {
        if (status / 100 == 2) {
            return new Outcome.Success(body, headers.first("Content-Type"));
        }
        try {
            JsonNode json = Json.MAPPER.readTree(body);
            if (json != null && json.path("errorType").isTextual()) {
                return new Outcome.HandlerError(body, json.path("errorType").asText());
            }
        } catch (IOException e) {
            return plain(status, body); // not JSON
        }
        return plain(status, body);
    }

    private static Outcome plain(int status, byte[] body) {
        String text = new String(body, 0, Math.min(body.length, MAX_MESSAGE), UTF_8);
        String type = "Function.Http" + status;
        String message = "the server answered with status " + status + (text.isBlank() ? "" : ": " + text);
        return new Outcome.HandlerError(RuntimeAnswers.errorJson(type, message), type);
    }

    @Override
    public void close() {
        pod.close();
    }
}
