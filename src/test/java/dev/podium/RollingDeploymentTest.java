package dev.podium;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.ecs.TestTasks;
import dev.podium.elb.BalancingClients;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.model.DeploymentRolloutState;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancer;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ProtocolEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealthStateEnum;

/// A service behind a load balancer: what its users notice of deployments and of tasks that die.
@NullMarked
@SuppressWarnings("try") // the end of its load may be interrupted
final class RollingDeploymentTest {
    private static final Duration SOON = Duration.ofMinutes(3);
    /// Answers with its version and its address, and finishes what is under way when it is stopped.
    private static final String WEB = """
            import http.server, os, signal, sys, threading
            class Handler(http.server.BaseHTTPRequestHandler):
                protocol_version = 'HTTP/1.1'
                def do_GET(self):
                    body = (os.environ['VERSION'] + ' ' + os.environ['PODIUM_POD_IP']).encode()
                    self.send_response(200)
                    self.send_header('Content-Length', str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                def log_message(self, *args): pass
            server = http.server.ThreadingHTTPServer((os.environ['PODIUM_POD_IP'], 8080), Handler)
            signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
            server.serve_forever()
            """;

    @SuppressWarnings("NullAway.Init")
    private static TestServer server;

    @SuppressWarnings("NullAway.Init")
    private static ElasticLoadBalancingV2Client elb;

    @SuppressWarnings("NullAway.Init")
    private static TestTasks tasks;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(Map.of());
        elb = BalancingClients.of(server);
        tasks = new TestTasks(server);
    }

    @AfterAll
    static void stop() throws Exception {
        tasks.close();
        elb.close();
        server.close();
    }

    @Test
    void noRequestFailsWhileAServiceRollsAndATaskIsStopped() throws Exception {
        int port = FreePort.next();
        String group = BalancingClients.group(elb, "rolling", ProtocolEnum.HTTP);
        LoadBalancer balancer = BalancingClients.application(elb, "rolling");
        elb.createListener(b -> b.loadBalancerArn(balancer.loadBalancerArn())
                .protocol(ProtocolEnum.HTTP)
                .port(port)
                .defaultActions(BalancingClients.to(group)));
        String service = tasks.service(definition("one"), 3, group);
        Eventually.within(SOON, () -> healthy(group) == 3);
        try (Load load = new Load(URI.create("http://127.0.0.1:" + port + "/"))) {
            Eventually.within(SOON, () -> load.tasks.size() >= 3);
            tasks.ecs().updateService(b -> b.service(service).taskDefinition(definition("two")));
            Eventually.within(
                    SOON,
                    () -> tasks.shown(service).deployments().size() == 1
                            && tasks.shown(service).deployments().getFirst().rolloutState()
                                    == DeploymentRolloutState.COMPLETED);
            Eventually.within(
                    SOON,
                    () -> load.tasks.stream()
                                    .filter(task -> task.startsWith("two "))
                                    .count()
                            >= 3);
            tasks.ecs().stopTask(b -> b.task(tasks.of(service).getFirst()));
            Eventually.within(
                    SOON,
                    () -> load.tasks.stream()
                                    .filter(task -> task.startsWith("two "))
                                    .count()
                            >= 4);
            assertThat(load.failures).isEmpty();
        }
    }

    private static String definition(String version) {
        return tasks.web("rolling", List.of("python3", "-c", WEB), 8080, Map.of("VERSION", version));
    }

    private static long healthy(String group) {
        return elb.describeTargetHealth(b -> b.targetGroupArn(group)).targetHealthDescriptions().stream()
                .filter(target -> target.targetHealth().state() == TargetHealthStateEnum.HEALTHY)
                .count();
    }

    /// A few clients that ask on and on.
    private static final class Load implements AutoCloseable {
        private static final int CLIENTS = 4;

        final Set<String> tasks = ConcurrentHashMap.newKeySet();
        final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean over = new AtomicBoolean();
        private final List<Thread> threads = new ArrayList<>();

        Load(URI uri) {
            for (int i = 0; i < CLIENTS; i++) {
                threads.add(Thread.ofVirtual().name("load-" + i).start(() -> run(uri)));
            }
        }

        private void run(URI uri) {
            HttpRequest request = HttpRequest.newBuilder(uri).timeout(SOON).build();
            try (HttpClient http =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
                while (!over.get()) {
                    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
                    if (answer.statusCode() == 200) {
                        tasks.add(answer.body());
                    } else {
                        failures.add(answer.statusCode() + " " + answer.body());
                    }
                }
            } catch (IOException e) {
                failures.add(e.toString());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() throws InterruptedException {
            over.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }
}
