package dev.podium.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import dev.podium.TestServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Subnet;
import software.amazon.awssdk.services.ecs.model.DeploymentRolloutState;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ActionTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ProtocolEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetTypeEnum;

/// A service behind a load balancer, with requests coming all the while.
@NullMarked
final class RollingUpdateTest {
    private static final int PORT = 21811;
    private static final String WEB = """
            import http.server, os
            class Handler(http.server.BaseHTTPRequestHandler):
                protocol_version = "HTTP/1.1"
                def do_GET(self):
                    body = os.environ["VERSION"].encode()
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                def log_message(self, *more):
                    pass
            http.server.ThreadingHTTPServer((os.environ["PODIUM_POD_IP"], 8080), Handler).serve_forever()
            """;

    private static String definition(EcsServer ecs, String version) {
        return ecs.definition(EcsServer.container(
                "web",
                "",
                c -> c.entryPoint("python3", "-c")
                        .command(WEB)
                        .environment(e -> e.name("VERSION").value(version))
                        .portMappings(p -> p.containerPort(8080))
                        .stopTimeout(2)));
    }

    private static <B extends AwsClientBuilder<B, C>, C> C client(B builder, TestServer server) {
        return builder.endpointOverride(server.endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .build();
    }

    private static String targetGroup(TestServer server) {
        try (ElasticLoadBalancingV2Client elb = client(
                        ElasticLoadBalancingV2Client.builder().httpClient(UrlConnectionHttpClient.create()), server);
                Ec2Client ec2 = client(Ec2Client.builder().httpClient(UrlConnectionHttpClient.create()), server)) {
            List<Subnet> subnets = ec2.describeSubnets().subnets();
            String group = elb.createTargetGroup(b -> b.name("web")
                            .protocol(ProtocolEnum.HTTP)
                            .port(80)
                            .targetType(TargetTypeEnum.IP)
                            .vpcId(subnets.getFirst().vpcId())
                            .healthCheckIntervalSeconds(5)
                            .healthCheckTimeoutSeconds(2)
                            .healthyThresholdCount(2))
                    .targetGroups()
                    .getFirst()
                    .targetGroupArn();
            String balancer = elb.createLoadBalancer(
                            b -> b.name("web").subnets(subnets.get(0).subnetId(), subnets.get(1).subnetId()))
                    .loadBalancers()
                    .getFirst()
                    .loadBalancerArn();
            elb.createListener(b -> b.loadBalancerArn(balancer)
                    .protocol(ProtocolEnum.HTTP)
                    .port(PORT)
                    .defaultActions(a -> a.type(ActionTypeEnum.FORWARD).targetGroupArn(group)));
            return group;
        }
    }

    private static Service shown(EcsServer ecs) {
        return ecs.ecs.describeServices(b -> b.services("web")).services().getFirst();
    }

    private static boolean completed(EcsServer ecs) {
        Service service = shown(ecs);
        return service.deployments().size() == 1
                && service.deployments().getFirst().rolloutState() == DeploymentRolloutState.COMPLETED;
    }

    @Test
    void noRequestFailsWhileAServiceRolls() throws Exception {
        Queue<String> failures = new ConcurrentLinkedQueue<>();
        Set<String> versions = ConcurrentHashMap.newKeySet();
        AtomicBoolean over = new AtomicBoolean();
        try (TestServer server = TestServer.start(Map.of("PODIUM_ELB_PORTS", "21811"));
                EcsServer ecs = new EcsServer(server);
                HttpClient client = HttpClient.newHttpClient()) {
            ecs.ecs.createCluster(b -> {});
            String group = targetGroup(server);
            String first = definition(ecs, "1");
            ecs.ecs.createService(b -> b.serviceName("web")
                    .taskDefinition(first)
                    .desiredCount(2)
                    .loadBalancers(l -> l.targetGroupArn(group)
                            .containerName("web")
                            .containerPort(8080)));
            Eventually.within(Duration.ofSeconds(20), () -> completed(ecs));
            List<Thread> load = List.of(
                    Thread.ofVirtual().start(() -> load(client, over, failures, versions)),
                    Thread.ofVirtual().start(() -> load(client, over, failures, versions)));
            String second = definition(ecs, "2");
            ecs.ecs.updateService(b -> b.service("web").taskDefinition(second));
            assertThat(completed(ecs)).isFalse();
            Eventually.within(Duration.ofSeconds(30), () -> completed(ecs));
            String task = ecs.ecs.listTasks(b -> b.serviceName("web")).taskArns().getFirst();
            ecs.ecs.stopTask(b -> b.task(task));
            Eventually.within(
                    Duration.ofSeconds(5),
                    () -> !ecs.ecs.listTasks(b -> b.serviceName("web")).taskArns().contains(task)
                            && shown(ecs).runningCount() == 2);
            over.set(true);
            for (Thread thread : load) {
                thread.join();
            }
        }
        assertThat(failures).isEmpty();
        assertThat(versions).containsExactlyInAnyOrder("1", "2");
    }

    private static void load(HttpClient client, AtomicBoolean over, Queue<String> failures, Set<String> versions) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + PORT + "/")).build();
        while (!over.get()) {
            try {
                HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() == 200) {
                    versions.add(answer.body());
                } else {
                    failures.add(answer.statusCode() + " " + answer.body());
                }
            } catch (Exception e) {
                failures.add(e.toString());
            }
        }
    }
}
