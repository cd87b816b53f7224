package dev.podium.elb;

import static dev.podium.elb.BalancingClients.application;
import static dev.podium.elb.BalancingClients.fixed;
import static dev.podium.elb.BalancingClients.group;
import static dev.podium.elb.BalancingClients.network;
import static dev.podium.elb.BalancingClients.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.podium.Eventually;
import dev.podium.FreePort;
import dev.podium.JdkServers;
import dev.podium.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ElasticLoadBalancingV2Exception;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancer;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancerStateEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ProtocolEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealthStateEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetTypeEnum;

/// What the API is told decides where requests go: real targets behind real ports.
@NullMarked
@SuppressWarnings("unchecked") // the SDK makes arrays of builders
final class TrafficTest {
    private static final Duration SOON = Duration.ofSeconds(100);

    private static TestServer server;
    private static ElasticLoadBalancingV2Client elb;
    private static HttpClient http;
    private static HttpServer one;
    private static HttpServer two;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(Map.of("PODIUM_ALLOW_RESET", "true"));
        elb = BalancingClients.of(server);
        http = HttpClient.newHttpClient();
        one = target("one");
        two = target("two");
    }

    /// The tests share ports and addresses, not load balancers.
    @AfterEach
    void reset() throws Exception {
        elb.close();
        http.send(
                HttpRequest.newBuilder(server.endpoint().resolve("/_podium/reset"))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.discarding());
        elb = BalancingClients.of(server);
    }

    @AfterAll
    static void stop() throws Exception {
        elb.close();
        http.close();
        one.stop(0);
        two.stop(0);
        server.close();
    }

    private static HttpServer target(String name) throws IOException {
        HttpServer made = JdkServers.plain(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        made.createContext("/", exchange -> {
            byte[] body = name.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        made.start();
        return made;
    }

    private static String listen(LoadBalancer at, ProtocolEnum protocol, int port, Action action) {
        return elb.createListener(b -> b.loadBalancerArn(at.loadBalancerArn())
                        .port(port)
                        .protocol(protocol)
                        .defaultActions(action))
                .listeners()
                .getFirst()
                .listenerArn();
    }

    private static void register(String group, HttpServer... targets) {
        for (HttpServer target : targets) {
            elb.registerTargets(b -> b.targetGroupArn(group)
                    .targets(t -> t.id("127.0.0.1").port(target.getAddress().getPort())));
        }
        elb.waiter()
                .waitUntilTargetInService(
                        b -> b.targetGroupArn(group),
                        c -> c.backoffStrategyV2(
                                        software.amazon.awssdk.retries.api.BackoffStrategy.fixedDelayWithoutJitter(
                                                Duration.ofMillis(50)))
                                .maxAttempts(2000));
    }

    private static String get(int port, String path) throws IOException, InterruptedException {
        return http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static Set<String> answers(int port) throws IOException, InterruptedException {
        Set<String> answers = new HashSet<>();
        for (int i = 0; i < 8; i++) {
            answers.add(get(port, "/"));
        }
        return answers;
    }

    @Test
    void requestsGoToAllHealthyTargetsOfTheGroup() throws Exception {
        int port = FreePort.next();
        String group = group(elb, "web", ProtocolEnum.HTTP);
        listen(application(elb, "lb"), ProtocolEnum.HTTP, port, to(group));
        register(group, one, two);
        assertThat(answers(port)).containsExactlyInAnyOrder("one", "two");
        elb.deregisterTargets(b -> b.targetGroupArn(group)
                .targets(t -> t.id("127.0.0.1").port(two.getAddress().getPort())));
        assertThat(answers(port)).containsExactly("one");
    }

    @Test
    void rulesDecideAndTheirChangesCountAtOnce() throws Exception {
        int port = FreePort.next();
        String listener = listen(application(elb, "rules"), ProtocolEnum.HTTP, port, fixed("default"));
        String rule = elb.createRule(b -> b.listenerArn(listener)
                        .priority(1)
                        .conditions(c -> c.field("path-pattern").values("/a*"))
                        .actions(fixed("a")))
                .rules()
                .getFirst()
                .ruleArn();
        assertThat(get(port, "/abc")).isEqualTo("a");
        assertThat(get(port, "/b")).isEqualTo("default");
        elb.modifyRule(b -> b.ruleArn(rule).actions(fixed("changed")));
        assertThat(get(port, "/abc")).isEqualTo("changed");
        elb.deleteRule(b -> b.ruleArn(rule));
        assertThat(get(port, "/abc")).isEqualTo("default");
    }

    @Test
    void aPortThatIsTakenIsRefusedAndNothingStays() throws Exception {
        LoadBalancer at = application(elb, "taken");
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> listen(at, ProtocolEnum.HTTP, socket.getLocalPort(), fixed("x")))
                    .isInstanceOfSatisfying(ElasticLoadBalancingV2Exception.class, e -> {
                        assertThat(e.awsErrorDetails().errorCode()).isEqualTo("InvalidConfigurationRequest");
                        assertThat(e.awsErrorDetails().errorMessage()).contains("PODIUM_ELB_PORTS");
                    });
        }
        assertThat(elb.describeListeners(b -> b.loadBalancerArn(at.loadBalancerArn()))
                        .listeners())
                .isEmpty();
    }

    @Test
    void listenersAndTargetsAreBackAfterARestartAndATakenPortIsTold() throws Exception {
        int port = FreePort.next();
        int other = FreePort.next();
        LoadBalancer at = application(elb, "back");
        String group = group(elb, "web", ProtocolEnum.HTTP);
        listen(at, ProtocolEnum.HTTP, port, to(group));
        listen(at, ProtocolEnum.HTTP, other, fixed("other"));
        register(group, one);
        elb.close();
        server.stop();
        try (ServerSocket socket = new ServerSocket(other, 1, InetAddress.getLoopbackAddress())) {
            assertThat(socket.isBound()).isTrue();
            server.startAgain();
            elb = BalancingClients.of(server);
            Eventually.within(SOON, () -> get(port, "/").equals("one"));
            LoadBalancer found = elb.describeLoadBalancers().loadBalancers().getFirst();
            assertThat(found.state().code()).isEqualTo(LoadBalancerStateEnum.ACTIVE_IMPAIRED);
            assertThat(found.state().reason()).contains(String.valueOf(other));
        }
    }

    @Test
    void aNetworkLoadBalancerPassesConnectionsOn() throws Exception {
        int port = FreePort.next();
        String group = group(elb, "stream", ProtocolEnum.TCP);
        listen(network(elb, "net"), ProtocolEnum.TCP, port, to(group));
        register(group, one);
        assertThat(get(port, "/")).isEqualTo("one");
    }

    @Test
    void theHostNameAnswersOnTheApisPort() throws Exception {
        LoadBalancer at = application(elb, "named");
        listen(at, ProtocolEnum.HTTP, FreePort.next(), fixed("by name"));
        assertThat(byName(server, at)).isEqualTo("by name");
    }

    @Test
    void withoutPortsTwoLoadBalancersListenOnTheSameOneByName() throws Exception {
        try (TestServer closed = TestServer.start(Map.of("PODIUM_ELB_PORTS", "none"));
                ElasticLoadBalancingV2Client client = BalancingClients.of(closed)) {
            for (String name : java.util.List.of("a", "b")) {
                LoadBalancer at = application(client, name);
                client.createListener(b -> b.loadBalancerArn(at.loadBalancerArn())
                        .port(80)
                        .protocol(ProtocolEnum.HTTP)
                        .defaultActions(fixed(name)));
                assertThat(byName(closed, at)).isEqualTo(name);
            }
            BalancingClients.refused(
                    () -> client.createListener(
                            b -> b.loadBalancerArn(network(client, "net").loadBalancerArn())
                                    .port(80)
                                    .protocol(ProtocolEnum.TCP)
                                    .defaultActions(to(group(client, "stream", ProtocolEnum.TCP)))),
                    "InvalidConfigurationRequest",
                    "PODIUM_ELB_PORTS is none");
        }
    }

    private static String byName(TestServer at, LoadBalancer named) throws IOException, InterruptedException {
        return http.send(
                        HttpRequest.newBuilder(at.endpoint().resolve("/x"))
                                .header("Host", named.dnsName() + ":4566")
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void aFunctionIsATarget() throws Exception {
        String function = server.python("""
                def handler(event, context):
                    body = event['httpMethod'] + ' ' + event['path'] + ' ' + event['queryStringParameters']['q']
                    return {'statusCode': 201, 'headers': {'X-From': 'function'}, 'body': body,
                            'isBase64Encoded': False, 'statusDescription': '201 Created'}
                """);
        int port = FreePort.next();
        String group = elb.createTargetGroup(b -> b.name("function").targetType(TargetTypeEnum.LAMBDA))
                .targetGroups()
                .getFirst()
                .targetGroupArn();
        listen(application(elb, "serverless"), ProtocolEnum.HTTP, port, to(group));
        String arn = server.configuration(function).functionArn();
        elb.registerTargets(b -> b.targetGroupArn(group).targets(t -> t.id(arn)));
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/p?q=1"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.body()).isEqualTo("GET /p 1");
        assertThat(answer.headers().firstValue("X-From")).contains("function");
    }

    @Test
    void aTargetThatDoesNotAnswerIsUnhealthyWithAReason() throws Exception {
        String group = group(elb, "dead", ProtocolEnum.HTTP);
        listen(application(elb, "ill"), ProtocolEnum.HTTP, FreePort.next(), to(group));
        int nobody = FreePort.next();
        elb.registerTargets(
                b -> b.targetGroupArn(group).targets(t -> t.id("127.0.0.1").port(nobody)));
        Eventually.within(SOON, () -> {
            var health = elb.describeTargetHealth(b -> b.targetGroupArn(group))
                    .targetHealthDescriptions()
                    .getFirst()
                    .targetHealth();
            return health.state() == TargetHealthStateEnum.UNHEALTHY
                    && health.reasonAsString().equals("Target.FailedHealthChecks");
        });
    }
}
