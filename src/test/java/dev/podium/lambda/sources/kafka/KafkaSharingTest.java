package dev.podium.lambda.sources.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import dev.podium.ServerProcess;
import dev.podium.TestServer;
import dev.podium.Zips;
import dev.podium.lambda.sources.kafka.TestBroker.Door;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.Runtime;

/// Several servers with one topic, and servers that end without warning.
@NullMarked
final class KafkaSharingTest {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final String NAME = "shared";
    private static final String GROUP = NAME + "-app.handler";

    @RegisterExtension
    static final TestBroker broker = new TestBroker();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path one;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path two;

    /// Makes the function that notes its events in a folder, and its mapping.
    private static void deploy(LambdaClient lambda, String name, Path out, String topic) {
        lambda.createFunction(b -> b.functionName(name)
                .runtime(Runtime.PYTHON3_12)
                .handler("app.handler")
                .role(TestServer.ROLE)
                .timeout(60)
                .code(c -> c.zipFile(SdkBytes.fromByteArray(Zips.python(KafkaMappingTest.NOTE))))
                .environment(e -> e.variables(KafkaMappingTest.variables(out))));
        lambda.waiter().waitUntilFunctionActiveV2(b -> b.functionName(name));
        lambda.createEventSourceMapping(KafkaMappingTest.request(name, topic, broker.address(Door.CLEAR))
                .build());
    }

    private static long committed(String group) throws Exception {
        return broker.committed(group).values().stream()
                .mapToLong(OffsetAndMetadata::offset)
                .sum();
    }

    private static List<String> values(int from, int count) {
        return IntStream.range(from, from + count).mapToObj(i -> "n" + i).toList();
    }

    @Test
    void serversOfOneFunctionShareATopicAndEachRecordIsProcessedOnce() throws Exception {
        String topic = broker.topic(4);
        try (TestServer first = TestServer.start(Map.of())) {
            deploy(first.lambda(), NAME, one, topic);
            try (TestServer second = TestServer.start(Map.of())) {
                deploy(second.lambda(), NAME, two, topic);
                Eventually.within(SOON, () -> broker.shares(GROUP).equals(List.of(2, 2)));
                broker.sendAll(topic, 4, values(0, 400));
                Eventually.within(SOON, () -> committed(GROUP) == 400);
                assertThat(KafkaMappingTest.values(one)).hasSize(200);
                assertThat(all()).containsExactlyInAnyOrderElementsOf(values(0, 400));
            }
            broker.sendAll(topic, 4, values(400, 100));
            Eventually.within(SOON, () -> committed(GROUP) == 500);
            assertThat(all()).containsExactlyInAnyOrderElementsOf(values(0, 500));
            assertThat(KafkaMappingTest.values(one)).hasSize(300);
        }
    }

    @Test
    void rebalancesUnderLoadLoseNothing() throws Exception {
        String topic = broker.topic(4);
        int[] sent = new int[1];
        try (TestServer first = TestServer.start(Map.of())) {
            deploy(first.lambda(), "busy", one, topic);
            try (TestServer second = TestServer.start(Map.of())) {
                Eventually.within(
                        SOON,
                        () -> sendMore(topic, sent)
                                && KafkaMappingTest.values(one).size() > 100);
                deploy(second.lambda(), "busy", two, topic);
                Eventually.within(
                        SOON,
                        () -> sendMore(topic, sent)
                                && broker.shares("busy-app.handler").equals(List.of(2, 2))
                                && KafkaMappingTest.values(two).size() > 100);
                Eventually.within(SOON, () -> committed("busy-app.handler") == sent[0]);
                // Both were busy with batches when partitions went from one to the other.
                assertThat(all()).containsExactlyInAnyOrderElementsOf(values(0, sent[0]));
                second.lambda()
                        .listEventSourceMappings()
                        .eventSourceMappings()
                        .forEach(mapping -> second.lambda().deleteEventSourceMapping(b -> b.uuid(mapping.uuid())));
                Eventually.within(
                        SOON,
                        () -> sendMore(topic, sent)
                                && broker.shares("busy-app.handler").equals(List.of(4)));
                Eventually.within(SOON, () -> committed("busy-app.handler") == sent[0]);
                assertThat(all()).containsExactlyInAnyOrderElementsOf(values(0, sent[0]));
            }
        }
    }

    private static boolean sendMore(String topic, int[] sent) throws Exception {
        broker.sendAll(topic, 4, values(sent[0], 40));
        sent[0] += 40;
        return true;
    }

    private List<String> all() throws Exception {
        List<String> all = new ArrayList<>(KafkaMappingTest.values(one));
        all.addAll(KafkaMappingTest.values(two));
        return all;
    }

    @Test
    void killedServerProcessesItsBatchAgainAndMissesNothing() throws Exception {
        String topic = broker.topic(2);
        try (ServerProcess server = ServerProcess.start(Map.of())) {
            deploy(server.lambda(), "killed", one, topic);
            broker.sendAll(topic, 2, values(0, 10));
            Eventually.within(SOON, () -> committed("killed-app.handler") == 10);
            Files.createFile(one.resolve("hold"));
            broker.sendAll(topic, 2, values(10, 10));
            Eventually.within(SOON, () -> KafkaMappingTest.values(one).size() > 10);
            server.kill();
            broker.sendAll(topic, 2, values(20, 10));
            assertThat(committed("killed-app.handler")).isEqualTo(10);
            Files.delete(one.resolve("hold"));
            server.startAgain();
            Eventually.within(SOON, () -> committed("killed-app.handler") == 30);
            assertThat(KafkaMappingTest.values(one)).containsAll(values(0, 30));
            assertThat(KafkaMappingTest.values(one).stream().filter("n0"::equals))
                    .hasSize(1);
        }
    }

    @Test
    void restartedServerGoesOnWhereItStopped() throws Exception {
        String topic = broker.topic(1);
        try (TestServer server = TestServer.start(Map.of())) {
            deploy(server.lambda(), "restarted", one, topic);
            broker.sendAll(topic, 1, values(0, 10));
            Eventually.within(SOON, () -> committed("restarted-app.handler") == 10);
            server.stop();
            broker.sendAll(topic, 1, values(10, 10));
            server.startAgain();
            Eventually.within(SOON, () -> committed("restarted-app.handler") == 20);
            assertThat(KafkaMappingTest.values(one)).containsExactlyElementsOf(values(0, 20));
        }
    }
}
