package dev.podium.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.DeploymentControllerType;
import software.amazon.awssdk.services.ecs.model.EcsException;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.SchedulingStrategy;
import software.amazon.awssdk.services.ecs.model.Task;

/// What requests for tasks and services may say, and what comes of it.
@NullMarked
@SuppressWarnings("unchecked") // the SDK's generic varargs
final class RequestsTest {
    private static final String SERVES = "trap 'exit 0' TERM; while :; do sleep 0.05; done";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static EcsServer ecs;

    @BeforeAll
    static void start() throws Exception {
        ecs = EcsServer.start();
    }

    @AfterAll
    static void stop() throws Exception {
        ecs.close();
    }

    private static ContainerDefinition main() {
        return EcsServer.container("main", SERVES, c -> {});
    }

    @Test
    void overridesCountForThisRun() throws Exception {
        Path told = folder.resolve("told");
        String definition = ecs.definition(EcsServer.container(
                "main", "false", c -> c.environment(e -> e.name("A").value("1"))));
        Task started = ecs.ecs
                .runTask(b -> b.taskDefinition(definition)
                        .overrides(o -> o.cpu("512")
                                .taskRoleArn("arn:aws:iam::000000000000:role/other")
                                .containerOverrides(c -> c.name("main")
                                        .cpu(64)
                                        .command("echo \"$A $AWS_CONTAINER_CREDENTIALS_FULL_URI\" > " + told)
                                        .environment(e -> e.name("A").value("2")))))
                .tasks()
                .getFirst();
        assertThat(started.cpu()).isEqualTo("512");
        assertThat(started.containers().getFirst().cpu()).isEqualTo("64");
        assertThat(started.overrides()
                        .containerOverrides()
                        .getFirst()
                        .environment()
                        .getFirst()
                        .value())
                .isEqualTo("2");
        assertThat(ecs.stopped(started.taskArn()).containers().getFirst().exitCode())
                .isZero();
        assertThat(Files.readString(told)).startsWith("2 http://");
        assertThatThrownBy(() -> ecs.ecs.runTask(
                        b -> b.taskDefinition(definition).overrides(o -> o.containerOverrides(c -> c.name("absent")))))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("absent");
        assertThatThrownBy(() -> ecs.ecs.runTask(b -> b.taskDefinition(definition)
                        .overrides(o -> o.inferenceAcceleratorOverrides(
                                i -> i.deviceName("a").deviceType("b")))))
                .hasMessageContaining("inferenceAcceleratorOverrides is not supported by Podium");
    }

