package dev.podium.http.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.Eventually;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullMarked
final class WireServerTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final String END = " HTTP/1.1\r\nHost: a.example:9001\r\n";

    private final BlockingQueue<WireExchange> parked = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> failures = new LinkedBlockingQueue<>();
    private final AtomicInteger disconnects = new AtomicInteger();
    private WireServer server;
    private RawConnection client;

    @BeforeEach
    void start() throws IOException {
        server = patient(LONG);
        client = new RawConnection(server.address());
    }

    private WireServer patient(Duration limit) throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return WireServer.start(
                new WireSettings("test", any, 50, 4096, 20, 100_000, limit, limit, Duration.ZERO), this::handle);
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
    }

    private void handle(WireExchange x) throws IOException {
        switch (x.rawPath()) {
            case "/park" -> {
                x.onDisconnect(disconnects::incrementAndGet);
                parked.add(x);
            }
            case "/stream" -> {
                try (OutputStream out = x.stream(200, WireHeaders.empty())) {
                    out.write("one".getBytes(ISO_8859_1));
                    out.write("two".getBytes(ISO_8859_1));
                }
            }
            case "/fail" -> throw new IllegalStateException("a secret");
            case "/unread" -> x.respond(403, WireHeaders.of("Connection", "close"), new byte[0]);
            default -> echo(x);
        }
    }

    private void echo(WireExchange x) throws IOException {
        byte[] body;
        try {
            body = x.body().readAllBytes();
        } catch (IOException e) {
            failures.add(e.getClass().getSimpleName() + ": " + e.getMessage());
            throw e;
        }
        WireHeaders headers = WireHeaders.builder()
                .add("Target", x.rawTarget())
                .add("For", x.host())
                .addIfPresent("Trailer-Seen", x.trailers().first("x-error"))
                .build();
        x.respond(200, headers, body);
    }

    @Test
    void targetsArriveAsSentAndConnectionsAreKept() throws IOException {
        var answer = client.call("POST", "/a%2Fb/../c?x=%20y", "a.example", "hello");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Target")).isEqualTo("/a%2Fb/../c?x=%20y");
        assertThat(answer.header("For")).isEqualTo("a.example");
        assertThat(answer.body()).isEqualTo("hello");
        assertThat(client.call("GET", "/", "b.example", "").header("for")).isEqualTo("b.example");
    }

    @Test
    void chunkedBodiesAndTheirTrailersAreRead() throws IOException {
        client.send("POST /" + END + "Transfer-Encoding: chunked\r\nTrailer: X-Error\r\n\r\n"
                + "3;note=1\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-Error: boom\r\n\r\n");
        var answer = client.answer();
        assertThat(answer.body()).isEqualTo("abc0123456789");
        assertThat(answer.header("Trailer-Seen")).isEqualTo("boom");
        assertThat(client.call("GET", "/", "h", "").status()).isEqualTo(200);
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        client.send("GET /park" + END + "\r\nGET /second" + END + "\r\nGET /third" + END + "\r\n");
        WireExchange first = parked.take();
        Thread.sleep(50);
        first.respond(200, WireHeaders.of("Target", "/park"), new byte[0]);
        assertThat(client.answer().header("Target")).isEqualTo("/park");
        assertThat(client.answer().header("Target")).isEqualTo("/second");
        assertThat(client.answer().header("Target")).isEqualTo("/third");
    }

    @Test
    void parkedRequestsAreAnsweredByAnotherThread() throws Exception {
        for (int i = 0; i < 3; i++) {
            client.send("GET /park" + END + "\r\n");
            WireExchange x = parked.take();
            Thread.ofVirtual().start(() -> {
                try {
                    x.respond(200, WireHeaders.empty(), "later".getBytes(ISO_8859_1));
                } catch (IOException e) {
                    failures.add(e.toString());
                }
            });
            assertThat(client.answer().body()).isEqualTo("later");
        }
        assertThat(failures).isEmpty();
        assertThat(disconnects).hasValue(0);
    }

    @Test
    void theEndOfAParkedClientIsNoticedAtOnce() throws Exception {
        client.send("GET /park" + END + "\r\n");
        WireExchange x = parked.take();
        client.close();
        Eventually.within(SOON, () -> disconnects.get() == 1 && x.isDisconnected());
        assertThatThrownBy(() -> x.respond(200, WireHeaders.empty(), new byte[0]))
                .isInstanceOf(IOException.class);
        Eventually.within(SOON, () -> server.connections() == 0);
    }

    @Test
    void theEndOfAConnectionAfterItsAnswerIsNoticedToo() throws Exception {
        client.send("GET /park" + END + "\r\n");
        parked.take().respond(200, WireHeaders.empty(), new byte[0]);
        client.answer();
        assertThat(disconnects).hasValue(0);
        client.close();
        Eventually.within(SOON, () -> disconnects.get() == 1);
    }

    @Test
    void anAnswerIsGivenOnce() throws Exception {
        client.send("GET /park" + END + "\r\n");
        WireExchange x = parked.take();
        x.respond(204, WireHeaders.empty(), new byte[0]);
        assertThat(client.answer().status()).isEqualTo(204);
        assertThatThrownBy(() -> x.respond(200, WireHeaders.empty(), new byte[0]))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void bodiesThatAreCutOffAreNeverTakenForWholeOnes() throws Exception {
        client.send("POST /" + END + "Content-Length: 10\r\n\r\nabc");
        client.finish();
        assertThat(client.answer().status()).isEqualTo(400);
        assertThat(failures.take()).startsWith(EOFException.class.getSimpleName());
        try (var other = new RawConnection(server.address())) {
            other.send("POST /" + END + "Transfer-Encoding: chunked\r\n\r\n5\r\nabc");
            other.finish();
            assertThat(failures.take()).startsWith(EOFException.class.getSimpleName());
        }
    }

    @Test
    void bodiesAreBounded() throws Exception {
        client.send("POST /" + END + "Content-Length: 100001\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo(413);
        try (var other = new RawConnection(server.address())) {
            String chunk = "10000\r\n" + "x".repeat(65536) + "\r\n";
            other.send("POST /" + END + "Transfer-Encoding: chunked\r\n\r\n" + chunk + chunk);
            assertThat(other.answer().status()).isEqualTo(413);
            assertThat(other.isEnded()).isTrue();
        }
    }

    @Test
    void slowHeadsAndSilentBodiesAreCut() throws Exception {
        try (WireServer impatient = patient(Duration.ofSeconds(2));
                var slow = new RawConnection(impatient.address()).send("GET / HTT");
                var silent =
                        new RawConnection(impatient.address()).send("POST /" + END + "Content-Length: 10\r\n\r\nabc");
                var mute = new RawConnection(impatient.address());
                var dripping = new RawConnection(impatient.address())) {
            String head = "GET /" + END + "X: " + "x".repeat(2000);
            int sent = 0;
            try {
                for (; sent < head.length(); sent++) {
                    dripping.send(head.substring(sent, sent + 1));
                    Thread.sleep(50);
                }
            } catch (IOException e) {
                assertThat(sent).isGreaterThan(1); // the server has closed
            }
            assertThat(sent).isLessThan(head.length());
            assertThat(slow.answer().status()).isEqualTo(408);
            assertThat(slow.isEnded()).isTrue();
            assertThat(silent.answer().status()).isEqualTo(408);
            assertThat(mute.isEnded()).isTrue();
        }
    }

    @Test
    void expectedContinueIsSentWhenTheBodyIsRead() throws Exception {
        client.send("POST /" + END + "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo(100);
        client.send("abc");
        assertThat(client.answer().body()).isEqualTo("abc");
        client.send("POST /unread" + END + "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo(403);
        assertThat(client.isEnded()).isTrue();
    }

    @Test
    void streamsAreChunkedOrEndWithTheConnection() throws Exception {
        client.send("GET /stream" + END + "\r\n");
        assertThat(client.answer().body()).isEqualTo("onetwo");
        assertThat(client.call("GET", "/", "h", "").status()).isEqualTo(200);
        try (var old = new RawConnection(server.address())) {
            old.send("GET /stream HTTP/1.0\r\n\r\n");
            var answer = old.answer();
            assertThat(answer.header("Transfer-Encoding")).isEmpty();
            assertThat(answer.body()).isEqualTo("onetwo");
        }
    }

    @Test
    void failuresDoNotReachTheClient() throws Exception {
        var answer = client.call("GET", "/fail", "h", "");
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.body()).isEmpty();
        assertThat(client.isEnded()).isTrue();
    }

    @Test
    void aliasesSpeakForTheirHost() throws Exception {
        InetSocketAddress alias = server.alias("name.internal");
        assertThat(server.alias("name.internal")).isEqualTo(alias);
        try (var local = new RawConnection(alias)) {
            assertThat(local.call("GET", "/", "127.0.0.1", "").header("For")).isEqualTo("name.internal");
        }
        server.unalias("name.internal");
        Eventually.within(SOON, () -> refused(alias));
        InetSocketAddress address = server.address();
        server.close();
        Eventually.within(SOON, () -> refused(address));
    }

    private static boolean refused(InetSocketAddress address) {
        try {
            new RawConnection(address).close();
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void largeAnswersArriveWhole() throws Exception {
        String large = "0123456789".repeat(9_000);
        assertThat(client.call("POST", "/", "h", large).body()).isEqualTo(large);
        assertThat(client.call("POST", "/", "h", "small").body()).isEqualTo("small");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /~HTTP/2.0#Host: a##|505",
                "GET /~HTTP/1.1##|400",
                "GET /~HTTP/1.1#Host: a#Host: b##|400",
                "GET  /~HTTP/1.1#Host: a##|400",
                "G(T /~HTTP/1.1#Host: a##|400",
                "nonsense##|400",
                "GET /~HTTP/1.1#Host: a#Bad Name: x##|400",
                "GET /~HTTP/1.1#Host: a#X: y# folded##|400",
                "POST /~HTTP/1.1#Host: a#Content-Length: 1#Content-Length: 2##a|400",
                "POST /~HTTP/1.1#Host: a#Content-Length: -1##a|400",
                "POST /~HTTP/1.1#Host: a#Content-Length: 3#Transfer-Encoding: chunked##a|400",
                "POST /~HTTP/1.1#Host: a#Transfer-Encoding: gzip, chunked##a|501",
                "POST /~HTTP/1.1#Host: a#Transfer-Encoding: chunked##zz#|400",
                "POST /~HTTP/1.1#Host: a#Transfer-Encoding: chunked##2#abcd#|400",
            })
    void brokenMessagesAreRefused(String message, int status) throws Exception {
        client.send(message.replace("#", "\r\n").replace('~', ' '));
        assertThat(client.answer().status()).isEqualTo(status);
        assertThat(client.isEnded()).isTrue();
    }

    @Test
    void headsAreBounded() throws Exception {
        client.send("GET /" + END + "X: " + "x".repeat(5_000) + "\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo(431);
        try (var other = new RawConnection(server.address())) {
            other.send("GET /" + END + "X: y\r\n".repeat(20) + "\r\n");
            assertThat(other.answer().status()).isEqualTo(431);
        }
    }

    @Test
    void closingTheServerEndsItsConnections() throws Exception {
        client.send("GET /park" + END + "\r\n");
        parked.take();
        server.close();
        assertThat(client.isEnded()).isTrue();
        Eventually.within(SOON, () -> server.connections() == 0);
    }
}
