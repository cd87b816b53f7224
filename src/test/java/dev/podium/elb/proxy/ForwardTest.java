package dev.podium.elb.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.http.wire.RawConnection;
import dev.podium.http.wire.WireExchange;
import dev.podium.http.wire.WireHeaders;
import java.io.IOException;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What goes to a target, and what comes back.
@NullMarked
final class ForwardTest {
    private TestTarget target;
    private TestBalancer balancer;
    private RawConnection client;

    @BeforeEach
    void start() throws Exception {
        target = TestTarget.start("127.0.0.1", ForwardTest::handle);
        balancer = new TestBalancer().serve(target);
        client = balancer.connect();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        balancer.close();
        target.close();
    }

    private static void handle(WireExchange x) throws IOException {
        switch (x.rawPath()) {
            case "/headers" -> {
                StringBuilder all = new StringBuilder();
                for (int i = 0; i < x.headers().size(); i++) {
                    all.append(x.headers().name(i)).append(": ").append(x.headers().value(i)).append('\n');
                }
                TestTarget.say(x, all.toString());
            }
            default -> {
                byte[] body = x.body().readAllBytes();
                x.respond(
                        200,
                        WireHeaders.of("X-Request", x.method() + " " + x.rawTarget(), "Keep-Alive", "timeout=5"),
                        body);
            }
        }
    }

    @Test
    void requestsAndAnswersPassThrough() throws IOException {
        RawConnection.Answer answer = client.call("POST", "/a%20b?c=d", "example.com", "hello");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("hello");
        assertThat(answer.header("X-Request")).isEqualTo("POST /a%20b?c=d");
        assertThat(answer.header("Keep-Alive")).isEmpty();
        assertThat(client.call("PUT", "/again", "example.com", "").body()).isEmpty();
    }

    @Test
    void targetsHearWhoAsked() throws IOException {
        client.send("GET /headers HTTP/1.1\r\nHost: Example.com\r\nX-Forwarded-For: 1.2.3.4\r\n"
                + "Connection: X-Hop\r\nX-Hop: 1\r\nX-Stays: ü\r\n\r\n");
        assertThat(client.answer().body().lines())
                .contains(
                        "X-Forwarded-For: 1.2.3.4, 127.0.0.1",
                        "X-Forwarded-Proto: http",
                        "X-Forwarded-Port: " + balancer.address().getPort(),
                        "Host: Example.com:" + balancer.address().getPort())
                .anyMatch(line -> line.matches("X-Amzn-Trace-Id: Root=1-[0-9a-f]{8}-[0-9a-f]{24}"))
                .noneMatch(line -> line.startsWith("X-Hop") || line.startsWith("Connection"));
    }
}
