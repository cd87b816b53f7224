package dev.podium.lambda.sources;

import dev.podium.Eventually;
import dev.podium.MovableClock;
import dev.podium.ServerProcess;
import dev.podium.TestServer;
import dev.podium.Zips;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.EventSourcePosition;
import software.amazon.awssdk.services.lambda.model.Runtime;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/// Batches under way when the server is killed, and clocks that jump: every record arrives at least once.
@NullMarked
final class KilledMappingTest {
    private static final Duration SOON = Duration.ofSeconds(90);
    /// Notes each body; the first batch of all takes very long, and `P…` fails the first time.
    private static final String SLOW = """
            import base64, os, time
            def handler(event, context):
                first = not os.path.exists('FOLDER/first')
                open('FOLDER/first', 'a').close()
                if first:
                    time.sleep(600)
                for r in event['Records']:
                    seen = 'FOLDER/seen-' + r.get('body', '')
                    if 'seen-P' in seen and not os.path.exists(seen):
                        open(seen, 'a').close()
                        raise ValueError('once')
                with open('FOLDER/ran', 'a') as out:
                    for r in event['Records']:
                        out.write((r['body'] if 'body' in r
                                   else base64.b64decode(r['kinesis']['data']).decode()) + '\\n')
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private Set<String> ran() throws Exception {
        Path file = folder.resolve("ran");
        return Files.exists(file) ? new HashSet<>(Files.readAllLines(file)) : Set.of();
    }

    private void create(LambdaClient lambda, int timeout) {
        lambda.createFunction(b -> b.functionName("slow")
                .runtime(Runtime.PYTHON3_12)
                .handler("app.handler")
                .role(TestServer.ROLE)
                .timeout(timeout)
                .code(c -> c.zipFile(SdkBytes.fromByteArray(Zips.python(SLOW.replace("FOLDER", folder.toString()))))));
        lambda.waiter().waitUntilFunctionActiveV2(b -> b.functionName("slow"));
    }

    @Test
    void messagesOfAKilledBatchComeAgain() throws Exception {
        try (ServerProcess server = ServerProcess.start(Map.of())) {
            create(server.lambda(), 3);
            String queue;
            try (SqsClient sqs = TestServer.sqs(server.endpoint(), Region.US_EAST_1)) {
                queue = sqs.createQueue(b ->
                                b.queueName("killed").attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "3")))
                        .queueUrl();
                for (String body : List.of("a", "b", "c")) {
                    sqs.sendMessage(b -> b.queueUrl(queue).messageBody(body));
                }
            }
            server.lambda()
                    .createEventSourceMapping(
                            b -> b.functionName("slow").eventSourceArn("arn:aws:sqs:us-east-1:000000000000:killed"));
            Eventually.within(SOON, () -> Files.exists(folder.resolve("first")));
            server.kill();
            server.startAgain();
            Eventually.within(SOON, () -> ran().equals(Set.of("a", "b", "c")));
        }
    }

    @Test
    void recordsOfAKilledBatchComeAgain() throws Exception {
        try (TestStreams streams = new TestStreams();
                ServerProcess server = ServerProcess.start(
                        Map.of("PODIUM_UPSTREAM_URL", streams.url().toString()))) {
            create(server.lambda(), 600);
            streams.put("shardId-0", "a");
            streams.put("shardId-0", "b");
            server.lambda()
                    .createEventSourceMapping(b -> b.functionName("slow")
                            .eventSourceArn(TestStreams.KINESIS)
                            .maximumRetryAttempts(0)
                            .startingPosition(EventSourcePosition.TRIM_HORIZON));
            Eventually.within(SOON, () -> Files.exists(folder.resolve("first")));
            server.kill();
            server.startAgain();
            streams.put("shardId-0", "c");
            Eventually.within(SOON, () -> ran().equals(Set.of("a", "b", "c")));
        }
    }

    @Test
    void clockThatJumpsLosesNothing() throws Exception {
        MovableClock clock = new MovableClock();
        Files.createFile(folder.resolve("first"));
        try (TestServer server = TestServer.start(Map.of(), clock);
                SqsClient sqs = TestServer.sqs(server.endpoint(), Region.US_EAST_1)) {
            create(server.lambda(), 3);
            String queue = sqs.createQueue(
                            b -> b.queueName("jumps").attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "3")))
                    .queueUrl();
            server.lambda()
                    .createEventSourceMapping(
                            b -> b.functionName("slow").eventSourceArn("arn:aws:sqs:us-east-1:000000000000:jumps"));
            for (Duration jump : List.of(Duration.ofHours(5), Duration.ofHours(-9), Duration.ofDays(1))) {
                sqs.sendMessage(b -> b.queueUrl(queue).messageBody(jump.toString()));
                Eventually.within(SOON, () -> Files.exists(folder.resolve("seen-" + jump)));
                // It is in flight, to come again in three seconds.
                clock.forward(jump);
                Eventually.within(SOON, () -> ran().contains(jump.toString()));
            }
        }
    }
}
