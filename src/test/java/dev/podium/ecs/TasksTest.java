package dev.podium.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ecs.model.ContainerCondition;
import software.amazon.awssdk.services.ecs.model.HealthStatus;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskStopCode;

/// Tasks from their start to their end, over the embedded cluster.
@NullMarked
@SuppressWarnings("unchecked") // the SDK's generic varargs
final class TasksTest {
    private static final Duration SOON = Duration.ofMinutes(1);

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

    /// A script that ends with an exit code when it is asked to, and has made a file once it can be asked.
    private static String ending(int code, Path asked) {
        return "trap 'exit " + code + "' TERM; touch " + asked + "; while :; do sleep 0.05; done";
    }

    @Test
    void taskRunsUntilItIsStopped() throws Exception {
        Path listens = folder.resolve("listens");
        String arn = ecs.run(ecs.definition(EcsServer.container("main", ending(7, listens), c -> {})));
        assertThat(arn).matches("arn:aws:ecs:us-east-1:000000000000:task/default/[0-9a-f]{32}");
        Task running = ecs.running(arn);
        Eventually.within(SOON, () -> Files.exists(listens));
        assertThat(running.containers().getFirst().lastStatus()).isEqualTo("RUNNING");
        assertThat(running.startedAt()).isNotNull();
        assertThat(ecs.ecs.listTasks(b -> {}).taskArns()).contains(arn);
        Task asked = ecs.ecs.stopTask(b -> b.task(arn).reason("enough")).task();
        assertThat(asked.desiredStatus()).isEqualTo("STOPPED");
        Task stopped = ecs.stopped(arn);
        assertThat(stopped.stopCode()).isEqualTo(TaskStopCode.USER_INITIATED);
        assertThat(stopped.stoppedReason()).isEqualTo("enough");
        assertThat(stopped.containers().getFirst().exitCode()).isEqualTo(7);
        assertThat(ecs.ecs.listTasks(b -> b.desiredStatus("STOPPED")).taskArns())
                .contains(arn);
    }

    @Test
    void essentialContainerEndsItsTask() {
        Path runs = folder.resolve("runs");
        String arn = ecs.run(ecs.definition(
                // One that has never run would have no exit code.
                EcsServer.container("main", "until [ -e " + runs + " ]; do sleep 0.05; done; exit 3", c -> {}),
                EcsServer.container("beside", "touch " + runs + "; sleep 6000", c -> c.essential(false))));
        Task stopped = ecs.stopped(arn);
        assertThat(stopped.stopCode()).isEqualTo(TaskStopCode.ESSENTIAL_CONTAINER_EXITED);
        assertThat(stopped.stoppedReason()).isEqualTo("Essential container in task exited");
        assertThat(stopped.containers().getFirst().exitCode()).isEqualTo(3);
        assertThat(stopped.containers().getLast().exitCode()).isEqualTo(143);
    }

    @Test
    void taskWhoseImageIsMissingFailsToStart() {
        String arn =
                ecs.run(ecs.definition(EcsServer.container("main", "true", c -> c.image("registry.invalid/absent:1"))));
        Task stopped = ecs.stopped(arn);
        assertThat(stopped.stopCode()).isEqualTo(TaskStopCode.TASK_FAILED_TO_START);
        assertThat(stopped.stoppedReason()).startsWith("CannotPullContainerError: ");
        assertThat(stopped.containers().getFirst().reason()).startsWith("CannotPullContainerError: ");
        assertThat(stopped.containers().getFirst().exitCode()).isNull();
    }

    @Test
    void containersStartInTheOrderOfTheirDependencies() throws Exception {
        Path story = folder.resolve("story");
        Path ready = folder.resolve("ready");
        String arn = ecs.run(ecs.definition(
                EcsServer.container(
                        "app",
                        "echo app >> " + story + "; sleep 600",
                        c -> c.stopTimeout(2)
                                .dependsOn(
                                        d -> d.containerName("database").condition(ContainerCondition.HEALTHY),
                                        d -> d.containerName("migration").condition(ContainerCondition.SUCCESS))),
                EcsServer.container(
                        "migration",
                        "echo migration >> " + story,
                        c -> c.essential(false)
                                .dependsOn(d -> d.containerName("database").condition(ContainerCondition.HEALTHY))),
                EcsServer.container(
                        "database",
                        "sleep 0.3; echo database >> " + story + "; touch " + ready + "; sleep 600",
                        c -> c.healthCheck(h -> h.command("CMD-SHELL", "test -f " + ready)
                                        .interval(5)
                                        .timeout(2)
                                        .retries(1)
                                        .startPeriod(0))
                                .stopTimeout(2))));
        Task running = ecs.running(arn);
        Eventually.within(SOON, () -> Files.readAllLines(story).size() == 3);
        assertThat(Files.readAllLines(story)).containsExactly("database", "migration", "app");
        assertThat(running.containers().get(1).lastStatus()).isEqualTo("STOPPED");
        assertThat(running.containers().get(1).exitCode()).isZero();
        Eventually.within(SOON, () -> ecs.task(arn).healthStatus() == HealthStatus.HEALTHY);
        ecs.ecs.stopTask(b -> b.task(arn));
        ecs.stopped(arn);
    }

