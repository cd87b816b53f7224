package dev.podium.elb.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import dev.podium.http.wire.RawConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// Steady load, as from wrk, while targets come and go.
@NullMarked
final class LoadTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final int CLIENTS = 12;

    private final TestBalancer balancer = new TestBalancer();
    private final AtomicInteger answered = new AtomicInteger();
    private final Map<String, Integer> failed = new ConcurrentHashMap<>();
    private volatile boolean over;

    private List<Thread> load(String method) {
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            int number = i;
            // As clients are: in the same carriers, one core would have no time for anything that is begun or due.
            clients.add(Thread.ofPlatform().name("test-client").start(() -> run(method, number)));
        }
        return clients;
    }

    private void run(String method, int client) {
        try (RawConnection connection = balancer.connect()) {
            for (int i = 0; !over; i++) {
                int status = connection
                        .call(method, "/" + client + "-" + i, "a", method.equals("POST") ? "body" : "")
                        .status();
                if (status == 200) {
                    answered.incrementAndGet();
                } else {
                    failed.merge("" + status, 1, Integer::sum);
                }
            }
        } catch (IOException | RuntimeException e) {
            failed.merge(e.toString(), 1, Integer::sum);
        }
    }

    private void more(int requests) throws InterruptedException {
        int from = answered.get();
        Eventually.within(SOON, () -> answered.get() - from >= requests || !failed.isEmpty());
    }

    private void end(List<Thread> clients) throws InterruptedException {
        over = true;
        for (Thread client : clients) {
            client.join(SOON);
        }
    }

    @Test
    void noRequestFailsWhileTargetsAreReplaced() throws Exception {
        TargetGroup.Attributes attributes =
                TestBalancer.with(TargetGroup.Algorithm.ROUND_ROBIN, new TargetGroup.Stickiness.None(), SOON);
        TestTarget current = TestTarget.start("127.0.0.1");
        TestTarget spare = TestTarget.start("127.0.0.2");
        balancer.serve(TestBalancer.group(attributes, current, spare));
        List<Thread> clients = load("POST");
        try {
            for (int i = 3; i < 9; i++) {
                more(200);
                TestTarget fresh = TestTarget.start("127.0.0." + i);
                balancer.balancers.apply(TestBalancer.group(attributes, current, spare, fresh));
                balancer.awaitHealthy(3);
                TestTarget leaving = current;
                current = spare;
                spare = fresh;
                balancer.balancers.apply(TestBalancer.group(attributes, current, spare));
                TargetGroup.Target gone = leaving.target();
                Eventually.within(SOON, () -> balancer.balancers.isDrained(TestBalancer.GROUP, gone.id(), gone.port()));
                leaving.close();
            }
            more(200);
        } finally {
            end(clients);
            balancer.close();
            current.close();
            spare.close();
        }
        assertThat(failed).isEmpty();
    }

    @Test
    void whenATargetDiesOthersTakeOverAndNothingIsDoneTwice() throws Exception {
        Map<String, AtomicInteger> executed = new ConcurrentHashMap<>();
        TestTarget dying = counting("127.0.0.1", executed);
        TestTarget staying = counting("127.0.0.2", executed);
        balancer.serve(dying, staying);
        List<Thread> clients = load("POST");
        try {
            more(500);
            dying.close();
            int from = answered.get();
            Eventually.within(SOON, () -> answered.get() - from > 500);
        } finally {
            end(clients);
            balancer.close();
            staying.close();
        }
        // Only what was in progress on it may have failed, and that is not tried again.
        assertThat(failed.keySet()).isSubsetOf(Set.of("502"));
        // A client may meet it again while it closes one connection after the other.
        assertThat(failed.getOrDefault("502", 0)).isLessThanOrEqualTo(3 * CLIENTS);
        assertThat(executed.values()).allMatch(times -> times.get() == 1);
    }

    private static TestTarget counting(String address, Map<String, AtomicInteger> executed) throws IOException {
        return TestTarget.start(address, x -> {
            executed.computeIfAbsent(x.rawPath(), path -> new AtomicInteger()).incrementAndGet();
            x.body().readAllBytes();
            TestTarget.say(x, "done");
        });
    }

    @Test
    void connectionsThatTargetsEndedMeanwhileAreNotUsed() throws Exception {
        try (RawTarget once = RawTarget.start("127.0.0.1", socket -> {
            RawTarget.skipHead(socket.getInputStream());
            socket.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(UTF_8));
        })) {
            balancer.serve(once.group());
            try (RawConnection client = balancer.connect()) {
                for (int i = 0; i < 30; i++) {
                    assertThat(client.call("GET", "/", "a", "").status()).isEqualTo(200);
                    Eventually.within(SOON, () -> once.open() == 0);
                }
            }
        } finally {
            balancer.close();
        }
    }
}