    @Test
    void tasksAreListedByWhatTheyAre() {
        String definition = ecs.definition(main());
        String family = definition.replaceAll(".*/|:\\d+$", "");
        List<String> ran = arns(ecs.ecs
                .runTask(b -> b.taskDefinition(definition).count(2).startedBy("filter"))
                .tasks());
        List<String> placed = arns(ecs.ecs
                .startTask(b -> b.taskDefinition(definition).containerInstances("a", "b"))
                .tasks());
        assertThat(ran).hasSize(2);
        assertThat(placed).hasSize(2);
        assertThatThrownBy(
                        () -> ecs.ecs.runTask(b -> b.taskDefinition(definition).count(11)))
                .isInstanceOf(InvalidParameterException.class);
        assertThat(ecs.ecs.listTasks(b -> b.family(family)).taskArns())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(ran.stream(), placed.stream()).toList());
        assertThat(ecs.ecs.listTasks(b -> b.startedBy("filter")).taskArns()).containsExactlyInAnyOrderElementsOf(ran);
        assertThat(ecs.ecs
                        .listTasks(b -> b.family(family).launchType(LaunchType.FARGATE))
                        .taskArns())
                .isEmpty();
        assertThat(ecs.ecs.listTasks(b -> b.family("other")).taskArns()).isEmpty();
        String first = ecs.ecs.listTasks(b -> b.family(family).maxResults(3)).nextToken();
        assertThat(ecs.ecs.listTasks(b -> b.family(family).nextToken(first)).taskArns())
                .hasSize(1);
        ran.forEach(arn -> ecs.ecs.stopTask(b -> b.task(arn)));
        placed.forEach(arn -> ecs.ecs.stopTask(b -> b.task(arn)));
        assertThat(ecs.ecs.listTasks(b -> b.family(family)).taskArns()).isEmpty();
        assertThat(ecs.ecs
                        .listTasks(b -> b.family(family).desiredStatus("STOPPED"))
                        .taskArns())
                .hasSize(4);
        placed.forEach(ecs::stopped);
    }

    private static List<String> arns(List<Task> tasks) {
        return tasks.stream().map(Task::taskArn).toList();
    }

    @Test
    void aTaskTellsWhenItReachedItsStates() {
        Task begun = ecs.ecs
                .runTask(b -> b.taskDefinition(ecs.definition(main())))
                .tasks()
                .getFirst();
        assertThat(begun.lastStatus()).isEqualTo("PROVISIONING");
        assertThat(begun.desiredStatus()).isEqualTo("RUNNING");
        ecs.running(begun.taskArn());
        ecs.ecs.stopTask(b -> b.task(begun.taskArn()));
        Task ended = ecs.stopped(begun.taskArn());
        List<Instant> times = Stream.of(
                        ended.createdAt(),
                        ended.pullStartedAt(),
                        ended.pullStoppedAt(),
                        ended.startedAt(),
                        ended.stoppingAt(),
                        ended.executionStoppedAt(),
                        ended.stoppedAt())
                .toList();
        assertThat(times).doesNotContainNull().isSorted();
        assertThat(ended.connectivityAsString()).isEqualTo("DISCONNECTED");
        // Asked once more it is as it was.
        assertThat(ecs.ecs
                        .stopTask(b -> b.task(begun.taskArn()).reason("again"))
                        .task()
                        .stoppedReason())
                .isEqualTo("Task stopped by user");
    }

    @Test
    void aServiceMayBeMadeTwiceAndDeployedAnew() throws Exception {
        String definition = ecs.definition(main());
        String name = "s-" + UUID.randomUUID();
        for (int i = 0; i < 2; i++) {
            assertThat(ecs.ecs
                            .createService(b -> b.serviceName(name).taskDefinition(definition))
                            .service()
                            .desiredCount())
                    .isEqualTo(1);
        }
        assertThatThrownBy(() -> ecs.ecs.createService(
                        b -> b.serviceName(name).taskDefinition(definition).desiredCount(3)))
                .hasMessageContaining("Creation of service was not idempotent.");
        ecs.waiter.waitUntilServicesStable(b -> b.services(name));
        String before = ecs.ecs.listTasks(b -> b.serviceName(name)).taskArns().getFirst();
        ecs.ecs.updateService(b -> b.service(name).forceNewDeployment(true));
        Eventually.within(Duration.ofMinutes(1), () -> {
            List<String> now = ecs.ecs.listTasks(b -> b.serviceName(name)).taskArns();
            return now.size() == 1 && !now.contains(before);
        });
        ecs.ecs.deleteService(b -> b.service(name).force(true));
        ecs.waiter.waitUntilServicesInactive(b -> b.services(name));
    }

    @Test
    void whatServicesCannotHaveIsRefusedByName() {
        String definition = ecs.definition(main());
        Map<String, Consumer<CreateServiceRequest.Builder>> settings = Map.of(
                "serviceRegistries",
                b -> b.serviceRegistries(r -> r.registryArn("arn:x")),
                "placementConstraints",
                b -> b.placementConstraints(p -> p.type("distinctInstance")),
                "placementStrategy",
                b -> b.placementStrategy(p -> p.type("spread")),
                "serviceConnectConfiguration",
                b -> b.serviceConnectConfiguration(s -> s.enabled(true)),
                "volumeConfigurations",
                b -> b.volumeConfigurations(v -> v.name("v")),
                "vpcLatticeConfigurations",
                b -> b.vpcLatticeConfigurations(
                        v -> v.roleArn("arn:r").targetGroupArn("arn:t").portName("p")),
                "enableExecuteCommand",
                b -> b.enableExecuteCommand(true),
                "The deployment controller CODE_DEPLOY",
                b -> b.deploymentController(c -> c.type(DeploymentControllerType.CODE_DEPLOY)),
                "The deployment strategy BLUE_GREEN",
                b -> b.deploymentConfiguration(c -> c.strategy("BLUE_GREEN")),
                "alarms",
                b -> b.deploymentConfiguration(
                        c -> c.alarms(a -> a.enable(true).rollback(true).alarmNames("a"))));
        settings.forEach((what, set) -> assertThatThrownBy(() -> ecs.ecs.createService(b -> set.accept(
                        b.serviceName("refused").taskDefinition(definition).desiredCount(1))))
                .as(what)
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining(what + " is not supported by Podium"));
        assertThatThrownBy(() -> ecs.ecs.createService(b -> b.serviceName("refused")
                        .taskDefinition(definition)
                        .desiredCount(1)
                        .schedulingStrategy(SchedulingStrategy.DAEMON)))
                .hasMessageContaining("does not support a desired count");
    }

    @Test
    void whatDefinitionsCannotHaveIsRefusedByName() {
        Map<String, Consumer<ContainerDefinition.Builder>> settings = Map.ofEntries(
                Map.entry("links", c -> c.links("other")),
                Map.entry("firelensConfiguration", c -> c.firelensConfiguration(f -> f.type("fluentbit"))),
                Map.entry(
                        "resourceRequirements",
                        c -> c.resourceRequirements(r -> r.type("GPU").value("1"))),
                Map.entry("repositoryCredentials", c -> c.repositoryCredentials(r -> r.credentialsParameter("a"))),
                Map.entry("credentialSpecs", c -> c.credentialSpecs("credentialspec:a")),
                Map.entry("dockerSecurityOptions", c -> c.dockerSecurityOptions("label:a")),
                Map.entry(
                        "systemControls",
                        c -> c.systemControls(
                                s -> s.namespace("net.core.somaxconn").value("1"))),
                Map.entry(
                        "environmentFiles",
                        c -> c.environmentFiles(f -> f.type("s3").value("arn:aws:s3:::a/b"))),
                Map.entry("restartPolicy", c -> c.restartPolicy(r -> r.enabled(true))),
                Map.entry("disableNetworking", c -> c.disableNetworking(true)),
                Map.entry("dnsServers", c -> c.dnsServers("10.0.0.2")),
                Map.entry("dnsSearchDomains", c -> c.dnsSearchDomains("example.com")),
                Map.entry("hostname", c -> c.hostname("a")),
                Map.entry("linuxParameters", c -> c.linuxParameters(l -> l.sharedMemorySize(64))),
                Map.entry("the log driver splunk", c -> c.logConfiguration(l -> l.logDriver("splunk"))),
                Map.entry(
                        "secretOptions",
                        c -> c.logConfiguration(l -> l.logDriver("json-file")
                                .secretOptions(s -> s.name("a").valueFrom("b")))));
        settings.forEach(
                (what, set) -> refused(what, b -> b.containerDefinitions(EcsServer.container("main", "true", set))));
        refused("pidMode", b -> b.pidMode("task"));
        refused("ipcMode", b -> b.ipcMode("host"));
        refused("networkMode none", b -> b.networkMode("none"));
        refused("enableFaultInjection", b -> b.enableFaultInjection(true));
        refused(
                "operatingSystemFamily of Windows",
                b -> b.runtimePlatform(p -> p.operatingSystemFamily("WINDOWS_SERVER_2022_CORE")));
        refused("proxyConfiguration", b -> b.proxyConfiguration(p -> p.containerName("main")));
        refused("placementConstraints", b -> b.placementConstraints(p -> p.type("memberOf")));
        refused("host.sourcePath", b -> b.volumes(v -> v.name("v").host(h -> h.sourcePath("/"))));
        refused(
                "efsVolumeConfiguration",
                b -> b.volumes(v -> v.name("v").efsVolumeConfiguration(e -> e.fileSystemId("fs-1"))));
        refused(
                "the driver rexray",
                b -> b.volumes(v -> v.name("v").dockerVolumeConfiguration(d -> d.driver("rexray"))));
    }

    private static void refused(String what, Consumer<RegisterTaskDefinitionRequest.Builder> set) {
        assertThatThrownBy(() -> ecs.ecs.registerTaskDefinition(
                        b -> set.accept(b.family("refused").containerDefinitions(main()))))
                .as(what)
                .isInstanceOf(EcsException.class)
                .hasMessageContaining(what)
                .hasMessageContaining("not supported by Podium");
    }
}
