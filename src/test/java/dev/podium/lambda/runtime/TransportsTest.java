package dev.podium.lambda.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import dev.podium.http.wire.WireExchange;
import dev.podium.http.wire.WireHeaders;
import dev.podium.http.wire.WireServer;
import dev.podium.http.wire.WireSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullMarked
final class TransportsTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    private final AtomicInteger posts = new AtomicInteger();
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    private final AtomicInteger health = new AtomicInteger(200);
    private final Semaphore go = new Semaphore(0);
    private WireServer pod;
    private HttpTransport http;
    private RieTransport rie;

    @BeforeEach
    void start() throws IOException {
        pod = serve(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        http = new HttpTransport("127.0.0.1", pod.address().getPort());
        rie = new RieTransport("127.0.0.1", pod.address().getPort());
    }

    @AfterEach
    void stop() {
        http.close();
        rie.close();
        pod.close();
    }

    private WireServer serve(InetSocketAddress address) throws IOException {
        return WireServer.start(WireSettings.defaults("pod", address), this::handle);
    }

    /// Does what the event says.
    private void handle(WireExchange x) throws IOException, InterruptedException {
        if (x.rawTarget().equals("/healthz")) {
            x.respond(health.get(), WireHeaders.empty(), new byte[0]);
            return;
        }
        posts.incrementAndGet();
        String event = new String(x.body().readAllBytes(), UTF_8);
        seen.add(x.method() + " " + x.rawTarget() + " " + x.headers().first("Lambda-Runtime-Aws-Request-Id"));
        switch (event) {
            case "\"cut\"" -> x.abort();
            case "\"hang\"" -> Thread.sleep(Duration.ofMinutes(2));
            case "\"stream\"" -> {
                try (OutputStream out = x.stream(200, WireHeaders.empty())) {
                    out.write("[1,".getBytes(UTF_8));
                    out.write("2]".getBytes(UTF_8));
                }
            }
            case "\"slowly\"" -> {
                try (OutputStream out = x.stream(200, WireHeaders.of("Content-Type", "text/plain"))) {
                    out.write("first".getBytes(UTF_8));
                    go.acquire();
                    out.write("second".getBytes(UTF_8));
                }
            }
            case "\"half\"" -> {
                x.stream(200, WireHeaders.empty()).write("part".getBytes(UTF_8));
                x.abort();
            }
            case "\"huge\"" -> x.respond(200, WireHeaders.empty(), new byte[6_291_557]);
            case "\"teapot\"" -> x.respond(418, WireHeaders.empty(), "short and stout".getBytes(UTF_8));
            case "\"close\"" -> x.respond(200, WireHeaders.of("Connection", "close"), "1".getBytes(UTF_8));
            default ->
                x.respond(
                        event.startsWith("{\"errorType\"") && x.rawTarget().equals("/") ? 500 : 200,
                        WireHeaders.of("Content-Type", "application/json"),
                        event.startsWith("Task") || event.startsWith("{")
                                ? event.getBytes(UTF_8)
                                : "true".getBytes(UTF_8));
        }
    }

    private static Outcome invoke(Transport transport, String payload) throws InterruptedException {
        return invoke(transport, payload, SOON);
    }

    private static Outcome invoke(Transport transport, String payload, Duration limit) throws InterruptedException {
        Event event = Event.of("id-1", payload.getBytes(UTF_8), "arn:f", System.currentTimeMillis() + limit.toMillis());
        return transport.invoke(event, System.nanoTime() + limit.toNanos());
    }

    private static void succeeds(Outcome outcome, String payload) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Success.class,
                        success -> assertThat(success.payload()).asString().isEqualTo(payload));
    }

    @Test
    void eventsArePostedAndAnswersComeBackOnOneConnection() throws Exception {
        for (int i = 0; i < 3; i++) {
            succeeds(invoke(http, "1"), "true");
        }
        assertThat(seen.take()).isEqualTo("POST / id-1");
        assertThat(pod.connections()).isEqualTo(1);
        succeeds(invoke(rie, "1"), "true");
        assertThat(seen).last().isEqualTo("POST /2015-03-31/functions/function/invocations null");
        succeeds(invoke(http, "\"stream\""), "[1,2]");
        succeeds(invoke(http, "\"close\""), "1");
        succeeds(invoke(http, "1"), "true");
    }

    @Test
    void keptConnectionsThatEndedAreNotUsedAgain() throws Exception {
        succeeds(invoke(http, "1"), "true");
        InetSocketAddress address = pod.address();
        pod.close();
        pod = serve(address);
        succeeds(invoke(http, "1"), "true");
    }

    @Test
    void timeIsUpAtTheDeadline() throws Exception {
        assertThat(invoke(http, "\"hang\"", Duration.ofMillis(200))).isInstanceOf(Outcome.TimedOut.class);
        assertThat(invoke(rie, "Task timed out after 3.00 seconds")).isInstanceOf(Outcome.TimedOut.class);
        assertThat(invoke(http, "1", Duration.ZERO)).isInstanceOf(Outcome.TimedOut.class);
    }

    @Test
    void cutCallsAreLostAndNeverRepeated() throws Exception {
        succeeds(invoke(http, "1"), "true"); // so that the next one uses a kept connection
        assertThat(invoke(http, "\"cut\""))
                .isInstanceOfSatisfying(
                        Outcome.Lost.class, lost -> assertThat(lost.delivered()).isTrue());
        assertThat(posts).hasValue(2);
        pod.close();
        assertThat(invoke(new HttpTransport("127.0.0.1", pod.address().getPort()), "1"))
                .isInstanceOfSatisfying(
                        Outcome.Lost.class, lost -> assertThat(lost.delivered()).isFalse());
    }

    @Test
    void errorsAreTold() throws Exception {
        assertThat(invoke(http, "\"teapot\"")).isInstanceOfSatisfying(Outcome.HandlerError.class, error -> {
            assertThat(error.errorType()).isEqualTo("Function.Http418");
            assertThat(error.payload())
                    .asString()
                    .isEqualTo("{\"errorMessage\":\"the server answered with status 418: short and stout\","
                            + "\"errorType\":\"Function.Http418\"}");
        });
        String own = "{\"errorType\":\"Mine\",\"errorMessage\":\"x\"}";
        for (Transport transport : new Transport[] {http, rie}) {
            assertThat(invoke(transport, own)).isInstanceOfSatisfying(Outcome.HandlerError.class, error -> {
                assertThat(error.errorType()).isEqualTo("Mine");
                assertThat(error.payload()).asString().isEqualTo(own);
            });
        }
        succeeds(invoke(rie, "{\"errorMessage\":\"only\"}"), "{\"errorMessage\":\"only\"}");
        assertThat(invoke(http, "\"huge\""))
                .isInstanceOfSatisfying(
                        Outcome.HandlerError.class,
                        error -> assertThat(error.errorType()).isEqualTo("Function.ResponseSizeTooLarge"));
    }

    private static Event event(String payload) {
        return Event.of("id-1", payload.getBytes(UTF_8), "arn:f", System.currentTimeMillis() + SOON.toMillis());
    }

    private static String text(ResponseStream stream) {
        byte[] buffer = new byte[100];
        int n = stream.read(buffer);
        return n < 0 ? "" : new String(buffer, 0, n, UTF_8);
    }

    private static ResponseStream streaming(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Streaming.class);
        return ((Outcome.Streaming) outcome).answer();
    }

    @Test
    void answerOfAWebServerIsPassedOnWhileItIsWritten() throws Exception {
        long deadline = System.nanoTime() + SOON.toNanos();
        ResponseStream stream = streaming(http.stream(event("\"slowly\""), deadline));
        assertThat(text(stream)).isEqualTo("first");
        go.release();
        assertThat(text(stream)).isEqualTo("second");
        assertThat(text(stream)).isEmpty();
        assertThat(stream.end()).isInstanceOf(Outcome.Success.class);
        ResponseStream half = streaming(http.stream(event("\"half\""), deadline));
        assertThat(text(half)).isEqualTo("part");
        assertThat(text(half)).isEmpty();
        assertThat(half.end()).isInstanceOf(Outcome.Lost.class);
        assertThat(http.stream(event("\"teapot\""), deadline)).isInstanceOf(Outcome.HandlerError.class);
    }

    @Test
    void requestIsPassedOnAsItCame() throws Exception {
        for (long length : new long[] {8, -1}) {
            HttpCall call = new HttpCall(
                    "PUT",
                    "/a%20b?c=d",
                    List.of(Map.entry("X-Own", "1")),
                    new ByteArrayInputStream("\"teapot\"".getBytes(UTF_8)),
                    length);
            ResponseStream stream = streaming(http.forward(call, event(""), System.nanoTime() + SOON.toNanos()));
            assertThat(stream.status()).isEqualTo(418);
            assertThat(text(stream)).isEqualTo("short and stout");
            assertThat(stream.end()).isInstanceOf(Outcome.Success.class);
            assertThat(seen.take()).isEqualTo("PUT /a%20b?c=d id-1");
        }
    }

    @Test
    void readinessIsWaitedFor() throws Exception {
        health.set(503);
        assertThat(http.awaitReady(Duration.ofMillis(100), why -> {})).isFalse();
        assertThat(rie.awaitReady(Duration.ofMillis(100))).isTrue();
        Thread.ofVirtual().start(() -> health.set(204));
        assertThat(http.awaitReady(SOON, why -> {})).isTrue();
        pod.close();
        assertThat(new RieTransport("127.0.0.1", pod.address().getPort()).awaitReady(Duration.ofMillis(50)))
                .isFalse();
    }

    @Test
    void interruptionEndsACall() throws Exception {
        AtomicReference<String> ended = new AtomicReference<>("");
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                ended.set(invoke(http, "\"hang\"").toString());
            } catch (InterruptedException e) {
                ended.set("interrupted");
            }
        });
        Eventually.within(SOON, () -> posts.get() == 1);
        caller.interrupt();
        Eventually.within(SOON, () -> ended.get().equals("interrupted"));
    }

    @Test
    void largeEventsToAServerThatDoesNotReadEndInTime() throws Exception {
        try (var deaf = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var transport = new HttpTransport("127.0.0.1", deaf.getLocalPort())) {
            assertThat(invoke(transport, "x".repeat(20 << 20), Duration.ofMillis(300)))
                    .isInstanceOf(Outcome.TimedOut.class);
        }
    }
}
