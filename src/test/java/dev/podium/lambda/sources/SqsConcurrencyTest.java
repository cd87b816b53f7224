package dev.podium.lambda.sources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import dev.podium.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.Filter;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/// How many batches of a queue run at a time, what is in them, and in which order.
@NullMarked
final class SqsConcurrencyTest {
    private static final Duration SOON = Duration.ofSeconds(90);
    /// Says that it runs with a body, until the file `go` is there; then how many ran when it began. Fails once
    /// with `fails`, and leaves that message's handle.
    private static final String HELD = """
            import os, time
            def handler(event, context):
                bodies = [r['body'] for r in event['Records']]
                name = 'FOLDER/running-' + context.aws_request_id
                open(name, 'w').close()
                count = len([f for f in os.listdir('FOLDER') if f.startswith('running-')])
                while not os.path.exists('FOLDER/go'):
                    time.sleep(0.01)
                with open('FOLDER/log', 'a') as log:
                    log.write(str(count) + ' ' + ','.join(bodies) + chr(10))
                os.remove(name)
                if 'fails' in bodies[0] and not os.path.exists('FOLDER/failed'):
                    with open('FOLDER/handle', 'w') as handle:
                        handle.write(event['Records'][0]['receiptHandle'])
                    os.rename('FOLDER/handle', 'FOLDER/failed')
                    raise ValueError('once')
            """;

    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of());

    @AutoClose
    private final SqsClient sqs = TestServer.sqs(server.endpoint(), Region.US_EAST_1);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private interface Change {
        void apply(CreateEventSourceMappingRequest.Builder request);
    }

    /// A queue whose messages stay with the function for as long as that may take to start, and to be told to go.
    private String queue(String suffix, Map<QueueAttributeName, String> attributes) {
        Map<QueueAttributeName, String> all = new HashMap<>(attributes);
        all.put(QueueAttributeName.VISIBILITY_TIMEOUT, "120");
        return sqs.createQueue(
                        b -> b.queueName("q-" + UUID.randomUUID() + suffix).attributes(all))
                .queueUrl();
    }

    private String held() {
        return server.python(HELD.replace("FOLDER", folder.toString()), b -> b.timeout(100));
    }

    private void send(String queue, @Nullable String group, String body) {
        sqs.sendMessage(b -> b.queueUrl(queue).messageBody(body).messageGroupId(group));
    }

    private void map(String queue, Change change) {
        map(queue, held(), change);
    }

    private static String map(String queue, String function, Change change) {
        return server.lambda()
                .createEventSourceMapping(b -> {
                    b.functionName(function).eventSourceArn(arn(queue));
                    change.apply(b);
                })
                .uuid();
    }

    private static String arn(String queue) {
        return "arn:aws:sqs:us-east-1:000000000000:" + queue.substring(queue.lastIndexOf('/') + 1);
    }

    private long running() throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("running-"))
                    .count();
        }
    }

    private List<String> log() throws IOException {
        Path log = folder.resolve("log");
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }

    private void go() throws IOException {
        Files.createFile(folder.resolve("go"));
    }

    @Test
    void queueHasSeveralBatchesAtATime() throws Exception {
        String queue = queue("", Map.of());
        IntStream.range(0, 8).forEach(i -> send(queue, null, "m" + i));
        map(queue, b -> b.batchSize(1));
        Eventually.within(SOON, () -> running() >= 5); // and more a second later
        go();
        Eventually.within(SOON, () -> log().size() == 8);
    }

    @Test
    void maximumConcurrencyIsKept() throws Exception {
        String queue = queue("", Map.of());
        IntStream.range(0, 8).forEach(i -> send(queue, null, "m" + i));
        map(queue, b -> b.batchSize(1).scalingConfig(s -> s.maximumConcurrency(2)));
        Eventually.within(SOON, () -> running() == 2);
        go();
        Eventually.within(SOON, () -> log().size() == 8);
        assertThat(log()).allMatch(line -> line.matches("[12] m\\d"));
    }

    /// A message that may be received once only would not outlive a return to the queue.
    @Test
    void batchThatIsThrottledIsTriedAgainWhileItIsInvisible() throws Exception {
        String dead = queue("", Map.of());
        String queue = queue(
                "",
                Map.of(
                        QueueAttributeName.REDRIVE_POLICY,
                        "{\"deadLetterTargetArn\": \"" + arn(dead) + "\", \"maxReceiveCount\": 1}"));
        String function = held();
        server.lambda().putFunctionConcurrency(b -> b.functionName(function).reservedConcurrentExecutions(1));
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> holder = pool.submit(() -> server.invoke(function, "{\"Records\": [{\"body\": \"direct\"}]}"));
            Eventually.within(SOON, () -> running() == 1);
            send(queue, null, "message");
            String uuid = map(queue, function, b -> {});
            Eventually.within(
                    SOON,
                    () -> "PROBLEM: Rate Exceeded."
                            .equals(server.lambda()
                                    .getEventSourceMapping(b -> b.uuid(uuid))
                                    .lastProcessingResult()));
            go();
            holder.get();
        }
        Eventually.within(SOON, () -> log().equals(List.of("1 direct", "1 message")));
    }

    @Test
    void groupsRunBesideEachOtherEachInItsOrderAlsoAfterAFailure() throws Exception {
        String queue = queue(
                ".fifo",
                Map.of(
                        QueueAttributeName.FIFO_QUEUE, "true",
                        QueueAttributeName.CONTENT_BASED_DEDUPLICATION, "true"));
        for (String body : List.of("a0-fails", "a1", "a2", "b0", "b1", "b2")) {
            send(queue, body.substring(0, 1), body);
        }
        map(queue, b -> b.batchSize(1).scalingConfig(s -> s.maximumConcurrency(4)));
        Eventually.within(SOON, () -> running() == 2);
        go();
        Path failed = folder.resolve("failed");
        Eventually.within(SOON, () -> Files.exists(failed));
        String handle = Files.readString(failed);
        // Its time has passed.
        sqs.changeMessageVisibility(b -> b.queueUrl(queue).receiptHandle(handle).visibilityTimeout(0));
        Eventually.within(SOON, () -> log().size() == 7);
        assertThat(of("a")).containsExactly("a0-fails", "a0-fails", "a1", "a2");
        assertThat(of("b")).containsExactly("b0", "b1", "b2");
        assertThat(log()).allMatch(line -> line.matches("[12] .*"));
    }

    private List<String> of(String group) throws IOException {
        return log().stream()
                .map(line -> line.substring(2))
                .filter(body -> body.startsWith(group))
                .toList();
    }

    @Test
    void batchIsFullOfWhatFiltersLetPass() throws Exception {
        String queue = queue("", Map.of());
        go();
        IntStream.range(0, 30).forEach(i -> send(queue, null, "{\"n\": " + i + ", \"even\": " + (i % 2 == 0) + "}"));
        map(
                queue,
                b -> b.batchSize(15)
                        .maximumBatchingWindowInSeconds(20)
                        .filterCriteria(f -> f.filters(Filter.builder()
                                .pattern("{\"body\": {\"even\": [true]}}")
                                .build())));
        Eventually.within(SOON, () -> log().size() == 1);
        assertThat(log().getFirst().split("\"even\": true", -1)).hasSize(16);
        assertThat(log().getFirst()).doesNotContain("false");
        Eventually.within(
                SOON,
                () -> "0"
                        .equals(sqs.getQueueAttributes(b -> b.queueUrl(queue).attributeNames(QueueAttributeName.ALL))
                                .attributes()
                                .get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE)));
    }
}
