package dev.podium.elb.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import dev.podium.http.wire.AnswerHead;
import dev.podium.http.wire.RawConnection;
import dev.podium.http.wire.WireExchange;
import dev.podium.http.wire.WireHeaders;
import dev.podium.http.wire.WireStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a client gets when something is wrong with a target, or with the client.
@NullMarked
final class FailuresTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    private final BlockingQueue<WireExchange> parked = new LinkedBlockingQueue<>();
    private final AtomicInteger disconnects = new AtomicInteger();
    private TestTarget target;
    private TestBalancer balancer;
    private RawConnection client;

    @BeforeEach
    void start() throws Exception {
        target = TestTarget.start("127.0.0.1", this::handle);
        balancer = new TestBalancer().attributes(idle(Duration.ofMinutes(10))).serve(target);
        client = balancer.connect();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        balancer.close();
        target.close();
    }

    private static LoadBalancer.Attributes idle(Duration idle) {
        return new LoadBalancer.Attributes(
                idle,
                Duration.ofHours(1),
                false,
                LoadBalancer.ForwardedFor.APPEND,
                false,
                false,
                false,
                LoadBalancer.Desync.STRICTEST);
    }

    private void handle(WireExchange x) throws IOException {
        switch (x.rawPath()) {
            case "/park" -> {
                x.onDisconnect(disconnects::incrementAndGet);
                parked.add(x);
            }
            case "/cut" -> {
                WireStream out = x.begin(new AnswerHead(200, null, WireHeaders.empty()), 100);
                out.write("half".getBytes(ISO_8859_1));
                out.flush();
                x.abort();
            }
            case "/abort" -> x.abort();
            default -> {
                x.body().readAllBytes();
                TestTarget.say(x, "fine");
            }
        }
    }

    @Test
    void withoutTargetsThereIsA503WithAwsPage() throws Exception {
        balancer.balancers.apply(TestBalancer.group(TestBalancer.plain()));
        RawConnection.Answer answer = client.call("GET", "/", "a", "");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Server")).isEqualTo("awselb/2.0");
        assertThat(answer.header("Content-Type")).isEqualTo("text/html");
        assertThat(answer.body()).isEqualTo("""
                        <html>
                        <head><title>503 Service Temporarily Unavailable</title></head>
                        <body>
                        <center><h1>503 Service Temporarily Unavailable</h1></center>
                        </body>
                        </html>
                        """.replace("\n", "\r\n"));
        assertThat(client.call("GET", "/again", "a", "").status()).isEqualTo(503);
    }

    @Test
    void aTargetThatBreaksOffMakesA502() throws IOException {
        assertThat(client.call("GET", "/abort", "a", "").status()).isEqualTo(502);
        assertThat(client.call("GET", "/fine", "a", "").body()).isEqualTo("fine");
        assertThat(target.seen()).containsExactly("GET /abort", "GET /fine");
    }

    @Test
    void whatNoTargetHasGotIsTriedOnAnother() throws Exception {
        TestTarget dying = TestTarget.start("127.0.0.2");
        // Checked so seldom that requests find out first.
        TargetGroup group = TestBalancer.group(TestBalancer.plain(), target, dying);
        balancer.serve(group);
        TargetGroup.HealthCheck quick = group.healthCheck();
        balancer.balancers.apply(new TargetGroup(
                group.arn(),
                group.name(),
                group.protocol(),
                new TargetGroup.HealthCheck(
                        true,
                        quick.protocol(),
                        quick.port(),
                        quick.path(),
                        quick.matcher(),
                        Duration.ofMinutes(5),
                        quick.timeout(),
                        2,
                        10), // a check of the former settings may be under way
                group.attributes(),
                group.targets()));
        dying.close();
        for (int i = 0; i < 10; i++) {
            assertThat(client.call("POST", "/fine" + i, "a", "body").body()).isEqualTo("fine");
        }
        assertThat(balancer.healthy()).isEqualTo(2);
        assertThat(target.seen()).hasSize(10);
    }

    @Test
    void whatATargetHasGotIsNotTriedOnAnother() throws Exception {
        try (TestTarget other = TestTarget.start("127.0.0.2", this::handle)) {
            balancer.serve(target, other);
            for (int i = 0; i < 6; i++) {
                // With a kept connection, too, where a client might try again.
                assertThat(client.call("GET", "/fine", "a", "").status()).isEqualTo(200);
                assertThat(client.call("GET", "/abort", "a", "").status()).isEqualTo(502);
            }
            assertThat(java.util.stream.Stream.concat(target.seen().stream(), other.seen().stream())
                            .filter("GET /abort"::equals))
                    .hasSize(6);
        }
    }

    @Test
    void aTargetThatBreaksOffDuringAnUploadMakesA502() throws IOException {
        client.lines("POST /abort HTTP/1.1~Host: a~Transfer-Encoding: chunked~~5~hello~");
        // The client goes on sending, and nothing of that may be taken for a request.
        client.lines("20~GET /inner HTTP/1.1~Host: a~~~0~~");
        assertThat(client.answer().status()).isEqualTo(502);
        assertThat(client.call("GET", "/next", "a", "").status()).isEqualTo(200);
        assertThat(target.seen()).containsExactly("POST /abort", "GET /next");
    }

    @Test
    void aClientThatIsSilentThenIsAnsweredOrLosesItsConnection() throws IOException {
        client.lines("POST /abort HTTP/1.1~Host: a~Transfer-Encoding: chunked~~5~hello~");
        try {
            assertThat(client.head()).isEqualTo(502); // where the target was gone before it had the chunk
        } catch (EOFException | SocketException e) {
            assertThat(client.isEnded()).isTrue();
        }
    }

    @Test
    void aTargetThatIsGoneMakesA502() throws IOException {
        target.close();
        assertThat(client.call("GET", "/", "a", "").status()).isEqualTo(502);
    }

    @Test
    void aSilentTargetMakesA504() throws Exception {
        balancer.attributes(idle(Duration.ofSeconds(1))).apply();
        assertThat(client.call("GET", "/park", "a", "").status()).isEqualTo(504);
        Eventually.within(SOON, () -> disconnects.get() == 1);
    }

    @Test
    void anAnswerThatIsCutOffIsCutOffForTheClientToo() throws IOException {
        client.send("GET /cut HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.head()).isEqualTo(200);
        assertThat(client.rest()).isEqualTo("half");
    }

    @Test
    void aTargetThatTalksNonsenseMakesA502() throws Exception {
        try (RawTarget raw =
                RawTarget.start("127.0.0.2", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n12")) {
            balancer.balancers.apply(raw.group());
            assertThat(client.call("GET", "/", "a", "").status()).isEqualTo(502);
        }
    }

    @Test
    void whenTheClientGoesSoDoesTheRequest() throws Exception {
        RawConnection leaving = balancer.connect();
        leaving.send("GET /park HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(parked.poll(60, TimeUnit.SECONDS)).isNotNull();
        leaving.close();
        Eventually.within(SOON, () -> disconnects.get() == 1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    400 | POST / HTTP/1.1~Host: a~Content-Length: 5~Transfer-Encoding: chunked~~0~~
                    400 | POST / HTTP/1.1~Host: a~Content-Length: 5~Content-Length: 6~~hello
                    400 | POST / HTTP/1.1~Host: a~Content-Length: +5~~hello
                    400 | POST / HTTP/1.0~Transfer-Encoding: chunked~~0~~
                    501 | POST / HTTP/1.1~Host: a~Transfer-Encoding: gzip, chunked~~0~~
                    400 | POST / HTTP/1.1~Host: a~Transfer-Encoding : chunked~~0~~
                    400 | GET / HTTP/1.1~Host: a~Host: b~~
                    400 | GET / HTTP/1.1~Host: a~X: 1~ folded~~
                    400 | GET nowhere HTTP/1.1~Host: a~~
                    400 | GET /a{b} HTTP/1.1~Host: a~~
                    400 | GET / HTTP/1.1~Host: a~Content-Length: 1~~x
                    405 | TRACE / HTTP/1.1~Host: a~~
                    405 | CONNECT a:1 HTTP/1.1~Host: a~~
                    505 | GET / HTTP/2.0~Host: a~~
                    """)
    void requestsThatServersMightReadDifferentlyAreRefused(int status, String request) throws IOException {
        client.send(request.strip().replace("~", "\r\n"));
        RawConnection.Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo(status == 405 && request.contains("CONNECT") ? answer.status() : status);
        assertThat(answer.body()).contains("<html>");
        assertThat(target.seen()).isEmpty();
    }

    @Test
    void headsAreBounded() throws IOException {
        client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Large: " + "x".repeat(70_000) + "\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo(400);
        try (RawConnection many = balancer.connect()) {
            many.send("GET / HTTP/1.1\r\nHost: a\r\n" + "X-Forwarded-For: 1.2.3.4\r\n".repeat(31) + "\r\n");
            assertThat(many.answer().status()).isEqualTo(463);
        }
    }

    @Test
    void slowClientsAreNotWaitedForEndlessly() throws IOException {
        balancer.attributes(idle(Duration.ofSeconds(3))).apply();
        try (RawConnection head = balancer.connect().send("GET / HTTP/1.1\r\nHost:");
                RawConnection body =
                        balancer.connect().send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nx");
                RawConnection silent = balancer.connect()) {
            assertThat(head.answer().status()).isEqualTo(408);
            assertThat(body.answer().status()).isEqualTo(408);
            assertThat(silent.isEnded()).isTrue();
        }
    }

    @Test
    void aBodyThatTheClientCutsOffNeverLooksWhole() throws Exception {
        client.send("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        Eventually.within(SOON, () -> target.seen().size() == 1);
        client.close();
        Eventually.within(SOON, () -> target.connections() == 0);
    }
}
