package dev.podium.elb.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import dev.podium.http.wire.RawConnection;
import java.io.InputStream;
import java.net.SocketException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Network load balancers.
@NullMarked
final class TcpTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    private final TestBalancer balancer = new TestBalancer();
    private RawTarget one;
    private RawTarget two;

    @BeforeEach
    void start() throws Exception {
        one = echo("127.0.0.1");
        two = echo("127.0.0.2");
        balancer.listener(Listener.Protocol.TCP, Listener.Attributes.defaults());
    }

    @AfterEach
    void stop() {
        balancer.close();
        one.close();
        two.close();
    }

    /// Says who it is once somebody says something, then repeats all; its answer goes on after the client has
    /// ended.
    private static RawTarget echo(String name) throws Exception {
        return RawTarget.start(name, socket -> {
            InputStream in = socket.getInputStream();
            int first = in.read();
            if (first < 0) {
                return; // a check
            }
            socket.getOutputStream().write((name + ":" + (char) first).getBytes(ISO_8859_1));
            in.transferTo(socket.getOutputStream());
            socket.getOutputStream().write(" bye".getBytes(ISO_8859_1));
        });
    }

    private String talk(String text) throws Exception {
        try (RawConnection client = balancer.connect()) {
            client.send(text);
            client.finish();
            return client.rest();
        } catch (SocketException e) {
            return "reset";
        }
    }

    @Test
    void bytesPassAndEachSideEndsByItself() throws Exception {
        balancer.serve(RawTarget.group(TestBalancer.plain(), one));
        assertThat(talk("hello")).isEqualTo("127.0.0.1:hello bye");
        String large = "x".repeat(300_000);
        assertThat(talk(large)).isEqualTo("127.0.0.1:" + large + " bye");
    }

    @Test
    void connectionsGoToHealthyTargetsOnly() throws Exception {
        balancer.serve(RawTarget.group(TestBalancer.plain(), one, two));
        assertThat(List.of(talk("a"), talk("a"))).containsExactlyInAnyOrder("127.0.0.1:a bye", "127.0.0.2:a bye");
        one.close();
        for (int i = 0; i < 6; i++) {
            assertThat(talk("b")).isEqualTo("127.0.0.2:b bye"); // refused ones go on to the other
        }
        balancer.awaitHealthy(1);
        assertThat(talk("c")).isEqualTo("127.0.0.2:c bye");
    }

    @Test
    void withoutTargetsConnectionsAreReset() throws Exception {
        balancer.balancers.apply(RawTarget.group(TestBalancer.plain()));
        balancer.apply();
        assertThat(talk("a")).isIn("reset", "");
    }

    @Test
    void anAddressStaysWithItsTarget() throws Exception {
        TargetGroup.Attributes sticky =
                TestBalancer.with(TargetGroup.Algorithm.ROUND_ROBIN, new TargetGroup.Stickiness.SourceAddress(), SOON);
        balancer.serve(RawTarget.group(sticky, one, two));
        String first = talk("a");
        for (int i = 0; i < 6; i++) {
            assertThat(talk("a")).isEqualTo(first);
        }
    }

    @Test
    void connectionsOutliveTheirTargetsRegistrationUnlessToldOtherwise() throws Exception {
        balancer.serve(RawTarget.group(attributes(Duration.ofMillis(200), false), one));
        try (RawConnection client = balancer.connect()) {
            client.send("a");
            assertThat(client.read(11)).isEqualTo("127.0.0.1:a"); // so it has its target
            balancer.balancers.apply(RawTarget.group(attributes(Duration.ofMillis(200), false)));
            Eventually.within(
                    SOON, () -> balancer.balancers.health(TestBalancer.GROUP).isEmpty());
            client.send("b");
            client.finish();
            assertThat(client.rest()).isEqualTo("b bye");
        }
        balancer.serve(RawTarget.group(attributes(Duration.ofMillis(200), true), two));
        try (RawConnection client = balancer.connect()) {
            client.send("a");
            assertThat(client.read(11)).isEqualTo("127.0.0.2:a");
            balancer.balancers.apply(RawTarget.group(attributes(Duration.ofMillis(200), true)));
            assertThat(client.rest()).isIn("", " bye"); // it ends, though the client hasn't
        }
    }

    private static TargetGroup.Attributes attributes(Duration delay, boolean terminate) {
        return new TargetGroup.Attributes(
                TargetGroup.Algorithm.ROUND_ROBIN,
                new TargetGroup.Stickiness.None(),
                delay,
                terminate,
                true,
                Duration.ZERO,
                1,
                0,
                false,
                false);
    }

    @Test
    void theProxyProtocolTellsWhoConnected() throws Exception {
        try (RawTarget telling = RawTarget.start("127.0.0.3", socket -> {
            byte[] header = socket.getInputStream().readNBytes(28);
            socket.getOutputStream().write(HexFormat.of().formatHex(header).getBytes(ISO_8859_1));
        })) {
            balancer.serve(RawTarget.group(
                    new TargetGroup.Attributes(
                            TargetGroup.Algorithm.ROUND_ROBIN,
                            new TargetGroup.Stickiness.None(),
                            SOON,
                            false,
                            true,
                            Duration.ZERO,
                            1,
                            0,
                            false,
                            true),
                    telling));
            assertThat(talk("x"))
                    .matches("0d0a0d0a000d0a515549540a2111000c7f0000017f000001[0-9a-f]{4}"
                            + "%04x".formatted(balancer.address().getPort()));
        }
    }
}
