package dev.podium.elb.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.http.wire.AnswerHead;
import dev.podium.http.wire.RawConnection;
import dev.podium.http.wire.WireExchange;
import dev.podium.http.wire.WireHeaders;
import dev.podium.http.wire.WireStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What goes to a target, and what comes back.
@NullMarked
final class ForwardTest {
    private final Semaphore goOn = new Semaphore(0);
    private final Set<SocketAddress> connections = ConcurrentHashMap.newKeySet();
    private TestTarget target;
    private TestBalancer balancer;
    private RawConnection client;

    @BeforeEach
    void start() throws Exception {
        target = TestTarget.start("127.0.0.1", this::handle);
        balancer = new TestBalancer().serve(target);
        client = balancer.connect();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        balancer.close();
        target.close();
    }

    private void handle(WireExchange x) throws IOException {
        connections.add(x.remote());
        switch (x.rawPath()) {
            case "/headers" -> {
                StringBuilder all = new StringBuilder();
                for (int i = 0; i < x.headers().size(); i++) {
                    all.append(x.headers().name(i))
                            .append(": ")
                            .append(x.headers().value(i))
                            .append('\n');
                }
                TestTarget.say(x, all.toString());
            }
            case "/echo" -> {
                try (OutputStream out = x.stream(200, WireHeaders.empty())) {
                    x.body().transferTo(out);
                }
            }
            case "/trailers" -> {
                x.body().readAllBytes();
                WireStream out = x.begin(new AnswerHead(200, null, WireHeaders.of("Trailer", "X-Sum")), -1);
                out.write("body".getBytes(ISO_8859_1));
                out.trailers(WireHeaders.of("X-Sum", "got " + x.trailers().first("X-Check")));
                out.close();
            }
            case "/digest" -> {
                MessageDigest digest = sha256();
                new DigestInputStream(x.body(), digest).transferTo(OutputStream.nullOutputStream());
                TestTarget.say(x, HexFormat.of().formatHex(digest.digest()));
            }
            case "/hints" -> {
                x.interim(new AnswerHead(103, null, WireHeaders.of("Link", "</a.css>")));
                TestTarget.say(x, "body");
            }
            case "/early" -> x.respond(413, WireHeaders.of("Connection", "close"), "too much".getBytes(ISO_8859_1));
            case "/drip" -> {
                WireStream out = x.begin(new AnswerHead(200, null, WireHeaders.empty()), 8);
                out.write("half".getBytes(ISO_8859_1));
                out.flush();
                goOn.acquireUninterruptibly();
                out.write("rest".getBytes(ISO_8859_1));
                out.close();
            }
            case "/reason" ->
                x.begin(new AnswerHead(299, "Quite Fine", WireHeaders.empty()), 0)
                        .close();
            case "/204" -> x.respond(204, WireHeaders.empty(), new byte[0]);
            case "/304" ->
                x.begin(new AnswerHead(304, null, WireHeaders.of("ETag", "x")), 0)
                        .close();
            case "/head" ->
                x.begin(new AnswerHead(200, null, WireHeaders.of("Content-Length", "1234")), 0)
                        .close();
            default -> {
                byte[] body = x.body().readAllBytes();
                x.respond(
                        200,
                        WireHeaders.of("X-Request", x.method() + " " + x.rawTarget(), "Keep-Alive", "timeout=5"),
                        body);
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> headersOf(String more) throws IOException {
        client.lines("GET /headers HTTP/1.1~Host: Example.com~" + more + "~");
        return client.answer().body().lines().toList();
    }

    @Test
    void requestsAndAnswersPassThrough() throws IOException {
        RawConnection.Answer answer = client.call("POST", "/a%20b?c=d", "example.com", "hello");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("hello");
        assertThat(answer.header("X-Request")).isEqualTo("POST /a%20b?c=d");
        assertThat(answer.header("Keep-Alive")).isEmpty();
        assertThat(answer.header("Date")).isNotEmpty();
        assertThat(client.call("PUT", "/again", "example.com", "").body()).isEmpty();
        assertThat(client.call("GET", "/reason", "example.com", "").status()).isEqualTo(299);
        assertThat(client.call("GET", "http://example.com/whole?url", "example.com", "")
                        .header("X-Request"))
                .isEqualTo("GET /whole?url");
    }

    @Test
    void connectionsToTargetsAreUsedAgain() throws IOException {
        for (int i = 0; i < 20; i++) {
            try (RawConnection other = balancer.connect()) {
                assertThat(other.call("GET", "/", "example.com", "").status()).isEqualTo(200);
            }
        }
        // A connection may come back after the next request has begun, but not many at a time.
        assertThat(connections).hasSizeBetween(1, 6);
    }

    @Test
    void targetsHearWhoAsked() throws IOException {
        int port = balancer.address().getPort();
        assertThat(headersOf("X-Forwarded-For: 1.2.3.4~X-Forwarded-Proto: gopher~"
                        + "Connection: X-Hop~X-Hop: 1~X-Stays: as it is~"))
                .contains(
                        "X-Forwarded-For: 1.2.3.4, 127.0.0.1",
                        "X-Forwarded-Proto: http",
                        "X-Forwarded-Port: " + port,
                        "X-Stays: as it is",
                        "Host: Example.com:" + port)
                .anyMatch(line -> line.matches("X-Amzn-Trace-Id: Root=1-[0-9a-f]{8}-[0-9a-f]{24}"))
                .noneMatch(line -> line.startsWith("X-Hop") || line.startsWith("Connection"))
                .noneMatch(line -> line.contains("gopher"));
        assertThat(headersOf("X-Amzn-Trace-Id: Root=1-5c536348-3d683b8b04734faae651f476;Calls=x~"))
                .anyMatch(line -> line.matches("X-Amzn-Trace-Id: "
                        + "Self=1-[0-9a-f]{8}-[0-9a-f]{24};Root=1-5c536348-3d683b8b04734faae651f476;Calls=x"));
    }

    @Test
    void attributesSayWhatTargetsHear() throws IOException {
        Duration idle = Duration.ofMinutes(1);
        balancer.attributes(new LoadBalancer.Attributes(
                        idle,
                        idle,
                        true,
                        LoadBalancer.ForwardedFor.PRESERVE,
                        false,
                        true,
                        false,
                        LoadBalancer.Desync.DEFENSIVE))
                .apply();
        assertThat(headersOf("X-Forwarded-For: 1.2.3.4~x_odd: 1~"))
                .contains("X-Forwarded-For: 1.2.3.4", "Host: Example.com")
                .noneMatch(line -> line.startsWith("x_odd"));
        balancer.attributes(new LoadBalancer.Attributes(
                        idle,
                        idle,
                        true,
                        LoadBalancer.ForwardedFor.APPEND,
                        true,
                        false,
                        false,
                        LoadBalancer.Desync.DEFENSIVE))
                .apply();
        assertThat(headersOf("x_odd: 1~"))
                .contains("x_odd: 1")
                .anyMatch(line -> line.matches("X-Forwarded-For: 127.0.0.1:\\d+"));
    }

    @Test
    void bytesFlowBothWaysAtOnce() throws IOException {
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        assertThat(client.head()).isEqualTo(200);
        assertThat(client.chunk()).isEqualTo("hello");
        client.send("6\r\n again\r\n");
        assertThat(client.chunk()).isEqualTo(" again");
        client.send("0\r\n\r\n");
        assertThat(client.chunk()).isEmpty();
        assertThat(client.call("GET", "/next", "a", "").status()).isEqualTo(200);
    }

    @Test
    void largeBodiesArriveWhole() throws Exception {
        byte[] large = new byte[12 << 20];
        new java.util.Random(1).nextBytes(large);
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> known = http.send(
                    HttpRequest.newBuilder(balancer.uri("/digest"))
                            .POST(HttpRequest.BodyPublishers.ofByteArray(large))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(known.body()).isEqualTo(HexFormat.of().formatHex(sha256().digest(large)));
            HttpResponse<byte[]> chunked = http.send(
                    HttpRequest.newBuilder(balancer.uri("/echo"))
                            .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertThat(chunked.body()).isEqualTo(large);
        }
    }

    @Test
    void trailersPassBothWays() throws IOException {
        client.lines(
                "POST /trailers HTTP/1.1~Host: a~TE: trailers~Transfer-Encoding: chunked~~" + "1~x~0~X-Check: 7~~");
        assertThat(client.head()).isEqualTo(200);
        assertThat(client.chunk()).isEqualTo("body");
        assertThat(client.chunk()).isEqualTo("X-Sum: got 7\n");
    }

    @Test
    void clientsThatWaitForPermissionGetIt() throws IOException {
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo(100);
        client.send("hello");
        assertThat(client.answer().body()).isEqualTo("hello");
    }

    @Test
    void interimAnswersPass() throws IOException {
        client.send("GET /hints HTTP/1.1\r\nHost: a\r\n\r\n");
        RawConnection.Answer hints = client.answer();
        assertThat(hints.status()).isEqualTo(103);
        assertThat(hints.header("Link")).isEqualTo("</a.css>");
        assertThat(client.answer().body()).isEqualTo("body");
    }

    @Test
    void answersWithoutBodyHaveNone() throws IOException {
        client.lines("GET /204 HTTP/1.1~Host: a~~GET /304 HTTP/1.1~Host: a~~"
                + "HEAD /head HTTP/1.1~Host: a~~GET /last HTTP/1.1~Host: a~~");
        assertThat(client.answer().header("Content-Length")).isEmpty();
        assertThat(client.head()).isEqualTo(304);
        assertThat(client.head()).isEqualTo(200);
        assertThat(client.answer().header("X-Request")).isEqualTo("GET /last");
    }

    @Test
    void anAnswerMayComeBeforeTheBodyIsThere() throws IOException {
        client.send("POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 50000000\r\n\r\nstart");
        RawConnection.Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.body()).isEqualTo("too much");
    }

    @Test
    void oldClientsGetTheirAnswerUpToTheEnd() throws IOException {
        client.send("POST /echo HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi");
        assertThat(client.answer().body()).isEqualTo("hi");
        assertThat(client.isEnded()).isTrue();
    }

    @Test
    void listenersMaySetHeadersOfAnswers() throws IOException {
        balancer.listener(
                        Listener.Protocol.HTTP,
                        new Listener.Attributes(
                                Duration.ofMinutes(1),
                                false,
                                java.util.Map.of("X-Frame-Options", "DENY"),
                                "X-Amzn-Tls-Version",
                                "X-Amzn-Tls-Cipher-Suite"))
                .apply();
        assertThat(client.call("GET", "/", "a", "").header("X-Frame-Options")).isEqualTo("DENY");
    }

    @Test
    void removedBalancersEndConnectionsAfterTheirRequest() throws Exception {
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel");
        dev.podium.Eventually.within(Duration.ofMinutes(1), () -> !target.seen().isEmpty());
        balancer.remove();
        client.send("lo");
        RawConnection.Answer answer = client.answer();
        assertThat(answer.body()).isEqualTo("hello");
        assertThat(answer.header("Connection")).isEqualTo("close");
        assertThat(client.isEnded()).isTrue();
    }

    @Test
    void whatIsThereOfABodyPassesBeforeItsEnd() throws Exception {
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
        client.send("x".repeat(70_000));
        assertThat(client.head()).isEqualTo(200);
        int seen = 0;
        while (seen < 70_000) {
            seen += client.chunk().length();
        }
    }

    @Test
    @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whatIsThereOfAnAnswerPassesBeforeItsEnd() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient();
                InputStream body = http.send(
                                HttpRequest.newBuilder(balancer.uri("/drip")).build(),
                                HttpResponse.BodyHandlers.ofInputStream())
                        .body()) {
            assertThat(body.readNBytes(4)).isEqualTo("half".getBytes(ISO_8859_1));
            // Only now does the target go on.
            goOn.release();
            assertThat(body.readAllBytes()).isEqualTo("rest".getBytes(ISO_8859_1));
        }
    }
}
