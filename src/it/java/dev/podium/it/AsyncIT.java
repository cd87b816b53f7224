package dev.podium.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import dev.podium.TestServer;
import dev.podium.codec.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.sqs.SqsClient;

/// Asynchronous events of functions in real pods.
final class AsyncIT extends ServerTests {
    private static final int CLIENTS = 4;

    @RegisterExtension
    static final ItCluster CLUSTER = new ItCluster();

    AsyncIT() {
        super(CLUSTER, Map.of());
    }

    @Test
    void serverKilledUnderLoadLosesNoAcceptedEvent() throws Exception {
        lambda.createPython("events", b -> {});
        try (SqsClient sqs = TestServer.sqs(server.endpoint(), Region.US_EAST_1)) {
            String url = sqs.createQueue(b -> b.queueName("done")).queueUrl();
            lambda.client()
                    .putFunctionEventInvokeConfig(b -> b.functionName("events")
                            .destinationConfig(d -> d.onSuccess(
                                    s -> s.destination("arn:aws:sqs:us-east-1:000000000000:done"))));
            lambda.invoke("events", "{}");
            Set<Integer> accepted = ConcurrentHashMap.newKeySet();
            AtomicInteger next = new AtomicInteger();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<?>> clients = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    clients.add(threads.submit(() -> send(next, accepted)));
                }
                Eventually.within(Duration.ofMinutes(3), () -> accepted.size() > 200);
                server.kill();
                for (Future<?> client : clients) {
                    client.get();
                }
            }
            server.startAgain();
            Set<Integer> done = new HashSet<>();
            Eventually.within(Duration.ofMinutes(5), () -> {
                sqs.receiveMessage(b -> b.queueUrl(url).maxNumberOfMessages(10).waitTimeSeconds(1))
                        .messages()
                        .forEach(message -> {
                            done.add(number(message.body()));
                            sqs.deleteMessage(b -> b.queueUrl(url).receiptHandle(message.receiptHandle()));
                        });
                return done.containsAll(accepted);
            });
            assertThat(done).containsAll(accepted);
        }
        lambda.client().deleteFunction(b -> b.functionName("events"));
    }

    /// Sends events until the server is gone, and notes what it accepted.
    private void send(AtomicInteger next, Set<Integer> accepted) {
        while (true) {
            int number = next.incrementAndGet();
            try {
                lambda.client()
                        .invoke(b -> b.functionName("events")
                                .invocationType(InvocationType.EVENT)
                                .payload(SdkBytes.fromUtf8String("{\"n\": " + number + "}")));
            } catch (SdkException e) {
                return;
            }
            accepted.add(number);
        }
    }

    private static int number(String invocationRecord) {
        try {
            return Json.MAPPER.readTree(invocationRecord).at("/requestPayload/n").asInt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
