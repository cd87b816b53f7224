package dev.podium.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.Eventually;
import dev.podium.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.scheduler.model.ActionAfterCompletion;
import software.amazon.awssdk.services.scheduler.model.ConflictException;
import software.amazon.awssdk.services.scheduler.model.CreateScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindowMode;
import software.amazon.awssdk.services.scheduler.model.GetScheduleResponse;
import software.amazon.awssdk.services.scheduler.model.LaunchType;
import software.amazon.awssdk.services.scheduler.model.ResourceNotFoundException;
import software.amazon.awssdk.services.scheduler.model.ScheduleGroupSummary;
import software.amazon.awssdk.services.scheduler.model.ScheduleState;
import software.amazon.awssdk.services.scheduler.model.ScheduleSummary;
import software.amazon.awssdk.services.scheduler.model.ValidationException;
import software.amazon.awssdk.services.sqs.model.Message;

/// EventBridge Scheduler through the SDK, with a clock that the tests put forward.
@NullMarked
@SuppressWarnings("unchecked") // the varargs of the SDK
final class SchedulerTest extends ScheduledServer {
    @Test
    void aScheduleHasTheDefaultsOfAws() throws Exception {
        Queue queue = queue();
        String name = schedule("rate(1 hour)", queue.arn(), b -> {});
        GetScheduleResponse found = scheduler.getSchedule(b -> b.name(name));
        assertThat(found.arn()).isEqualTo("arn:aws:scheduler:us-east-1:000000000000:schedule/default/" + name);
        assertThat(found.groupName()).isEqualTo("default");
        assertThat(found.state()).isEqualTo(ScheduleState.ENABLED);
        assertThat(found.scheduleExpressionTimezone()).isEqualTo("UTC");
        assertThat(found.actionAfterCompletion()).isEqualTo(ActionAfterCompletion.NONE);
        assertThat(found.target().retryPolicy().maximumRetryAttempts()).isEqualTo(185);
        assertThat(found.target().retryPolicy().maximumEventAgeInSeconds()).isEqualTo(86_400);
        assertThat(found.target().input()).isEqualTo("hello");
        assertThat(found.creationDate()).isEqualTo(found.lastModificationDate());
    }

    @Test
    void aRateRunsAtOnceAndThenAtEachOfItsTimes() throws Exception {
        Queue queue = queue();
        String name = schedule(
                "rate(1 hour)",
                queue.arn(),
                b -> b.target(t -> t.arn(queue.arn())
                        .roleArn(TestServer.ROLE)
                        .input(
                                "<aws.scheduler.schedule-arn> <aws.scheduler.scheduled-time> <aws.scheduler.attempt-number>"
                                        + " <aws.scheduler.execution-id>")));
        String first = receive(queue, 1).getFirst().body();
        Instant created = scheduler.getSchedule(b -> b.name(name)).creationDate();
        assertThat(first)
                .matches("arn:aws:scheduler:us-east-1:000000000000:schedule/default/" + name + " "
                        + created.truncatedTo(ChronoUnit.SECONDS) + " 1 [0-9a-f]{16}");
        clock.forward(Duration.ofHours(1));
        assertThat(receive(queue, 1)).hasSize(1);
        // Noted before the next one comes: the history is in the order in which runs end.
        Eventually.within(SOON, () -> history(found(name)).path("Succeeded").size() == 2);
        // Of times that were missed the latest one counts.
        clock.forward(Duration.ofHours(5));
        assertThat(receive(queue, 1).getFirst().body())
                .contains(created.plus(6, ChronoUnit.HOURS)
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString());
        assertThat(waiting(queue)).isZero();
        Eventually.within(SOON, () -> history(found(name)).path("Succeeded").size() == 3);
        JsonNode run = history(found(name)).path("Succeeded").path(0);
        assertThat(run.path("Attempts").asInt()).isEqualTo(1);
        assertThat(run.path("Target").asText()).isEqualTo(queue.arn());
        assertThat(Instant.parse(run.path("ScheduledTime").asText())).isEqualTo(created.plus(6, ChronoUnit.HOURS));
        assertThat(history(found(name)).has("Failed")).isFalse();
    }

