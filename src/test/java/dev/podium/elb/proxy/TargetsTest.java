package dev.podium.elb.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import dev.podium.http.wire.RawConnection;
import dev.podium.http.wire.WireExchange;
import dev.podium.http.wire.WireHeaders;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Which target gets a request: health, draining, algorithms, stickiness.
@NullMarked
final class TargetsTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final Duration DAY = Duration.ofDays(1);

    private final TestBalancer balancer = new TestBalancer();
    private final BlockingQueue<WireExchange> parked = new LinkedBlockingQueue<>();
    private TestTarget one;
    private TestTarget two;

    @BeforeEach
    void start() throws IOException {
        one = TestTarget.start("127.0.0.1", x -> handle(x, "127.0.0.1"));
        two = TestTarget.start("127.0.0.2", x -> handle(x, "127.0.0.2"));
    }

    @AfterEach
    void stop() {
        balancer.close();
        one.close();
        two.close();
    }

    private void handle(WireExchange x, String name) throws IOException {
        switch (x.rawPath()) {
            case "/park" -> parked.add(x);
            case "/login" -> x.respond(200, WireHeaders.of("Set-Cookie", "SESSION=7; Path=/"), name.getBytes(UTF_8));
            default -> TestTarget.say(x, name);
        }
    }

    private Map<String, Integer> spread(int requests) throws IOException {
        Map<String, Integer> counts = new TreeMap<>();
        try (RawConnection client = balancer.connect()) {
            for (int i = 0; i < requests; i++) {
                RawConnection.Answer answer = client.call("GET", "/", "a", "");
                counts.merge(answer.status() == 200 ? answer.body() : "" + answer.status(), 1, Integer::sum);
            }
        }
        return counts;
    }

    private List<String> states() {
        return balancer.balancers.health(TestBalancer.GROUP).stream()
                .map(health -> health.target().id() + " " + health.state().code() + " " + health.reason())
                .toList();
    }

    @Test
    void requestsGoRoundInTurn() throws Exception {
        balancer.serve(one, two);
        assertThat(spread(20)).isEqualTo(Map.of("127.0.0.1", 10, "127.0.0.2", 10));
    }

    @Test
    void sickTargetsGetNothingUntilTheyAreWell() throws Exception {
        balancer.serve(one, two);
        two.health(503);
        Eventually.within(SOON, () -> states().contains("127.0.0.2 unhealthy Target.ResponseCodeMismatch"));
        assertThat(balancer.balancers.health(TestBalancer.GROUP).get(1).description())
                .isEqualTo("Health checks failed with these codes: [503]");
        assertThat(spread(10)).isEqualTo(Map.of("127.0.0.1", 10));
        two.health(200);
        balancer.awaitHealthy(2);
        assertThat(spread(10)).containsKey("127.0.0.2");
    }

    @Test
    void whenAllAreSickAllGetRequests() throws Exception {
        one.health(500);
        two.health(500);
        balancer.balancers.apply(TestBalancer.group(TestBalancer.plain(), one, two));
        balancer.apply();
        Eventually.within(SOON, () -> states().stream().allMatch(state -> state.contains(" unhealthy ")));
        assertThat(spread(10)).hasSize(2);
    }

    @Test
    void targetsOfUnusedGroupsAreNotChecked() throws Exception {
        balancer.balancers.apply(TestBalancer.group(TestBalancer.plain(), one));
        assertThat(states()).containsExactly("127.0.0.1 unused Target.NotInUse");
        balancer.apply();
        balancer.awaitHealthy(1);
        balancer.remove();
        assertThat(states()).containsExactly("127.0.0.1 unused Target.NotInUse");
    }

    @Test
    void aTargetThatIsGoneFailsItsChecks() throws Exception {
        balancer.serve(one, two);
        two.close();
        Eventually.within(SOON, () -> states().contains("127.0.0.2 unhealthy Target.FailedHealthChecks"));
    }

    @Test
    void targetsWithoutAddressAreUnused() throws Exception {
        TargetGroup group = TestBalancer.group(TestBalancer.plain(), one);
        balancer.balancers.apply(new TargetGroup(
                group.arn(),
                group.name(),
                group.protocol(),
                group.healthCheck(),
                group.attributes(),
                List.of(new TargetGroup.Target("i-0123", 80, null))));
        balancer.apply();
        assertThat(states()).containsExactly("i-0123 unused Target.InvalidState");
        assertThat(spread(1)).containsKey("503");
    }

    @Test
    void theLeastBusyTargetGetsTheRequest() throws Exception {
        balancer.serve(TestBalancer.group(
                TestBalancer.with(
                        TargetGroup.Algorithm.LEAST_OUTSTANDING_REQUESTS, new TargetGroup.Stickiness.None(), SOON),
                one,
                two));
        try (RawConnection busy = balancer.connect()) {
            busy.send("GET /park HTTP/1.1\r\nHost: a\r\n\r\n");
            WireExchange held = parked.poll(60, TimeUnit.SECONDS);
            assertThat(held).isNotNull();
            String idle = one.seen().isEmpty() ? "127.0.0.1" : "127.0.0.2";
            assertThat(spread(10)).isEqualTo(Map.of(idle, 10));
            TestTarget.say(held, "at last");
            assertThat(busy.answer().body()).isEqualTo("at last");
        }
    }

    @Test
    void deregisteredTargetsFinishWhatTheyHave() throws Exception {
        balancer.serve(one, two);
        try (RawConnection client = balancer.connect();
                RawConnection other = balancer.connect()) {
            client.send("GET /park HTTP/1.1\r\nHost: a\r\n\r\n");
            other.send("GET /park HTTP/1.1\r\nHost: a\r\n\r\n");
            Eventually.within(SOON, () -> parked.size() == 2);
            balancer.balancers.apply(TestBalancer.group(TestBalancer.plain(), one));
            assertThat(states()).contains("127.0.0.2 draining Target.DeregistrationInProgress");
            assertThat(balancer.balancers.isDrained(
                            TestBalancer.GROUP, "127.0.0.2", two.target().port()))
                    .isFalse();
            assertThat(spread(10)).isEqualTo(Map.of("127.0.0.1", 10));
            for (WireExchange held : parked) {
                TestTarget.say(held, "done");
            }
            assertThat(client.answer().body()).isEqualTo("done");
            assertThat(other.answer().body()).isEqualTo("done");
            Eventually.within(
                    SOON,
                    () -> balancer.balancers.isDrained(
                            TestBalancer.GROUP, "127.0.0.2", two.target().port()));
        }
    }

    @Test
    void afterTheDelayWhatIsLeftIsCut() throws Exception {
        TargetGroup.Attributes quick = TestBalancer.with(
                TargetGroup.Algorithm.ROUND_ROBIN, new TargetGroup.Stickiness.None(), Duration.ofMillis(300));
        balancer.serve(TestBalancer.group(quick, one));
        try (RawConnection client = balancer.connect()) {
            client.send("GET /park HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(parked.poll(60, TimeUnit.SECONDS)).isNotNull();
            balancer.balancers.apply(TestBalancer.group(quick));
            assertThat(client.answer().status()).isEqualTo(502);
            Eventually.within(SOON, () -> states().isEmpty());
        }
    }

    @Test
    void aCookieKeepsAClientWithItsTarget() throws Exception {
        balancer.serve(TestBalancer.group(sticky(new TargetGroup.Stickiness.LoadBalancerCookie(DAY)), one, two));
        try (RawConnection client = balancer.connect()) {
            RawConnection.Answer first = client.call("GET", "/", "a", "");
            assertThat(first.headers())
                    .anyMatch(
                            line -> line.matches(
                                    "Set-Cookie: AWSALB=[0-9a-f]+; Expires=\\w{3}, \\d\\d \\w{3} \\d{4} [0-9:]{8} GMT; Path=/"));
            assertThat(first.headers())
                    .anyMatch(line -> line.startsWith("Set-Cookie: AWSALBCORS=") && line.endsWith("; SameSite=None"));
            String cookie = first.header("Set-Cookie").replaceAll(";.*", "");
            for (int i = 0; i < 6; i++) {
                client.send("GET / HTTP/1.1\r\nHost: a\r\nCookie: x=y; " + cookie + "\r\n\r\n");
                assertThat(client.answer().body()).isEqualTo(first.body());
            }
            TestTarget other = first.body().equals("127.0.0.1") ? two : one;
            balancer.balancers.apply(
                    TestBalancer.group(sticky(new TargetGroup.Stickiness.LoadBalancerCookie(DAY)), other));
            client.send("GET / HTTP/1.1\r\nHost: a\r\nCookie: " + cookie + "\r\n\r\n");
            assertThat(client.answer().body()).isNotEqualTo(first.body());
        }
    }

    @Test
    void anApplicationsCookieKeepsAClientToo() throws Exception {
        balancer.serve(
                TestBalancer.group(sticky(new TargetGroup.Stickiness.ApplicationCookie("SESSION", DAY)), one, two));
        try (RawConnection client = balancer.connect()) {
            assertThat(client.call("GET", "/", "a", "").header("Set-Cookie")).isEmpty();
            RawConnection.Answer login = client.call("GET", "/login", "a", "");
            String cookie = login.headers().stream()
                    .filter(line -> line.startsWith("Set-Cookie: AWSALBAPP-0="))
                    .findFirst()
                    .orElseThrow()
                    .replaceAll("Set-Cookie: |;.*", "");
            for (int i = 0; i < 6; i++) {
                client.send("GET / HTTP/1.1\r\nHost: a\r\nCookie: SESSION=7; " + cookie + "\r\n\r\n");
                assertThat(client.answer().body()).isEqualTo(login.body());
            }
        }
    }

    private static TargetGroup.Attributes sticky(TargetGroup.Stickiness stickiness) {
        return TestBalancer.with(TargetGroup.Algorithm.ROUND_ROBIN, stickiness, Duration.ZERO);
    }

    @Test
    void weightsAndACookieChooseAmongGroups() throws Exception {
        balancer.balancers.apply(TestBalancer.group(TestBalancer.plain(), one));
        TargetGroup other = TestBalancer.group(TestBalancer.plain(), two);
        balancer.balancers.apply(new TargetGroup(
                "other", "other", other.protocol(), other.healthCheck(), other.attributes(), other.targets()));
        balancer.rules(TestBalancer.otherwise(new Action.Forward(
                        List.of(new Action.Weighted(TestBalancer.GROUP, 0), new Action.Weighted("other", 3)), null)))
                .apply();
        assertThat(spread(20)).isEqualTo(Map.of("127.0.0.2", 20));
        balancer.rules(TestBalancer.otherwise(new Action.Forward(
                        List.of(new Action.Weighted(TestBalancer.GROUP, 1), new Action.Weighted("other", 3)), null)))
                .apply();
        // 400 draws at one in four: beyond these bounds only once in a million million runs.
        assertThat(spread(400).getOrDefault("127.0.0.1", 0)).isBetween(40, 165);
        balancer.rules(TestBalancer.otherwise(new Action.Forward(
                        List.of(new Action.Weighted(TestBalancer.GROUP, 50), new Action.Weighted("other", 50)), DAY)))
                .apply();
        try (RawConnection client = balancer.connect()) {
            RawConnection.Answer first = client.call("GET", "/", "a", "");
            String cookie = first.header("Set-Cookie").replaceAll(";.*", "");
            assertThat(cookie).startsWith("AWSALBTG=");
            for (int i = 0; i < 10; i++) {
                client.send("GET / HTTP/1.1\r\nHost: a\r\nCookie: " + cookie + "\r\n\r\n");
                assertThat(client.answer().body()).isEqualTo(first.body());
            }
        }
    }

    @Test
    void aNewTargetStartsSlowly() throws Exception {
        TargetGroup.Attributes slow = new TargetGroup.Attributes(
                TargetGroup.Algorithm.ROUND_ROBIN,
                new TargetGroup.Stickiness.None(),
                SOON,
                false,
                true,
                Duration.ofMinutes(15),
                1,
                0,
                false,
                false);
        balancer.serve(TestBalancer.group(slow, one));
        balancer.serve(TestBalancer.group(slow, one, two));
        assertThat(spread(200).getOrDefault("127.0.0.2", 0)).isLessThan(40);
    }

    @Test
    void changesOfHealthAreTold() throws Exception {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        balancer.serve(one);
        balancer.balancers.onHealthChange(told::add);
        one.health(500);
        assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo(TestBalancer.GROUP);
    }

    @Test
    void matchersNameStatusesAndRanges() {
        assertThat(Probe.matches("200-299,302", 204)).isTrue();
        assertThat(Probe.matches("200-299, 302", 302)).isTrue();
        assertThat(Probe.matches("200-299,302", 301)).isFalse();
        assertThat(Probe.matches("nonsense", 200)).isFalse();
    }
}
