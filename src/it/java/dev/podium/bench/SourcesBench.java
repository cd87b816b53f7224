package dev.podium.bench;

import dev.podium.Eventually;
import dev.podium.TestServer;
import dev.podium.lambda.sources.kafka.TestBroker;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.EventSourcePosition;
import software.amazon.awssdk.services.lambda.model.EndPointType;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/// Event source mappings on the embedded cluster: a queue or a topic that is full is emptied by one
/// environment. The floor
/// is a client that calls the same function with such events, one after another.
final class SourcesBench {
    private static final String COUNT =
            "def handler(event, context):\n    return len(event.get('Records') or event.get('records') or [])\n";
    private static final Map<String, String> ONE_ENVIRONMENT = Map.of("PODIUM_LAMBDA_MAX_ENVIRONMENTS", "1");
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int WARM_UP = 300;
    private static final int MESSAGES = 6_000;
    private static final int RECORDS = 100_000;
    private static final int PARTITIONS = 4;
    private static final String VALUE = "{\"order\":\"0123456789abcdef\",\"amount\":12.5,\"customer\":\"someone\",\"pad\":\""
            + "x".repeat(40) + "\"}";

    private SourcesBench() {}

    /// Messages of a queue, by tens.
    static List<String[]> sqs(ServerProcess.Files files) throws Exception {
        try (ServerProcess server = ServerProcess.embedded(files, ONE_ENVIRONMENT);
                LambdaClient lambda = TestServer.client(uri(server));
                SqsClient sqs = TestServer.sqs(uri(server), Region.US_EAST_1)) {
            String name = Bench.create(server, COUNT);
            double floor = 10 * calls(server, name, event("Records", 10, "\"body\":" + quoted(VALUE) + ",\"messageId\":\"0\""));
            drain(lambda, sqs, name, MESSAGES / 4);
            return List.<String[]>of(row("SQS messages to a function, batches of 10", drain(lambda, sqs, name, MESSAGES), floor, 500));
        }
    }

    private static double drain(LambdaClient lambda, SqsClient sqs, String function, int messages) throws Exception {
        String url = sqs.createQueue(b -> b.queueName("bench-" + messages)
                        .attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "120")))
                .queueUrl();
        fill(sqs, url, messages);
        String arn = sqs.getQueueAttributes(b -> b.queueUrl(url).attributeNames(QueueAttributeName.QUEUE_ARN))
                .attributes()
                .get(QueueAttributeName.QUEUE_ARN);
        long start = System.nanoTime();
        map(lambda, b -> b.functionName(function).eventSourceArn(arn).batchSize(10));
        Eventually.within(PATIENCE, () -> left(sqs, url) == 0);
        return messages / ((System.nanoTime() - start) / 1e9);
    }

    private static void fill(SqsClient sqs, String url, int messages) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            List<SendMessageBatchRequestEntry> ten = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                ten.add(SendMessageBatchRequestEntry.builder().id("m" + i).messageBody(VALUE).build());
            }
            for (int i = 0; i < messages / 10; i++) {
                all.add(threads.submit(() -> sqs.sendMessageBatch(b -> b.queueUrl(url).entries(ten))));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    private static int left(SqsClient sqs, String url) {
        return sqs
                .getQueueAttributes(b -> b.queueUrl(url)
                        .attributeNames(
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
                .attributes()
                .values()
                .stream()
                .mapToInt(Integer::parseInt)
                .sum();
    }

    /// Records of a topic of four partitions, by hundreds.
    static List<String[]> kafka(ServerProcess.Files files) throws Exception {
        try (TestBroker broker = new TestBroker().start();
                ServerProcess server = ServerProcess.embedded(files, ONE_ENVIRONMENT);
                LambdaClient lambda = TestServer.client(uri(server))) {
            String name = Bench.create(server, COUNT);
            double floor = 100 * calls(server, name, event("records", 100, "\"value\":" + quoted(VALUE)));
            drain(broker, lambda, name, RECORDS / 4);
            return List.<String[]>of(row("Kafka records to a function, batches of 100", drain(broker, lambda, name, RECORDS), floor, 5000));
        }
    }

    private static double drain(TestBroker broker, LambdaClient lambda, String function, int records) throws Exception {
        String topic = broker.topic(PARTITIONS);
        broker.sendAll(topic, PARTITIONS, Collections.nCopies(records, VALUE));
        long start = System.nanoTime();
        map(
                lambda,
                b -> b.functionName(function)
                        .topics(topic)
                        .batchSize(100)
                        .startingPosition(EventSourcePosition.TRIM_HORIZON)
                        .selfManagedKafkaEventSourceConfig(c -> c.consumerGroupId(topic))
                        .selfManagedEventSource(s -> s.endpoints(Map.of(
                                EndPointType.KAFKA_BOOTSTRAP_SERVERS,
                                List.of(broker.address(TestBroker.Door.CLEAR))))));
        Eventually.within(
                PATIENCE,
                () -> broker.committed(topic).values().stream()
                                .mapToLong(offset -> offset.offset())
                                .sum()
                        == records);
        return records / ((System.nanoTime() - start) / 1e9);
    }

    private static void map(LambdaClient lambda, java.util.function.Consumer<CreateEventSourceMappingRequest.Builder> change) {
        lambda.createEventSourceMapping(change);
    }

    private static URI uri(ServerProcess server) {
        return URI.create("http://127.0.0.1:" + server.address().getPort());
    }

    private static String quoted(String text) {
        return '"' + text.replace("\"", "\\\"") + '"';
    }

    private static byte[] event(String list, int size, String members) {
        return ("{\"" + list + "\":[" + String.join(",", Collections.nCopies(size, "{" + members + "}")) + "]}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static double calls(ServerProcess server, String name, byte[] event) throws Exception {
        HttpProbe probe = server.probe();
        String path = "/2015-03-31/functions/" + name + "/invocations";
        for (int i = 0; i < WARM_UP; i++) {
            probe.send("POST", path, event);
        }
        long start = System.nanoTime();
        for (int i = 0; i < WARM_UP; i++) {
            probe.send("POST", path, event);
        }
        return WARM_UP / ((System.nanoTime() - start) / 1e9);
    }

    private static String[] row(String what, double value, double floor, double least) {
        return new String[] {
            what,
            String.format("%.0f/s", value),
            String.format("%.0f/s", floor),
            String.format("%.2f", value / floor),
            String.format(">= %.0f/s", least),
            value >= least ? "yes" : "NO"
        };
    }
}
