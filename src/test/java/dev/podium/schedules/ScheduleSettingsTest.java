package dev.podium.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.Eventually;
import dev.podium.TestServer;
import dev.podium.codec.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.scheduler.model.ActionAfterCompletion;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindowMode;
import software.amazon.awssdk.services.scheduler.model.GetScheduleResponse;
import software.amazon.awssdk.services.scheduler.model.ResourceNotFoundException;
import software.amazon.awssdk.services.scheduler.model.ScheduleGroupState;
import software.amazon.awssdk.services.scheduler.model.ScheduleGroupSummary;
import software.amazon.awssdk.services.scheduler.model.ScheduleState;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/// What a schedule's settings do, through the SDK.
@NullMarked
final class ScheduleSettingsTest extends ScheduledServer {
    @Test
    void anUpdateReplacesAllThatWasSet() throws Exception {
        Queue queue = queue();
        String name = schedule(
                at(Duration.ofHours(1)),
                queue.arn(),
                b -> b.description("first")
                        .state(ScheduleState.DISABLED)
                        .scheduleExpressionTimezone("Europe/Paris")
                        .actionAfterCompletion(ActionAfterCompletion.DELETE)
                        .flexibleTimeWindow(
                                w -> w.mode(FlexibleTimeWindowMode.FLEXIBLE).maximumWindowInMinutes(5))
                        .target(t -> t.arn(queue.arn())
                                .roleArn(TestServer.ROLE)
                                .input("hello")
                                .retryPolicy(r -> r.maximumRetryAttempts(1).maximumEventAgeInSeconds(60))
                                .deadLetterConfig(d -> d.arn(queue.arn()))));
        GetScheduleResponse before = scheduler.getSchedule(b -> b.name(name));
        clock.forward(Duration.ofSeconds(1));
        scheduler.updateSchedule(b -> b.name(name)
                .scheduleExpression("rate(2 days)")
                .startDate(clock.instant().plus(Duration.ofDays(1)))
                .flexibleTimeWindow(w -> w.mode(FlexibleTimeWindowMode.OFF))
                .target(t -> t.arn(queue.arn()).roleArn(TestServer.ROLE)));
        GetScheduleResponse after = scheduler.getSchedule(b -> b.name(name));
        assertThat(after.scheduleExpression()).isEqualTo("rate(2 days)");
        assertThat(after.description()).isNull();
        assertThat(after.state()).isEqualTo(ScheduleState.ENABLED);
        assertThat(after.scheduleExpressionTimezone()).isEqualTo("UTC");
        assertThat(after.actionAfterCompletion()).isEqualTo(ActionAfterCompletion.NONE);
        assertThat(after.flexibleTimeWindow().maximumWindowInMinutes()).isNull();
        assertThat(after.target().input()).isNull();
        assertThat(after.target().deadLetterConfig()).isNull();
        assertThat(after.target().retryPolicy().maximumRetryAttempts()).isEqualTo(185);
        assertThat(after.creationDate()).isEqualTo(before.creationDate());
        assertThat(after.lastModificationDate()).isAfter(before.lastModificationDate());
        assertThatThrownBy(() -> scheduler.updateSchedule(b -> b.name("absent")
                        .scheduleExpression("rate(1 day)")
                        .flexibleTimeWindow(w -> w.mode(FlexibleTimeWindowMode.OFF))
                        .target(t -> t.arn(queue.arn()).roleArn(TestServer.ROLE))))
                .isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void nothingRunsBeforeTheStartOrAfterTheEndAndThenTheScheduleGoes() throws Exception {
        Queue queue = queue();
        Instant start = clock.instant().plus(Duration.ofHours(2)).truncatedTo(ChronoUnit.SECONDS);
        String name = schedule(
                "rate(1 hour)",
                queue.arn(),
                b -> b.startDate(start)
                        .endDate(start.plus(Duration.ofMinutes(90)))
                        .actionAfterCompletion(ActionAfterCompletion.DELETE)
                        .target(t ->
                                t.arn(queue.arn()).roleArn(TestServer.ROLE).input("<aws.scheduler.scheduled-time>")));
        String other = schedule(at(Duration.ofMinutes(90)), queue.arn(), b -> {});
        clock.forward(Duration.ofMinutes(100));
        // That the other one came shows that the first has been looked at.
        assertThat(receive(queue, 1)).extracting(Message::body).containsExactly("hello");
        clock.forward(Duration.ofMinutes(20));
        assertThat(receive(queue, 1)).extracting(Message::body).containsExactly(start.toString());
        assertThat(scheduler.getSchedule(b -> b.name(name)).state()).isEqualTo(ScheduleState.ENABLED);
        clock.forward(Duration.ofMinutes(61));
        assertThat(receive(queue, 1))
                .extracting(Message::body)
                .containsExactly(start.plus(Duration.ofHours(1)).toString());
        Eventually.within(
                SOON,
                () -> scheduler
                        .listSchedules(b -> b.namePrefix(name))
                        .schedules()
                        .isEmpty());
        assertThat(scheduler.getSchedule(b -> b.name(other)).name()).isEqualTo(other);
    }

    @Test
    void aOneTimeScheduleKnowsNoStartAndNoEnd() throws Exception {
        Queue queue = queue();
        schedule(
                at(Duration.ofMinutes(90)),
                queue.arn(),
                b -> b.startDate(clock.instant().plus(Duration.ofDays(1)))
                        .target(t -> t.arn(queue.arn()).roleArn(TestServer.ROLE).input("before its start")));
        schedule(
                at(Duration.ofMinutes(90)),
                queue.arn(),
                b -> b.endDate(clock.instant().minus(Duration.ofDays(1)))
                        .target(t -> t.arn(queue.arn()).roleArn(TestServer.ROLE).input("after its end")));
        clock.forward(Duration.ofMinutes(91));
        assertThat(receive(queue, 2))
                .extracting(Message::body)
                .containsExactlyInAnyOrder("before its start", "after its end");
    }

    @Test
    void aRateGoesOnCountingThroughAnUpdate() throws Exception {
        Queue queue = queue();
        String name = schedule("rate(1 hour)", queue.arn(), b -> {});
        assertThat(receive(queue, 1)).hasSize(1);
        Instant created = scheduler.getSchedule(b -> b.name(name)).creationDate();
        clock.forward(Duration.ofMinutes(30));
        scheduler.updateSchedule(b -> b.name(name)
                .scheduleExpression("rate(1 hour)")
                .flexibleTimeWindow(w -> w.mode(FlexibleTimeWindowMode.OFF))
                .target(t -> t.arn(queue.arn()).roleArn(TestServer.ROLE).input("<aws.scheduler.scheduled-time>")));
        clock.forward(Duration.ofMinutes(31));
        assertThat(receive(queue, 1))
                .extracting(Message::body)
                .containsExactly(created.plus(Duration.ofHours(1))
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString());
    }

    @Test
    void aStartThatHasPassedMayStay() throws Exception {
        Queue queue = queue();
        Instant start = clock.instant().plus(Duration.ofMinutes(1)).truncatedTo(ChronoUnit.SECONDS);
        String name = schedule("rate(1 day)", queue.arn(), b -> b.startDate(start));
        clock.forward(Duration.ofMinutes(30));
        scheduler.updateSchedule(b -> b.name(name)
                .scheduleExpression("rate(1 day)")
                .startDate(start)
                .description("later")
                .flexibleTimeWindow(w -> w.mode(FlexibleTimeWindowMode.OFF))
                .target(t -> t.arn(queue.arn()).roleArn(TestServer.ROLE)));
        assertThat(scheduler.getSchedule(b -> b.name(name)).description()).isEqualTo("later");
        assertThatThrownBy(() -> scheduler.updateSchedule(b -> b.name(name)
                        .scheduleExpression("rate(1 day)")
                        .startDate(start.plusSeconds(1))
                        .flexibleTimeWindow(w -> w.mode(FlexibleTimeWindowMode.OFF))
                        .target(t -> t.arn(queue.arn()).roleArn(TestServer.ROLE))))
                .hasMessageContaining("The StartDate you specify cannot be earlier than 5 minutes ago.");
    }

    @Test
    void aTargetWithoutInputGetsTheScheduledEvent() throws Exception {
        Queue queue = queue();
        String name = schedule(
                at(Duration.ZERO),
                queue.arn(),
                b -> b.target(t -> t.arn(queue.arn()).roleArn(TestServer.ROLE)));
        JsonNode event = Json.MAPPER.readTree(receive(queue, 1).getFirst().body());
        assertThat(event.properties())
                .extracting(Map.Entry::getKey)
                .containsExactlyInAnyOrder(
                        "version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail");
        assertThat(event.path("detail-type").asText()).isEqualTo("Scheduled Event");
        assertThat(event.path("source").asText()).isEqualTo("aws.scheduler");
        assertThat(event.path("resources").path(0).asText()).isEqualTo(found(name));
        assertThat(event.path("detail").asText()).isEqualTo("{}");
    }

    @Test
    void aTimeIsInItsZone() throws Exception {
        Queue queue = queue();
        ZoneId zone = ZoneId.of("Asia/Tokyo");
        ZonedDateTime time =
                clock.instant().plus(Duration.ofHours(5)).atZone(zone).truncatedTo(ChronoUnit.MINUTES);
        schedule(
                "cron(%d %d * * ? *)".formatted(time.getMinute(), time.getHour()),
                queue.arn(),
                b -> b.scheduleExpressionTimezone("Asia/Tokyo")
                        .target(t ->
                                t.arn(queue.arn()).roleArn(TestServer.ROLE).input("<aws.scheduler.scheduled-time>")));
        clock.forward(Duration.ofHours(5));
        assertThat(receive(queue, 1))
                .extracting(Message::body)
                .containsExactly(time.toInstant().toString());
    }

    @Test
    void aFifoQueueGetsItsGroup() throws Exception {
        String name = "q-" + UUID.randomUUID() + ".fifo";
        String url = sqs.createQueue(b -> b.queueName(name)
                        .attributes(Map.of(
                                QueueAttributeName.FIFO_QUEUE,
                                "true",
                                QueueAttributeName.CONTENT_BASED_DEDUPLICATION,
                                "true")))
                .queueUrl();
        String arn = "arn:aws:sqs:us-east-1:000000000000:" + name;
        schedule(
                at(Duration.ZERO),
                arn,
                b -> b.target(t -> t.arn(arn)
                        .roleArn(TestServer.ROLE)
                        .input("in order")
                        .sqsParameters(s -> s.messageGroupId("g1"))));
        Eventually.within(
                SOON,
                () -> sqs
                        .receiveMessage(b -> b.queueUrl(url)
                                .waitTimeSeconds(1)
                                .messageSystemAttributeNames(MessageSystemAttributeName.MESSAGE_GROUP_ID))
                        .messages()
                        .stream()
                        .anyMatch(message -> message.body().equals("in order")
                                && "g1".equals(message.attributes().get(MessageSystemAttributeName.MESSAGE_GROUP_ID))));
    }

    @Test
    void theDeadLetterQueueGetsWhatTheTargetWouldHave() throws Exception {
        Queue dead = queue();
        String absent = "arn:aws:sqs:us-east-1:000000000000:absent";
        String name = schedule(
                at(Duration.ZERO),
                absent,
                b -> b.target(t -> t.arn(absent)
                        .roleArn(TestServer.ROLE)
                        .input(
                                "<aws.scheduler.schedule-arn> <aws.scheduler.attempt-number> <aws.scheduler.execution-id>")
                        .deadLetterConfig(d -> d.arn(dead.arn()))));
        Message message = receive(dead, 1).getFirst();
        assertThat(message.body()).isEqualTo(found(name) + " 1 " + attribute(message, "EXECUTION_ID"));
        assertThat(attribute(message, "IS_PAYLOAD_TRUNCATED")).isEqualTo("false");
        assertThat(Instant.parse(attribute(message, "SCHEDULED_TIME"))).isBefore(clock.instant());
        assertThat(attribute(message, "ERROR_MESSAGE")).isNotEmpty();
    }

    @Test
    void aGroupIsDeletingUntilItsSchedulesAreGone() throws Exception {
        Queue queue = queue();
        Set<ScheduleGroupState> seen = EnumSet.noneOf(ScheduleGroupState.class);
        // As often as it takes to see a state that lasts no longer than its schedules do.
        Eventually.within(Duration.ofMinutes(1), () -> {
            String group = "g-" + UUID.randomUUID();
            scheduler.createScheduleGroup(b -> b.name(group));
            for (int i = 0; i < 20; i++) {
                schedule("rate(1 day)", queue.arn(), b -> b.groupName(group).state(ScheduleState.DISABLED));
            }
            scheduler.deleteScheduleGroup(b -> b.name(group));
            scheduler.listScheduleGroups(b -> b.namePrefix(group)).scheduleGroups().stream()
                    .map(ScheduleGroupSummary::state)
                    .forEach(seen::add);
            return !seen.isEmpty();
        });
        assertThat(seen).containsExactly(ScheduleGroupState.DELETING);
    }
}