    @Test
    void aOneTimeScheduleRunsOnceAndIsDeletedWhenItIsToBe() throws Exception {
        Queue queue = queue();
        String name = schedule(
                at(Duration.ofHours(3)), queue.arn(), b -> b.actionAfterCompletion(ActionAfterCompletion.DELETE));
        assertThat(waiting(queue)).isZero();
        clock.forward(Duration.ofHours(4));
        assertThat(receive(queue, 1)).hasSize(1);
        Eventually.within(
                SOON,
                () -> scheduler
                        .listSchedules(b -> b.namePrefix(name))
                        .schedules()
                        .isEmpty());
        assertThatThrownBy(() -> scheduler.getSchedule(b -> b.name(name)))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessageContaining("Schedule " + name + " does not exist.");
    }

    @Test
    void aDisabledOrDeletedScheduleDoesNotRun() throws Exception {
        Queue queue = queue();
        String disabled = schedule(at(Duration.ofMinutes(30)), queue.arn(), b -> b.state(ScheduleState.DISABLED));
        String deleted = schedule(at(Duration.ofMinutes(30)), queue.arn(), b -> {});
        scheduler.deleteSchedule(b -> b.name(deleted));
        String runs = schedule(at(Duration.ofMinutes(31)), queue.arn(), b -> {});
        clock.forward(Duration.ofHours(1));
        assertThat(receive(queue, 1)).hasSize(1);
        assertThat(waiting(queue)).isZero();
        assertThat(scheduler.getSchedule(b -> b.name(disabled)).state()).isEqualTo(ScheduleState.DISABLED);
        scheduler.deleteSchedule(b -> b.name(runs));
    }

    @Test
    void missedRunsComeOnceAfterARestart() throws Exception {
        Queue queue = queue();
        // A second after one of its times: none comes by itself within the next minutes.
        long period = Duration.ofMinutes(5).toMillis();
        clock.forward(Duration.ofMillis(period - clock.millis() % period + 1000));
        String name = schedule("cron(0/5 * * * ? *)", queue.arn(), b -> {});
        server.stop();
        clock.forward(Duration.ofHours(2));
        server.startAgain();
        connect();
        assertThat(receive(queue, 1)).hasSize(1);
        Eventually.within(SOON, () -> !history(found(name)).path("Succeeded").isEmpty());
        Instant time = Instant.parse(history(found(name))
                .path("Succeeded")
                .path(0)
                .path("ScheduledTime")
                .asText());
        assertThat(Duration.between(time, clock.instant())).isLessThan(Duration.ofMinutes(6));
        scheduler.deleteSchedule(b -> b.name(name));
    }

    @Test
    void aFlexibleWindowSpreadsRuns() throws Exception {
        Queue queue = queue();
        // That all of them come in the same half of their window has a chance of 2 in 2^40.
        int all = 40;
        String time = at(Duration.ofHours(1));
        List<String> names = new ArrayList<>();
        for (int i = 0; i < all; i++) {
            names.add(schedule(
                    time,
                    queue.arn(),
                    b -> b.flexibleTimeWindow(
                            w -> w.mode(FlexibleTimeWindowMode.FLEXIBLE).maximumWindowInMinutes(1000))));
        }
        clock.forward(Duration.ofMinutes(60 + 500));
        Eventually.within(SOON, () -> waiting(queue) > 0);
        clock.forward(Duration.ofMinutes(501));
        Instant second = clock.instant();
        int late = 0;
        for (String name : names) {
            Eventually.within(
                    SOON, () -> !history(found(name)).path("Succeeded").isEmpty());
            JsonNode run = history(found(name)).path("Succeeded").path(0);
            late += Instant.parse(run.path("StartTime").asText()).isBefore(second) ? 0 : 1;
        }
        assertThat(late).isBetween(1, all - 1);
    }

