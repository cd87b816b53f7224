package dev.podium.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.Eventually;
import dev.podium.TestServer;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ListMessageMoveTasksResultEntry;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/// Tasks that move messages out of dead-letter queues, over a restart.
@NullMarked
final class MoveTasksTest {
    private static final int MESSAGES = 400;
    private static final Duration SOON = Duration.ofMinutes(1);

    @Test
    void taskGoesOnAfterARestartAndCanBeCancelled() throws Exception {
        try (TestServer server = TestServer.start(Map.of())) {
            String handle;
            String dead;
            String url;
            try (SqsClient sqs = TestServer.sqs(server.endpoint(), Region.US_EAST_1)) {
                dead = sqs.createQueue(b -> b.queueName("dead")).queueUrl();
                url = sqs.createQueue(b -> b.queueName("source")
                                .attributes(Map.of(
                                        QueueAttributeName.REDRIVE_POLICY,
                                        "{\"maxReceiveCount\":1,\"deadLetterTargetArn\":\"" + arn("dead") + "\"}")))
                        .queueUrl();
                // Enough for well over a minute at that rate: the task must not end by itself meanwhile.
                for (int i = 0; i < MESSAGES / 10; i++) {
                    sqs.sendMessageBatch(b -> b.queueUrl(dead)
                            .entries(IntStream.range(0, 10)
                                    .mapToObj(n -> SendMessageBatchRequestEntry.builder()
                                            .id("m" + n)
                                            .messageBody("m")
                                            .build())
                                    .toList()));
                }
                handle = sqs.startMessageMoveTask(b -> b.sourceArn(arn("dead"))
                                .destinationArn(arn("source"))
                                .maxNumberOfMessagesPerSecond(4))
                        .taskHandle();
                Eventually.within(SOON, () -> task(sqs).approximateNumberOfMessagesMoved() > 0);
            }
            server.restart();
            try (SqsClient sqs = TestServer.sqs(server.endpoint(), Region.US_EAST_1)) {
                ListMessageMoveTasksResultEntry running = task(sqs);
                assertThat(running.status()).isEqualTo("RUNNING");
                assertThat(running.taskHandle()).isEqualTo(handle);
                assertThat(running.approximateNumberOfMessagesToMove()).isEqualTo(MESSAGES);
                Eventually.within(
                        SOON,
                        () -> task(sqs).approximateNumberOfMessagesMoved()
                                > running.approximateNumberOfMessagesMoved());
                sqs.cancelMessageMoveTask(b -> b.taskHandle(handle));
                Eventually.within(SOON, () -> task(sqs).status().equals("CANCELLED"));
                assertThat(task(sqs).taskHandle()).isNull();
                assertThat(visible(sqs, url)).isEqualTo(task(sqs).approximateNumberOfMessagesMoved());
                assertThatThrownBy(() -> sqs.cancelMessageMoveTask(b -> b.taskHandle("nonsense")))
                        .isInstanceOf(ResourceNotFoundException.class);
            }
        }
    }

    private static String arn(String queue) {
        return "arn:aws:sqs:us-east-1:000000000000:" + queue;
    }

    private static ListMessageMoveTasksResultEntry task(SqsClient sqs) {
        return sqs.listMessageMoveTasks(b -> b.sourceArn(arn("dead"))).results().getFirst();
    }

    private static long visible(SqsClient sqs, String url) {
        return Long.parseLong(sqs.getQueueAttributes(
                        b -> b.queueUrl(url).attributeNames(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES))
                .attributes()
                .getOrDefault(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES, ""));
    }
}
