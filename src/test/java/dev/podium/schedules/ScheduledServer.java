package dev.podium.schedules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.Eventually;
import dev.podium.MovableClock;
import dev.podium.TestServer;
import dev.podium.codec.Json;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.scheduler.model.CreateScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindowMode;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/// A server whose clock the tests put forward, and what tests of schedules do with it.
@NullMarked
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
abstract class ScheduledServer {
    static final Duration SOON = Duration.ofMinutes(1);
    final MovableClock clock = new MovableClock();
    TestServer server;
    SchedulerClient scheduler;
    SqsClient sqs;

    @BeforeAll
    void start() throws Exception {
        server = TestServer.start(Map.of(), clock);
        connect();
    }

    void connect() {
        scheduler = TestServer.aimed(SchedulerClient.builder(), server.endpoint(), Region.US_EAST_1)
                .build();
        sqs = TestServer.sqs(server.endpoint(), Region.US_EAST_1);
    }

    @AfterAll
    void stop() throws Exception {
        scheduler.close();
        sqs.close();
        server.close();
    }

    interface Change {
        void apply(CreateScheduleRequest.Builder builder);
    }

    /// A schedule that sends to a queue.
    String schedule(String expression, String queueArn, Change change) {
        String name = "s-" + UUID.randomUUID();
        scheduler.createSchedule(b -> {
            b.name(name)
                    .scheduleExpression(expression)
                    .flexibleTimeWindow(w -> w.mode(FlexibleTimeWindowMode.OFF))
                    .target(t -> t.arn(queueArn).roleArn(TestServer.ROLE).input("hello"));
            change.apply(b);
        });
        return name;
    }

    record Queue(String url, String arn) {}

    static String attribute(Message message, String name) {
        return Objects.requireNonNull(message.messageAttributes().get(name)).stringValue();
    }

    Queue queue() {
        String name = "q-" + UUID.randomUUID();
        String url = sqs.createQueue(b -> b.queueName(name)).queueUrl();
        return new Queue(url, "arn:aws:sqs:us-east-1:000000000000:" + name);
    }

    List<Message> receive(Queue queue, int count) throws Exception {
        List<Message> all = new ArrayList<>();
        Eventually.within(SOON, () -> {
            for (Message message : sqs.receiveMessage(b -> b.queueUrl(queue.url)
                            .waitTimeSeconds(1)
                            .maxNumberOfMessages(10)
                            .messageAttributeNames("All"))
                    .messages()) {
                all.add(message);
                sqs.deleteMessage(b -> b.queueUrl(queue.url).receiptHandle(message.receiptHandle()));
            }
            return all.size() >= count;
        });
        return all;
    }

    int waiting(Queue queue) {
        return Integer.parseInt(sqs.getQueueAttributes(
                        b -> b.queueUrl(queue.url).attributeNames(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES))
                .attributes()
                .get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES));
    }

    JsonNode history(String arn) throws Exception {
        String page = server.page("/_podium/schedules/" + arn);
        assertThat(page).startsWith("200 ");
        return Json.MAPPER.readTree(page.substring(4));
    }

    String at(Duration from) {
        return "at("
                + clock.instant()
                        .plus(from)
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString()
                        .replace("Z", ")");
    }

    String found(String name) {
        return scheduler.getSchedule(b -> b.name(name)).arn();
    }
}