    @Test
    void whatItsTargetDoesNotTakeGoesToTheDeadLetterQueue() throws Exception {
        Queue dead = queue();
        String absent = "arn:aws:sqs:us-east-1:000000000000:absent";
        String name = schedule(
                at(Duration.ZERO),
                absent,
                b -> b.target(t ->
                        t.arn(absent).roleArn(TestServer.ROLE).input("lost").deadLetterConfig(d -> d.arn(dead.arn()))));
        Message message = receive(dead, 1).getFirst();
        assertThat(message.body()).isEqualTo("lost");
        assertThat(attribute(message, "ERROR_CODE")).isEqualTo("QueueDoesNotExist");
        assertThat(attribute(message, "SCHEDULE_ARN")).isEqualTo(found(name));
        assertThat(attribute(message, "TARGET_ARN")).isEqualTo(absent);
        assertThat(attribute(message, "RETRY_ATTEMPTS")).isEqualTo("0");
        assertThat(history(found(name)).path("Failed").path("ErrorCode").asText())
                .isEqualTo("QueueDoesNotExist");
    }

    @Test
    void groupsHoldSchedulesAndTakeThemAlong() throws Exception {
        String group = "g-" + UUID.randomUUID();
        String arn = scheduler
                .createScheduleGroup(b -> b.name(group).tags(t -> t.key("team").value("a")))
                .scheduleGroupArn();
        assertThat(scheduler.listTagsForResource(b -> b.resourceArn(arn)).tags())
                .hasSize(1);
        assertThatThrownBy(() -> scheduler.createScheduleGroup(b -> b.name(group)))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("already exists");
        Queue queue = queue();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            names.add(
                    schedule("rate(1 day)", queue.arn(), b -> b.groupName(group).state(ScheduleState.DISABLED)));
        }
        List<String> listed =
                scheduler.listSchedulesPaginator(b -> b.groupName(group).maxResults(2)).schedules().stream()
                        .map(ScheduleSummary::name)
                        .toList();
        assertThat(listed).containsExactlyInAnyOrderElementsOf(names).isSorted();
        assertThat(scheduler
                        .listSchedules(b -> b.groupName(group).state(ScheduleState.ENABLED))
                        .schedules())
                .isEmpty();
        assertThat(scheduler.listScheduleGroups(b -> b.namePrefix("default")).scheduleGroups())
                .extracting(ScheduleGroupSummary::name)
                .containsExactly("default");
        scheduler.deleteScheduleGroup(b -> b.name(group));
        Eventually.within(
                SOON,
                () -> scheduler
                        .listScheduleGroups(b -> b.namePrefix(group))
                        .scheduleGroups()
                        .isEmpty());
        assertThatThrownBy(() -> scheduler.listSchedules(b -> b.groupName(group)))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessageContaining("Schedule group " + group + " does not exist.");
        assertThat(scheduler.listSchedulesPaginator(b -> {}).schedules().stream())
                .extracting(ScheduleSummary::name)
                .doesNotContainAnyElementsOf(names);
        assertThatThrownBy(() -> scheduler.deleteScheduleGroup(b -> b.name("default")))
                .isInstanceOf(ValidationException.class);
    }

    @Test
    void aGroupThatGoesWhileSchedulesComeLeavesNone() throws Exception {
        Queue queue = queue();
        String prefix = "going-" + UUID.randomUUID().toString().substring(0, 8) + "-";
        for (int round = 0; round < 30; round++) {
            String group = prefix + round;
            scheduler.createScheduleGroup(b -> b.name(group));
            List<Thread> makers = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                makers.add(Thread.ofVirtual().start(() -> {
                    try {
                        schedule("rate(1 day)", queue.arn(), b -> b.groupName(group));
                    } catch (ConflictException | ResourceNotFoundException e) {
                        // it came too late
                    }
                }));
            }
            scheduler.deleteScheduleGroup(b -> b.name(group));
            for (Thread maker : makers) {
                maker.join();
            }
        }
        Eventually.within(
                SOON,
                () -> scheduler
                        .listScheduleGroups(b -> b.namePrefix(prefix))
                        .scheduleGroups()
                        .isEmpty());
        assertThat(scheduler.listSchedulesPaginator(b -> {}).schedules().stream())
                .extracting(ScheduleSummary::groupName)
                .noneMatch(group -> group.startsWith(prefix));
    }

    @Test
    void badSettingsAreRefusedInTheWordsOfAws() throws Exception {
        Queue queue = queue();
        refused("Invalid Schedule Expression cron(0 10 * * * *).", "cron(0 10 * * * *)", queue.arn(), b -> {});
        refused(
                "Invalid ScheduleExpressionTimezone Mars/Olympus.",
                "rate(1 hour)",
                queue.arn(),
                b -> b.scheduleExpressionTimezone("Mars/Olympus"));
        refused(
                "The StartDate you specify cannot be earlier than 5 minutes ago.",
                "rate(1 hour)",
                queue.arn(),
                b -> b.startDate(clock.instant().minusSeconds(600)));
        refused("Provided Arn is not in correct format.", "rate(1 hour)", "queue", b -> {});
        refused("is not supported by Podium", "rate(1 hour)", "arn:aws:sns:us-east-1:000000000000:t", b -> {});
        refused("is not supported by Podium", "rate(1 hour)", "arn:aws:scheduler:::aws-sdk:glue:startJobRun", b -> {});
        refused("MessageGroupId", "rate(1 hour)", queue.arn() + ".fifo", b -> {});
    }

    private void refused(String why, String expression, String arn, Change change) {
        assertThatThrownBy(() -> schedule(expression, arn, change))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aCallThatIsMadeAgainWithItsTokenChangesNothing() throws Exception {
        Queue queue = queue();
        String name = "s-" + UUID.randomUUID();
        CreateScheduleRequest request = CreateScheduleRequest.builder()
                .name(name)
                .clientToken("token")
                .scheduleExpression("rate(1 day)")
                .flexibleTimeWindow(w -> w.mode(FlexibleTimeWindowMode.OFF))
                .target(t -> t.arn(queue.arn()).roleArn(TestServer.ROLE))
                .build();
        assertThat(scheduler.createSchedule(request).scheduleArn())
                .isEqualTo(scheduler.createSchedule(request).scheduleArn());
        assertThatThrownBy(() -> scheduler.createSchedule(
                        request.toBuilder().clientToken("other").build()))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("Schedule " + name + " already exists.");
    }

    @Test
    void aFunctionIsInvokedAndAnOperationIsCalled() throws Exception {
        Path folder = Files.createTempDirectory("schedule");
        Files.createFile(folder.resolve("end"));
        String arn = server.configuration(server.python(TestServer.HELD)).functionArn();
        schedule(
                at(Duration.ZERO),
                arn,
                b -> b.target(t -> t.arn(arn).roleArn(TestServer.ROLE).input("\"" + folder + "\"")));
        Queue queue = queue();
        schedule(
                at(Duration.ZERO),
                queue.arn(),
                b -> b.target(t -> t.arn("arn:aws:scheduler:::aws-sdk:sqs:sendMessage")
                        .roleArn(TestServer.ROLE)
                        .input("{\"QueueUrl\":\"" + queue.url() + "\",\"MessageBody\":\"universal\"}")));
        assertThat(receive(queue, 1).getFirst().body()).isEqualTo("universal");
        Eventually.within(SOON, () -> Files.exists(folder.resolve("running")));
    }

    @Test
    void aTaskIsRunOnTheCluster() throws Exception {
        Path file = Files.createTempDirectory("schedule").resolve("ran");
        try (EcsClient ecs = TestServer.aimed(EcsClient.builder(), server.endpoint(), Region.US_EAST_1)
                .build()) {
            String cluster = ecs.createCluster(b -> {}).cluster().clusterArn();
            String definition = ecs.registerTaskDefinition(b -> b.family("scheduled")
                            .containerDefinitions(c -> c.name("main")
                                    .image("registry.local/shell:1")
                                    .memory(64)
                                    .entryPoint("sh", "-c")
                                    .command("sleep 60")))
                    .taskDefinition()
                    .taskDefinitionArn();
            String name = schedule(
                    at(Duration.ZERO),
                    cluster,
                    b -> b.target(t -> t.arn(cluster)
                            .roleArn(TestServer.ROLE)
                            .input("{\"containerOverrides\":[{\"name\":\"main\",\"command\":[\"touch " + file
                                    + "\"]}]}")
                            .ecsParameters(e -> e.taskDefinitionArn(definition)
                                    .taskCount(1)
                                    .launchType(LaunchType.EC2)
                                    .tags(Map.of("Key", "team", "Value", "a")))));
            Eventually.within(SOON, () -> Files.exists(file));
            Eventually.within(SOON, () -> history(found(name)).path("Succeeded").size() == 1);
        }
    }
}
