package dev.podium.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NullMarked
@Timeout(120)
final class ListenerTest {
    private static final Duration GRACE = Duration.ofSeconds(100);
    private static final Duration SOON = Duration.ofMinutes(1);

    private final List<Request> seen = new CopyOnWriteArrayList<>();
    private final List<Exception> failures = new CopyOnWriteArrayList<>();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final Listener listener = start();

    private Listener start() {
        try {
            return Listener.start(
                    new ListenerSettings(ListenerSettings.defaults().address(), "test", 1000, GRACE), this::handle);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @AfterEach
    void stop() {
        release.countDown();
        listener.close();
    }

    private Response handle(Request request) throws Exception {
        seen.add(request);
        return switch (request.rawPath()) {
            case "/echo" -> {
                try {
                    yield Response.bytes(200, "text/plain", request.bytes(1000));
                } catch (IOException e) {
                    failures.add(e);
                    throw e;
                }
            }
            case "/park" -> {
                entered.countDown();
                release.await();
                yield Response.of(204);
            }
            case "/half" ->
                Response.stream(200, "text/plain", -1, out -> {
                    out.write("half".getBytes(StandardCharsets.UTF_8));
                    out.flush();
                    throw new IOException("broke");
                });
            case "/stream" ->
                Response.stream(200, "text/plain", -1, out -> {
                    out.write("a".getBytes(StandardCharsets.UTF_8));
                    out.flush();
                    entered.countDown();
                    release.await();
                    out.write("b".getBytes(StandardCharsets.UTF_8));
                });
            case "/back" ->
                Response.stream(200, "text/plain", -1, out -> {
                    for (int c = request.body().read();
                            c >= 0;
                            c = request.body().read()) {
                        out.write(c);
                        out.flush();
                    }
                });
            case "/fail" -> throw new IllegalStateException("secret");
            default ->
                Response.json(200, new byte[] {'1'})
                        .with("X-Thread", Thread.currentThread().getName());
        };
    }

    @Test
    void requestIsAsItCame() throws Exception {
        String response = exchange("GET /a%2Fb%20c?x=1%2B&y HTTP/1.1\r\nHost: h\r\nX-Many: 1\r\nx-many: 2\r\n\r\n");
        assertThat(response)
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("X-thread: test-http-")
                .endsWith("\r\n\r\n1");
        Request request = seen.getFirst();
        assertThat(request.rawPath()).isEqualTo("/a%2Fb%20c");
        assertThat(request.query().first("x")).isEqualTo("1+");
        assertThat(request.query().has("y")).isTrue();
        assertThat(request.headers().all("X-MANY")).containsExactly("1", "2");
        assertThat(request.contentLength()).isZero();
    }

    @Test
    void expectationIsMetBeforeTheBody() throws Exception {
        try (Socket socket = connect()) {
            write(socket, "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
            byte[] interim = socket.getInputStream().readNBytes("HTTP/1.1 100 Continue\r\n\r\n".length());
            assertThat(new String(interim, StandardCharsets.UTF_8)).startsWith("HTTP/1.1 100 ");
            write(socket, "abc");
            assertThat(readUntil(socket, "abc")).contains(" 200 ");
        }
    }

    @Test
    void announcedBodyOverTheLimitIsRefusedThoughItIsSent() throws Exception {
        String response =
                exchange("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 500000\r\n\r\n" + "x".repeat(500_000));
        assertThat(response).startsWith("HTTP/1.1 413 ");
    }

    @Test
    void chunkedBodyOverTheLimitIsRefused() throws Exception {
        String chunk = "200\r\n" + "x".repeat(512) + "\r\n";
        String response = exchange(
                "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk + chunk + "0\r\n\r\n");
        assertThat(response).startsWith("HTTP/1.1 413 ");
    }

    @Test
    void bodyThatEndsEarlyIsA400() throws Exception {
        try (Socket socket = connect()) {
            write(socket, "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 400 ");
        }
        assertThat(failures).hasOnlyElementsOfType(BodyCutOff.class).hasSize(1);
    }

    @Test
    void longHeadersAreRefused() throws Exception {
        String response = exchange("GET / HTTP/1.1\r\nHost: h\r\nX-Long: " + "x".repeat(100_000) + "\r\n\r\n");
        assertThat(response).startsWith("HTTP/1.1 431 ");
        assertThat(seen).isEmpty();
    }

    @Test
    void failureOfAHandlerSaysNothing() throws Exception {
        assertThat(exchange("GET /fail HTTP/1.1\r\nHost: h\r\n\r\n"))
                .startsWith("HTTP/1.1 500 ")
                .doesNotContain("secret");
    }

    @Test
    void brokenStreamCannotBeTakenForAWholeOne() throws Exception {
        try (Socket socket = connect()) {
            write(socket, "GET /half HTTP/1.1\r\nHost: h\r\n\r\n");
            String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(response).contains("half").doesNotContain("0\r\n\r\n");
        }
    }

    @Test
    void streamIsSentAsItIsWritten() throws Exception {
        try (Socket socket = connect()) {
            write(socket, "GET /stream HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(readUntil(socket, "1\r\na\r\n")).contains("Transfer-encoding: chunked");
            release.countDown();
            assertThat(readUntil(socket, "0\r\n\r\n")).contains("1\r\nb\r\n");
        }
    }

    @Test
    void headHasLengthAndNoBody() throws Exception {
        try (Socket socket = connect()) {
            write(socket, "HEAD /x HTTP/1.1\r\nHost: h\r\n\r\nGET /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            String both = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(both.substring(0, both.lastIndexOf("HTTP/1.1")))
                    .contains("Content-length: 1\r\n")
                    .endsWith("\r\n\r\n");
        }
    }

    @Test
    void closingLetsRunningExchangesFinish() throws Exception {
        try (Socket socket = connect()) {
            write(socket, "GET /park HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();
            Thread closing = Thread.ofVirtual().name("closing").start(listener::close);
            Eventually.within(SOON, () -> refused());
            assertThat(closing.isAlive()).isTrue();
            release.countDown();
            assertThat(readUntil(socket, "\r\n\r\n")).startsWith("HTTP/1.1 204 ");
            assertThat(closing.join(SOON)).isTrue();
        }
    }

    @Test
    void closingDoesNotWaitForIdleOrLostClients() throws Exception {
        try (Socket idle = connect();
                Socket lost = connect()) {
            write(idle, "GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
            readUntil(idle, "\r\n\r\n1");
            write(lost, "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
            lost.shutdownOutput();
            Eventually.within(SOON, () -> !failures.isEmpty());
            long start = System.nanoTime();
            listener.close();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
        }
    }

    private Listener impatient() throws IOException {
        return Listener.start(
                new ListenerSettings(
                        ListenerSettings.defaults().address(), "impatient", 1 << 30, GRACE, Duration.ofSeconds(2)),
                this::handle);
    }

    @Test
    void silentClientIsCutOff() throws Exception {
        try (Listener impatient = impatient();
                Socket head = new Socket(
                        impatient.address().getAddress(), impatient.address().getPort());
                Socket body = new Socket(
                        impatient.address().getAddress(), impatient.address().getPort())) {
            head.setSoTimeout(60_000);
            body.setSoTimeout(60_000);
            write(head, "POST /echo HTTP/1.1\r\nHost:");
            write(body, "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
            assertThat(head.getInputStream().read()).isEqualTo(-1);
            assertThat(body.getInputStream().read()).isEqualTo(-1);
            Eventually.within(SOON, () -> !failures.isEmpty());
            assertThat(failures).singleElement().isInstanceOf(BodyCutOff.class);
        }
    }

    @Test
    void slowClientMayTakeItsTime() throws Exception {
        try (Listener impatient = impatient();
                Socket socket = new Socket(
                        impatient.address().getAddress(), impatient.address().getPort())) {
            long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
            write(socket, "POST /back HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000000\r\n\r\na");
            readUntil(socket, "\r\n\r\n1\r\na\r\n");
            while (System.nanoTime() < end) {
                write(socket, "a");
                assertThat(readUntil(socket, "1\r\na\r\n")).isEqualTo("1\r\na\r\n");
            }
        }
    }

    @Test
    void takenPortIsNamed() {
        assertThatThrownBy(() -> Listener.start(ListenerSettings.defaults().at(listener.address()), this::handle))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(String.valueOf(listener.address().getPort()));
    }

    private boolean refused() {
        try {
            connect().close();
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private String exchange(String request) throws IOException {
        try (Socket socket = connect()) {
            write(socket, request.replaceFirst("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Socket connect() throws IOException {
        return new Socket(listener.address().getAddress(), listener.address().getPort());
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    private static String readUntil(Socket socket, String end) throws IOException {
        StringBuilder read = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (!read.toString().endsWith(end)) {
            int c = in.read();
            if (c < 0) {
                throw new IOException("ended after: " + read);
            }
            read.append((char) c);
        }
        return read.toString();
    }
}
