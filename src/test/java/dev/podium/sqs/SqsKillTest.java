package dev.podium.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.ServerProcess;
import dev.podium.TestServer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

/// Queues of a server that stops, is reset, or is killed with -9.
@NullMarked
final class SqsKillTest {
    @Test
    void whatWasAcceptedSurvivesAKillAndWhatWasDeletedStaysDeleted() throws Exception {
        try (ServerProcess server = ServerProcess.start(Map.of())) {
            Set<String> accepted = new ConcurrentSkipListSet<>();
            Set<String> deleted = new ConcurrentSkipListSet<>();
            String counted;
            try (SqsClient sqs = TestServer.sqs(server.endpoint(), Region.US_EAST_1)) {
                String url = sqs.createQueue(b -> b.queueName("kept")).queueUrl();
                String once = sqs.createQueue(b -> b.queueName("once")).queueUrl();
                sqs.sendMessage(b -> b.queueUrl(once).messageBody("m"));
                counted = sqs.receiveMessage(b -> b.queueUrl(once).visibilityTimeout(0))
                        .messages()
                        .getFirst()
                        .receiptHandle();
                try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
                    List<Future<?>> clients = new ArrayList<>();
                    for (int i = 0; i < 4; i++) {
                        String name = "c" + i + "-";
                        clients.add(pool.submit(() -> {
                            for (int n = 0; ; n++) {
                                String body = name + n;
                                sqs.sendMessage(b -> b.queueUrl(url).messageBody(body));
                                accepted.add(body);
                            }
                        }));
                    }
                    clients.add(pool.submit(() -> {
                        while (true) {
                            for (Message message : sqs.receiveMessage(
                                            b -> b.queueUrl(url).waitTimeSeconds(5))
                                    .messages()) {
                                sqs.deleteMessage(b -> b.queueUrl(url).receiptHandle(message.receiptHandle()));
                                deleted.add(message.body());
                            }
                        }
                    }));
                    dev.podium.Eventually.within(
                            Duration.ofMinutes(2), () -> accepted.size() > 200 && deleted.size() > 20);
                    server.kill();
                    for (Future<?> client : clients) {
                        assertThatThrownBy(client::get).isNotNull();
                    }
                }
            }
            server.startAgain();
            try (SqsClient sqs = TestServer.sqs(server.endpoint(), Region.US_EAST_1)) {
                String url = sqs.getQueueUrl(b -> b.queueName("kept")).queueUrl();
                String once = sqs.getQueueUrl(b -> b.queueName("once")).queueUrl();
                Set<String> left = new TreeSet<>();
                List<Message> some = receive(sqs, url);
                while (!some.isEmpty()) {
                    some.forEach(message -> left.add(message.body()));
                    some = receive(sqs, url);
                }
                assertThat(left).doesNotContainAnyElementsOf(deleted);
                left.addAll(deleted);
                // One that was being received when the server was killed may be invisible still.
                assertThat(accepted.stream()
                                .filter(body -> !left.contains(body))
                                .count())
                        .isLessThanOrEqualTo(1);
                Message again = receive(sqs, once).getFirst();
                assertThat(again.attributes()).containsEntry(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "2");
                sqs.deleteMessage(b -> b.queueUrl(once).receiptHandle(counted));
                assertThat(receive(sqs, once)).isEmpty();
            }
        }
    }

    private static List<Message> receive(SqsClient sqs, String url) {
        return sqs.receiveMessage(b -> b.queueUrl(url)
                        .maxNumberOfMessages(10)
                        .messageSystemAttributeNames(MessageSystemAttributeName.ALL))
                .messages();
    }

    @Test
    void resetEmptiesQueuesAndStopDoesNotWaitForReceivers() throws Exception {
        try (TestServer server = TestServer.start(Map.of("PODIUM_ALLOW_RESET", "true"));
                SqsClient sqs = TestServer.sqs(server.endpoint(), Region.US_EAST_1);
                var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            String url = sqs.createQueue(b -> b.queueName("q")).queueUrl();
            sqs.sendMessage(b -> b.queueUrl(url).messageBody("m"));
            try (HttpClient http = HttpClient.newHttpClient()) {
                assertThat(http.send(
                                        HttpRequest.newBuilder(server.endpoint().resolve("/_podium/reset"))
                                                .POST(HttpRequest.BodyPublishers.noBody())
                                                .build(),
                                        HttpResponse.BodyHandlers.discarding())
                                .statusCode())
                        .isEqualTo(204);
            }
            assertThatThrownBy(() -> sqs.sendMessage(b -> b.queueUrl(url).messageBody("m")))
                    .isInstanceOf(QueueDoesNotExistException.class);
            sqs.createQueue(b -> b.queueName("q"));
            assertThat(sqs.getQueueAttributes(b -> b.queueUrl(url).attributeNames(QueueAttributeName.ALL))
                            .attributes())
                    .containsEntry(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES, "0");
            Future<List<Message>> waiting = pool.submit(() ->
                    sqs.receiveMessage(b -> b.queueUrl(url).waitTimeSeconds(20)).messages());
            dev.podium.Eventually.within(Duration.ofSeconds(5), () -> waiting.state() == Future.State.RUNNING);
            long start = System.nanoTime();
            server.stop();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
            server.startAgain();
        }
    }
}
