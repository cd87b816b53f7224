package dev.podium.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.Eventually;
import dev.podium.SharedCluster;
import dev.podium.TestServer;
import dev.podium.codec.Json;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.model.CPUArchitecture;
import software.amazon.awssdk.services.ecs.model.Compatibility;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.EcsException;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionStatus;
import software.amazon.awssdk.services.ecs.model.TaskStopCode;
import software.amazon.awssdk.services.ecs.model.UlimitName;

/// Task definitions: their revisions, the pods that tasks of them are, how these end, and what is refused.
@NullMarked
@SuppressWarnings("unchecked") // the SDK's generic varargs
final class DefinitionsTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    @SuppressWarnings("NullAway.Init")
    private static SharedCluster cluster;

    @SuppressWarnings("NullAway.Init")
    private static TestServer server;

    @SuppressWarnings("NullAway.Init")
    private static EcsServer ecs;

    @BeforeAll
    static void start() throws Exception {
        cluster = SharedCluster.start();
        server = TestServer.start(cluster.settings());
        ecs = new EcsServer(server);
        ecs.ecs.createCluster(b -> {});
    }

    @AfterAll
    static void stop() throws Exception {
        ecs.close();
        server.close();
        cluster.close();
    }

    private static ContainerDefinition sleeper(Consumer<ContainerDefinition.Builder> change) {
        return EcsServer.container(
                "main", "trap 'exit 0' TERM; while :; do sleep 0.05; done", change.andThen(c -> c.stopTimeout(2)));
    }

    private static JsonNode pod(String arn) throws Exception {
        return cluster.pods().stream().filter(pod -> isOf(arn, pod)).findFirst().orElseThrow();
    }

    private static boolean isOf(String arn, JsonNode pod) {
        return arn.endsWith("/" + pod.at("/metadata/labels/podium.dev~1task").asText());
    }

    @Test
    void aFamilyHasRevisionsThatGoOneByOne() {
        String family = "family-" + UUID.randomUUID();
        for (int revision = 1; revision <= 2; revision++) {
            TaskDefinition made = ecs.ecs
                    .registerTaskDefinition(b -> b.family(family).containerDefinitions(sleeper(c -> {})))
                    .taskDefinition();
            assertThat(made.revision()).isEqualTo(revision);
        }
        assertThat(ecs.ecs.listTaskDefinitions(b -> b.familyPrefix(family)).taskDefinitionArns())
                .hasSize(2);
        assertThat(ecs.ecs
                        .deregisterTaskDefinition(b -> b.taskDefinition(family + ":2"))
                        .taskDefinition()
                        .status())
                .isEqualTo(TaskDefinitionStatus.INACTIVE);
        // The family's name means its latest active revision.
        assertThat(ecs.ecs
                        .describeTaskDefinition(b -> b.taskDefinition(family))
                        .taskDefinition()
                        .revision())
                .isEqualTo(1);
        assertThatThrownBy(() -> ecs.run(family + ":2")).hasMessageContaining("inactive");
        assertThat(ecs.ecs
                        .deleteTaskDefinitions(b -> b.taskDefinitions(family + ":2"))
                        .failures())
                .isEmpty();
        assertThat(ecs.ecs
                        .deleteTaskDefinitions(b -> b.taskDefinitions(family + ":1"))
                        .failures())
                .hasSize(1);
    }

    @Test
    void aPodIsWhatItsDefinitionSays() throws Exception {
        String definition = ecs.ecs
                .registerTaskDefinition(b -> b.family("shape")
                        .volumes(v -> v.name("Shared_Data"))
                        .runtimePlatform(p -> p.cpuArchitecture(CPUArchitecture.ARM64))
                        .containerDefinitions(sleeper(c -> c.cpu(256)
                                .memory(512)
                                .memoryReservation(128)
                                .mountPoints(m -> m.sourceVolume("Shared_Data")
                                        .containerPath("/data")
                                        .readOnly(true)))))
                .taskDefinition()
                .taskDefinitionArn();
        String arn = ecs.ecs
                .runTask(b -> b.taskDefinition(definition)
                        .overrides(o -> o.containerOverrides(c -> c.name("main")
                                .environment(e -> e.name("COLOUR").value("blue"))
                                .memory(640))))
                .tasks()
                .getFirst()
                .taskArn();
        Eventually.within(SOON, () -> cluster.pods().stream().anyMatch(pod -> isOf(arn, pod)));
        JsonNode spec = pod(arn).path("spec");
        JsonNode container = spec.path("containers").path(0);
        assertThat(spec.at("/nodeSelector/kubernetes.io~1arch").asText()).isEqualTo("arm64");
        assertThat(container.path("resources"))
                .isEqualTo(Json.MAPPER.readTree(
                        "{\"requests\":{\"cpu\":\"250m\",\"memory\":\"128Mi\"},\"limits\":{\"memory\":\"640Mi\"}}"));
        String volume = spec.at("/volumes/0/name").asText();
        assertThat(spec.at("/volumes/0").has("emptyDir")).isTrue();
        assertThat(container.path("volumeMounts").path(0).path("name").asText()).isEqualTo(volume);
        assertThat(container.path("volumeMounts").path(0).path("readOnly").asBoolean())
                .isTrue();
        assertThat(container.path("env").toString()).contains("{\"name\":\"COLOUR\",\"value\":\"blue\"}");
        ecs.ecs.stopTask(b -> b.task(arn));
        ecs.stopped(arn);
    }

    @Test
    void aTaskBeyondItsMemoryOrPutOutSaysSo() throws Exception {
        String full = ecs.run(ecs.definition(EcsServer.container(
                "main",
                "exec python3 -c \"x = b'x' * (300 << 20); import time; time.sleep(600)\"",
                c -> c.memory(64))));
        Task ended = ecs.stopped(full);
        assertThat(ended.stopCode()).isEqualTo(TaskStopCode.ESSENTIAL_CONTAINER_EXITED);
        assertThat(ended.containers().getFirst().exitCode()).isEqualTo(137);
        assertThat(ended.containers().getFirst().reason())
                .isEqualTo("OutOfMemoryError: Container killed due to memory usage");
        String deleted = ecs.run(ecs.definition(sleeper(c -> {})));
        ecs.running(deleted);
        cluster.delete(pod(deleted).at("/metadata/name").asText());
        assertThat(ecs.stopped(deleted).stoppedReason()).contains("went away");
    }

    @Test
    void theSameTokenStartsOnceAndOverridesAndTagsAreShown() {
        String definition = ecs.definition(sleeper(c -> {}));
        String token = UUID.randomUUID().toString();
        List<String> started = java.util.stream.Stream.of(1, 2)
                .map(n -> ecs.ecs
                        .runTask(b -> b.taskDefinition(definition)
                                .clientToken(token)
                                .startedBy("me")
                                .group("mine")
                                .tags(t -> t.key("a").value("b")))
                        .tasks()
                        .getFirst()
                        .taskArn())
                .distinct()
                .toList();
        assertThat(started).hasSize(1);
        assertThat(ecs.ecs.listTasks(b -> b.startedBy("me")).taskArns()).isEqualTo(started);
        Task shown = ecs.ecs
                .describeTasks(b -> b.tasks(started).includeWithStrings("TAGS"))
                .tasks()
                .getFirst();
        assertThat(shown.group()).isEqualTo("mine");
        assertThat(shown.tags().getFirst().value()).isEqualTo("b");
        ecs.ecs.stopTask(b -> b.task(started.getFirst()));
        ecs.stopped(started.getFirst());
    }

    @Test
    void whatAPodCannotDoIsRefusedByName() {
        String definition = ecs.definition(sleeper(c -> {}));
        refused(
                "ulimits",
                () -> ecs.definition(sleeper(c ->
                        c.ulimits(u -> u.name(UlimitName.NOFILE).softLimit(1).hardLimit(1)))));
        refused("privileged", () -> ecs.definition(sleeper(c -> c.privileged(true))));
        refused(
                "ExecuteCommand",
                () -> ecs.ecs.executeCommand(
                        b -> b.task("0".repeat(32)).command("sh").interactive(true)));
        refused(
                "CreateTaskSet",
                () -> ecs.ecs.createTaskSet(
                        b -> b.cluster("default").service("web").taskDefinition(definition)));
        refused(
                "CreateCapacityProvider",
                () -> ecs.ecs.createCapacityProvider(
                        b -> b.name("mine").autoScalingGroupProvider(p -> p.autoScalingGroupArn("arn:x"))));
        assertThatThrownBy(() -> ecs.ecs.runTask(
                        b -> b.taskDefinition(definition).capacityProviderStrategy(c -> c.capacityProvider("mine"))))
                .isInstanceOf(EcsException.class)
                .hasMessageContaining("mine");
        String fargate = ecs.ecs
                .registerTaskDefinition(b -> b.family("spot")
                        .requiresCompatibilities(Compatibility.FARGATE)
                        .networkMode("awsvpc")
                        .cpu("256")
                        .memory("512")
                        .containerDefinitions(sleeper(c -> {})))
                .taskDefinition()
                .taskDefinitionArn();
        Task spot = ecs.ecs
                .runTask(b -> b.taskDefinition(fargate)
                        .networkConfiguration(n -> n.awsvpcConfiguration(v -> v.subnets("subnet-0123456789abcdef0")))
                        .capacityProviderStrategy(c -> c.capacityProvider("FARGATE_SPOT")))
                .tasks()
                .getFirst();
        assertThat(spot.capacityProviderName()).isEqualTo("FARGATE_SPOT");
        ecs.ecs.stopTask(b -> b.task(spot.taskArn()));
        ecs.stopped(spot.taskArn());
    }

    private static void refused(String name, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(EcsException.class)
                .hasMessageContaining(name)
                .hasMessageContaining("not supported by Podium");
    }
}
