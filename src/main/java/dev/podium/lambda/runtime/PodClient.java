package dev.podium.lambda.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.podium.http.wire.BadMessage;
import dev.podium.http.wire.WireClient;
import dev.podium.http.wire.WireHeaders;
import dev.podium.http.wire.WireResponse;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Calls a server in a pod; what the `rie` and `http` transports have in common.
final class PodClient implements AutoCloseable {
    private static final int MAX_RESPONSE = 6_291_556;
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration PROBE = Duration.ofSeconds(1);
    private static final int MAX_PAGE = 256 << 10;
    private static final WireHeaders TEXT = WireHeaders.of("Accept", "text/plain;version=0.0.4");
    private static final byte[] NOTHING = new byte[0];

    private final WireClient client;

    PodClient(String host, int port) {
        client = WireClient.to(host, port, CONNECT, 4);
    }

    /// What a complete answer means.
    @FunctionalInterface
    interface Reading {
        Outcome of(int status, WireHeaders headers, byte[] body);
    }

    /// Posts an event. A call that may have reached the pod is never repeated.
    Outcome post(String target, WireHeaders headers, Event event, long deadlineNanos, Reading reading)
            throws InterruptedException {
        try (WireResponse response = client.send("POST", target, headers, event.payload(), deadlineNanos)) {
            return reading.of(response.status(), response.headers(), response.bytes(MAX_RESPONSE));
        } catch (SocketTimeoutException e) {
            return new Outcome.TimedOut();
        } catch (WireClient.NotSent e) {
            return ended(e, false, deadlineNanos);
        } catch (BadMessage e) {
            return e.status() == 413
                    ? RuntimeAnswers.responseTooLarge(MAX_RESPONSE)
                    : new Outcome.Lost("the pod's answer is not HTTP: " + e.getMessage(), true);
        } catch (IOException e) {
            return ended(e, true, deadlineNanos);
        }
    }

    /// Posts an event; an answer of 2xx is left to be read by the caller.
    Outcome stream(String target, WireHeaders headers, Event event, long deadlineNanos, Reading reading)
            throws InterruptedException {
        return open(
                () -> client.send("POST", target, headers, event.payload(), deadlineNanos),
                response -> response.status() / 100 == 2
                        ? null
                        : reading.of(response.status(), response.headers(), response.bytes(MAX_RESPONSE)),
                deadlineNanos);
    }

    /// Passes a request on; its answer is left to be read by the caller.
    Outcome forward(HttpCall call, WireHeaders headers, long deadlineNanos) throws InterruptedException {
        return open(
                () -> client.send(call.method(), call.target(), headers, call.body(), call.length(), deadlineNanos),
                response -> null,
                deadlineNanos);
    }

    /// Sends a request.
    @FunctionalInterface
    private interface Sending {
        WireResponse send() throws IOException;
    }

    /// Reads an answer whole that isn't to be passed on; null leaves it.
    @FunctionalInterface
    private interface Refusal {
        @Nullable
        Outcome of(WireResponse response) throws IOException;
    }

    private static Outcome open(Sending sending, Refusal refusal, long deadlineNanos) throws InterruptedException {
        try {
            WireResponse response = sending.send();
            boolean passedOn = false;
            try {
                Outcome refused = refusal.of(response);
                passedOn = refused == null;
                return refused == null ? new Outcome.Streaming(new PodResponse(response)) : refused;
            } finally {
                if (!passedOn) {
                    response.close();
                }
            }
        } catch (SocketTimeoutException e) {
            return new Outcome.TimedOut();
        } catch (WireClient.NotSent e) {
            return ended(e, false, deadlineNanos);
        } catch (BadMessage e) {
            return new Outcome.Lost("the pod's answer is not HTTP: " + e.getMessage(), true);
        } catch (IOException e) {
            return ended(e, true, deadlineNanos);
        }
    }

    private static Outcome ended(IOException e, boolean delivered, long deadlineNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (System.nanoTime() - deadlineNanos >= 0) {
            return new Outcome.TimedOut();
        }
        return new Outcome.Lost("the connection to the pod was lost: " + e.getMessage(), delivered);
    }

    /// Tells whether the pod accepts connections.
    boolean accepts() {
        return client.accepts(PROBE);
    }

    /// Asks whether a `GET` is answered with 2xx.
    ///
    /// @return null if it is, else how it is answered
    @Nullable
    String unanswered(String target) {
        long deadline = System.nanoTime() + PROBE.toNanos();
        try (WireResponse response = client.send("GET", target, WireHeaders.empty(), NOTHING, deadline)) {
            response.bytes(64 << 10);
            return response.status() / 100 == 2 ? null : "is answered with status " + response.status();
        } catch (IOException e) {
            return "is not answered: " + e.getMessage();
        }
    }

    /// Reads a page of text.
    ///
    /// It is absent when the server answers 404.
    HttpTransport.Metrics text(String target, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        try (WireResponse response = client.send("GET", target, TEXT, NOTHING, deadline)) {
            byte[] body = response.bytes(MAX_PAGE);
            if (response.status() == 404) {
                return new HttpTransport.Metrics(true, Optional.empty());
            }
            return new HttpTransport.Metrics(
                    false, response.status() == 200 ? Optional.of(new String(body, UTF_8)) : Optional.empty());
        } catch (IOException e) {
            return new HttpTransport.Metrics(false, Optional.empty());
        }
    }

    /// A question to a pod that is starting.
    @FunctionalInterface
    interface Probe {
        boolean succeeds();
    }

    /// Asks again and again until the probe succeeds.
    static boolean await(Probe probe, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        for (long pause = 5; !probe.succeeds(); pause = Math.min(pause * 2, 100)) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            Thread.sleep(pause);
        }
        return true;
    }

    @Override
    public void close() {
        client.close();
    }
}