    @Test
    void failedDependencyEndsTheTask() {
        String arn = ecs.run(ecs.definition(
                EcsServer.container(
                        "app",
                        "sleep 600",
                        c -> c.dependsOn(d -> d.containerName("first").condition(ContainerCondition.SUCCESS))),
                EcsServer.container("first", "exit 4", c -> c.essential(false))));
        Task stopped = ecs.stopped(arn);
        assertThat(stopped.stopCode()).isEqualTo(TaskStopCode.TASK_FAILED_TO_START);
        assertThat(stopped.stoppedReason()).contains("first").contains("4");
        assertThat(stopped.containers().get(1).exitCode()).isEqualTo(4);
        assertThat(stopped.containers().getFirst().exitCode()).isNull();
    }

    @Test
    void whoWaitsForTheEndTakesAnyExitCode() throws Exception {
        Path left = folder.resolve("left");
        String arn = ecs.run(ecs.definition(
                EcsServer.container(
                        "app",
                        "cat /shared/left > " + left + ".new && mv " + left + ".new " + left + "; sleep 600",
                        c -> c.stopTimeout(2)
                                .mountPoints(m -> m.sourceVolume("shared").containerPath("/shared"))
                                .dependsOn(
                                        d -> d.containerName("first").condition(ContainerCondition.COMPLETE),
                                        d -> d.containerName("second").condition(ContainerCondition.COMPLETE),
                                        d -> d.containerName("third").condition(ContainerCondition.COMPLETE))),
                // With a shell as its entry point, with another entry point, and with a command alone.
                EcsServer.container(
                        "first",
                        "echo left > /shared/left; exit 4",
                        c -> c.essential(false)
                                .mountPoints(m -> m.sourceVolume("shared").containerPath("/shared"))),
                EcsServer.container(
                        "second",
                        "",
                        c -> c.essential(false).entryPoint("python3").command("-c", "raise SystemExit(5)")),
                EcsServer.container(
                        "third",
                        "",
                        c -> c.essential(false).entryPoint(List.of()).command("sh", "-c", "exit 6"))));
        Task running = ecs.running(arn);
        assertThat(running.containers())
                .extracting(c -> c.name() + " " + c.lastStatus() + " " + c.exitCode())
                .containsExactly("app RUNNING null", "first STOPPED 4", "second STOPPED 5", "third STOPPED 6");
        Eventually.within(SOON, () -> Files.exists(left));
        assertThat(left).hasContent("left");
        ecs.ecs.stopTask(b -> b.task(arn));
        assertThat(ecs.stopped(arn).stopCode()).isEqualTo(TaskStopCode.USER_INITIATED);
    }

    @Test
    void whoIsWaitedForIsAskedToEndWithItsTask() throws Exception {
        Path waits = folder.resolve("waits");
        String arn = ecs.run(ecs.definition(
                EcsServer.container(
                        "app",
                        "true",
                        c -> c.dependsOn(d -> d.containerName("first").condition(ContainerCondition.COMPLETE))),
                EcsServer.container(
                        "first", ending(9, waits), c -> c.essential(false).stopTimeout(20))));
        Eventually.within(
                SOON,
                () -> "RUNNING".equals(ecs.task(arn).containers().getLast().lastStatus()));
        Eventually.within(SOON, () -> Files.exists(waits));
        ecs.ecs.stopTask(b -> b.task(arn));
        Task stopped = ecs.stopped(arn);
        assertThat(stopped.containers().getLast().exitCode()).isEqualTo(9);
        assertThat(stopped.containers().getFirst().exitCode()).isNull();
    }
}
