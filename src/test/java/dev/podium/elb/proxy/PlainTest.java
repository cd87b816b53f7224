package dev.podium.elb.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.http.ListenerSettings;
import dev.podium.http.Response;
import dev.podium.http.wire.AnswerHead;
import dev.podium.http.wire.RawConnection;
import dev.podium.http.wire.WireHeaders;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Requests that come to the server's own port and find their load balancer by their host.
@NullMarked
final class PlainTest {
    private static final String HOST = "Web-1.elb.localhost:4566";

    private final TestBalancer balancer = new TestBalancer();
    private TestTarget target;
    private dev.podium.http.Listener front;
    private RawConnection client;

    @BeforeEach
    void start() throws Exception {
        target = TestTarget.start("127.0.0.1", x -> {
            switch (x.rawPath()) {
                case "/stream" -> {
                    try (OutputStream out = x.stream(200, WireHeaders.empty())) {
                        x.body().transferTo(out);
                    }
                }
                case "/head" ->
                    x.begin(new AnswerHead(200, null, WireHeaders.of("Content-Length", "77")), 0)
                            .close();
                default ->
                    TestTarget.say(
                            x,
                            x.rawTarget() + " " + x.headers().first("X-Forwarded-Port") + " "
                                    + x.headers().first("Host") + " "
                                    + new String(x.body().readAllBytes(), ISO_8859_1));
            }
        });
        balancer.serve(target);
        front = dev.podium.http.Listener.start(
                new ListenerSettings(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        "front",
                        1 << 20,
                        java.time.Duration.ofSeconds(1)),
                request -> balancer.balancers.answer(request).orElse(Response.of(404)));
        client = new RawConnection(front.address());
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        front.close();
        balancer.close();
        target.close();
    }

    @Test
    void theHostNameLeadsToTheTarget() throws Exception {
        assertThat(client.call("POST", "/a%20b?c=%26", HOST, "body").body())
                .isEqualTo("/a%20b?c=%26 4566 " + HOST + " body");
        assertThat(client.call("GET", "/", "other.elb.localhost", "").status()).isEqualTo(404);
        assertThat(balancer.balancers.serves("WEB-1.elb.localhost")).isTrue();
        balancer.remove();
        assertThat(client.call("GET", "/", HOST, "").status()).isEqualTo(404);
    }

    @Test
    void bodiesFlow() throws Exception {
        client.send("POST /stream HTTP/1.1\r\nHost: " + HOST + "\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        assertThat(client.head()).isEqualTo(200);
        assertThat(client.chunk()).isEqualTo("hello");
        client.send("0\r\n\r\n");
        assertThat(client.chunk()).isEmpty();
        client.send("HEAD /head HTTP/1.1\r\nHost: " + HOST + "\r\n\r\n");
        assertThat(client.head()).isEqualTo(200);
        target.close();
        assertThat(client.call("GET", "/", HOST, "").status()).isEqualTo(502);
    }
}
