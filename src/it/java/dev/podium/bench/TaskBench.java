package dev.podium.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Subnet;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.DeploymentRolloutState;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ActionTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ProtocolEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetTypeEnum;

/// ECS: tasks started at once against as many bare pods, and requests that fail while a service gets a new
/// version.
@SuppressWarnings("unchecked") // the SDK's varargs of builders
final class TaskBench implements AutoCloseable {
    private static final int TASKS = 20;
    private static final int ROUNDS = 3;
    private static final int SERVED_BY = 10;
    private static final String WEB = "registry.local/http:1";
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final ServerProcess server;
    private final EcsClient ecs;
    private final ElasticLoadBalancingV2Client elb;

    private TaskBench(ServerProcess.Files files, String image) throws Exception {
        server = ServerProcess.cluster(files, image, Map.of("PODIUM_LAMBDA_POOL", "off"));
        ecs = connected(EcsClient.builder());
        elb = connected(ElasticLoadBalancingV2Client.builder());
        ecs.createCluster(b -> {});
    }

    private <C, B extends AwsClientBuilder<B, C>> C connected(B builder) {
        return builder.endpointOverride(URI.create("http://127.0.0.1:" + server.address().getPort()))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .build();
    }

    /// RunTask of 20 tasks until all are RUNNING, by turns with 20 bare pods of the same image until all run.
    static List<String[]> tasks(ServerProcess.Files files, String image) throws Exception {
        double[] floor = new double[ROUNDS];
        double[] ours = new double[ROUNDS];
        try (TaskBench bench = new TaskBench(files, image)) {
            bench.define("sleeper", image, b -> b.entryPoint("sleep").command("3600").stopTimeout(2));
            for (int i = 0; i < ROUNDS; i++) {
                floor[i] = PodFloor.runningMillis(image, TASKS);
                PodFloor.awaitNone();
                ours[i] = bench.runningMillis();
                PodFloor.awaitNone();
            }
        }
        double value = median(ours);
        double least = median(floor);
        return List.<String[]>of(new String[] {
            TASKS + " tasks at once, until all are RUNNING",
            String.format("%.0f ms", value),
            String.format("%.0f ms", least),
            String.format("%.2f", value / least),
            "<= 1.30 x",
            value <= 1.3 * least ? "yes" : "NO"
        });
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private double runningMillis() throws InterruptedException {
        long start = System.nanoTime();
        List<String> arns = new ArrayList<>();
        for (int i = 0; i < TASKS / 10; i++) { // RunTask takes ten at most
            ecs.runTask(b -> b.taskDefinition("sleeper").count(10)).tasks().forEach(task -> arns.add(task.taskArn()));
        }
        while (!ecs.describeTasks(b -> b.tasks(arns)).tasks().stream()
                .allMatch(task -> "RUNNING".equals(task.lastStatus()))) {
            pause(start);
        }
        double millis = (System.nanoTime() - start) / 1e6;
        arns.forEach(arn -> ecs.stopTask(b -> b.task(arn)));
        return millis;
    }

    /// A service of ten tasks gets a new definition while requests come on connections that stay open.
    static List<String[]> rolling(ServerProcess.Files files, String image) throws Exception {
        try (TaskBench bench = new TaskBench(files, image)) {
            String[] row = bench.roll();
            bench.ecs.deleteService(b -> b.service("web").force(true));
            bench.await(service -> "INACTIVE".equals(service.status()));
            PodFloor.awaitNone();
            return List.<String[]>of(row);
        }
    }

    private String[] roll() throws Exception {
        int port = freePort();
        String group = balance(port);
        version("one");
        ecs.createService(b -> b.serviceName("web")
                .taskDefinition("web")
                .desiredCount(SERVED_BY)
                .loadBalancers(l -> l.targetGroupArn(group).containerName("main").containerPort(8080)));
        await(TaskBench::isOut);
        SteadyLoad load = SteadyLoad.start(port);
        long start = System.nanoTime();
        version("two");
        ecs.updateService(b -> b.service("web").taskDefinition("web"));
        await(TaskBench::isOut);
        double seconds = (System.nanoTime() - start) / 1e9;
        SteadyLoad.Outcome seen = load.end();
        return new String[] {
            "failed requests while " + SERVED_BY + " tasks roll",
            String.valueOf(seen.failed()),
            String.format("%s, %d in %.0f s", seen.client(), seen.asked(), seconds),
            "",
            "0",
            seen.failed() == 0 && seen.asked() > 0 ? "yes" : "NO"
        };
    }

    private static boolean isOut(Service service) {
        return service.deployments().size() == 1
                && service.deployments().getFirst().rolloutState() == DeploymentRolloutState.COMPLETED;
    }

    private String balance(int port) {
        List<Subnet> subnets;
        try (Ec2Client ec2 = connected(Ec2Client.builder())) {
            subnets = ec2.describeSubnets().subnets().subList(0, 2);
        }
        String vpc = subnets.getFirst().vpcId();
        String group = elb.createTargetGroup(b -> b.name("web")
                        .protocol(ProtocolEnum.HTTP)
                        .port(8080)
                        .targetType(TargetTypeEnum.IP)
                        .vpcId(vpc)
                        .healthCheckPath("/healthz")
                        .healthCheckIntervalSeconds(5)
                        .healthCheckTimeoutSeconds(4)
                        .healthyThresholdCount(2))
                .targetGroups()
                .getFirst()
                .targetGroupArn();
        elb.modifyTargetGroupAttributes(b -> b.targetGroupArn(group)
                .attributes(a -> a.key("deregistration_delay.timeout_seconds").value("5")));
        String balancer = elb.createLoadBalancer(b -> b.name("bench").subnets(
                        subnets.getFirst().subnetId(), subnets.getLast().subnetId()))
                .loadBalancers()
                .getFirst()
                .loadBalancerArn();
        elb.createListener(b -> b.loadBalancerArn(balancer)
                .protocol(ProtocolEnum.HTTP)
                .port(port)
                .defaultActions(a -> a.type(ActionTypeEnum.FORWARD).targetGroupArn(group)));
        return group;
    }

    private void version(String name) {
        define("web", WEB, b -> b.portMappings(p -> p.containerPort(8080))
                .stopTimeout(5)
                .environment(e -> e.name("VERSION").value(name)));
    }

    /// CPU and memory are those of the floor's pods.
    private void define(
            String family, String image, Consumer<ContainerDefinition.Builder> change) {
        ContainerDefinition.Builder container =
                ContainerDefinition.builder().name("main").image(image).cpu(74).memory(128);
        change.accept(container);
        ecs.registerTaskDefinition(
                b -> b.family(family).networkMode(NetworkMode.BRIDGE).containerDefinitions(container.build()));
    }

    private void await(Predicate<Service> condition) throws InterruptedException {
        long start = System.nanoTime();
        while (!condition.test(
                ecs.describeServices(b -> b.services("web")).services().getFirst())) {
            pause(start);
        }
    }

    private static void pause(long start) throws InterruptedException {
        if (System.nanoTime() - start > PATIENCE_NANOS) {
            throw new IllegalStateException("not within ten minutes");
        }
        TimeUnit.MILLISECONDS.sleep(50);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws IOException {
        ecs.close();
        elb.close();
        server.close();
    }
}
