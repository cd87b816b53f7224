package dev.podium.schedules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import dev.podium.ServerProcess;
import dev.podium.TestServer;
import dev.podium.http.Listener;
import dev.podium.http.ListenerSettings;
import dev.podium.http.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindowMode;
import software.amazon.awssdk.services.sqs.SqsClient;

/// Schedules of a server that is killed with -9 around their times.
@NullMarked
final class SchedulesKillTest {
    private static final int SCHEDULES = 20;
    private static final String QUEUE = "arn:aws:sqs:us-east-1:000000000000:q";

    @Test
    void eachRunComesAtLeastOnce() throws Exception {
        try (ServerProcess server = ServerProcess.start(Map.of())) {
            Instant time = Instant.now().plusSeconds(3).truncatedTo(ChronoUnit.SECONDS);
            try (SchedulerClient scheduler = scheduler(server);
                    SqsClient sqs = TestServer.sqs(server.endpoint(), Region.US_EAST_1)) {
                sqs.createQueue(b -> b.queueName("q"));
                for (int i = 0; i < SCHEDULES; i++) {
                    String name = "s" + i;
                    String expression =
                            "at(" + time.plusMillis(i % 2 * 1000L).toString().replace("Z", ")");
                    scheduler.createSchedule(b -> b.name(name)
                            .scheduleExpression(expression)
                            .flexibleTimeWindow(w -> w.mode(FlexibleTimeWindowMode.OFF))
                            .target(t -> t.arn(QUEUE).roleArn(TestServer.ROLE).input(name)));
                }
                String url = sqs.getQueueUrl(b -> b.queueName("q")).queueUrl();
                Eventually.within(
                        Duration.ofMinutes(1),
                        () -> !sqs.receiveMessage(b -> b.queueUrl(url).visibilityTimeout(0))
                                .messages()
                                .isEmpty());
                server.kill();
            }
            server.startAgain();
            try (SqsClient sqs = TestServer.sqs(server.endpoint(), Region.US_EAST_1)) {
                String url = sqs.getQueueUrl(b -> b.queueName("q")).queueUrl();
                Set<String> came = new HashSet<>();
                Eventually.within(Duration.ofMinutes(1), () -> {
                    sqs.receiveMessage(
                                    b -> b.queueUrl(url).maxNumberOfMessages(10).waitTimeSeconds(1))
                            .messages()
                            .forEach(message -> came.add(message.body()));
                    return came.size() == SCHEDULES;
                });
                // A run whose message came before the kill may have to be made again before it is noted.
                Eventually.within(
                        Duration.ofMinutes(1),
                        () -> server.page(
                                        "/_podium/schedules/arn:aws:scheduler:us-east-1:000000000000:schedule/default/s0")
                                .contains("\"Succeeded\":[{"));
            }
        }
    }

    /// An upstream's topic takes its time for the first message; the server is killed meanwhile.
    @Test
    void aCallThatIsUnderWayIsMadeAgain() throws Exception {
        List<String> published = new CopyOnWriteArrayList<>();
        CountDownLatch over = new CountDownLatch(1);
        try (Listener upstream = Listener.start(ListenerSettings.defaults(), request -> {
                    published.add(new String(request.bytes(10_000), StandardCharsets.UTF_8));
                    if (published.size() == 1) {
                        over.await(300, TimeUnit.SECONDS);
                    }
                    return Response.bytes(200, "text/xml", "<PublishResponse/>".getBytes(StandardCharsets.UTF_8));
                });
                ServerProcess server = ServerProcess.start(Map.of(
                        "PODIUM_UPSTREAM_URL",
                        "http://127.0.0.1:" + upstream.address().getPort()))) {
            try (SchedulerClient scheduler = scheduler(server)) {
                scheduler.createSchedule(b -> b.name("held")
                        .scheduleExpression("rate(1 day)")
                        .flexibleTimeWindow(w -> w.mode(FlexibleTimeWindowMode.OFF))
                        .target(t -> t.arn("arn:aws:sns:us-east-1:000000000000:t")
                                .roleArn(TestServer.ROLE)
                                .input("<aws.scheduler.execution-id>")));
                Eventually.within(Duration.ofMinutes(1), () -> published.size() == 1);
            }
            server.kill();
            server.startAgain();
            Eventually.within(Duration.ofMinutes(1), () -> published.size() == 2);
            assertThat(published.get(1)).isEqualTo(published.getFirst());
            Eventually.within(
                    Duration.ofMinutes(1),
                    () -> server.page(
                                    "/_podium/schedules/arn:aws:scheduler:us-east-1:000000000000:schedule/default/held")
                            .contains("\"Succeeded\":[{"));
            assertThat(published).hasSize(2);
            over.countDown();
        }
    }

    private static SchedulerClient scheduler(ServerProcess server) {
        return TestServer.aimed(SchedulerClient.builder(), server.endpoint(), Region.US_EAST_1)
                .build();
    }
}
