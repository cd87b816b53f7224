package dev.podium.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.Eventually;
import dev.podium.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.lambda.model.EventSourcePosition;
import software.amazon.awssdk.services.lambda.model.Filter;
import software.amazon.awssdk.services.lambda.model.FunctionResponseType;

/// Kinesis streams as a server has them that is not of Podium's making: kinesalite is the upstream.
final class KinesisIT extends StreamTests {
    private static final double FIRST = 0;
    private static final double SECOND = 1;
    /// Writes each event to a file, as a line; fails with a record `poison`, or reports it; counts in a window.
    private static final String NOTE = """
            import base64, json, os
            def handler(event, context):
                with open('FOLDER/events', 'a') as file:
                    file.write(json.dumps(event) + chr(10))
                poison = [r['kinesis']['sequenceNumber'] for r in event['Records']
                          if base64.b64decode(r['kinesis']['data']) == b'poison']
                if poison and 'REPORT' not in os.environ:
                    raise ValueError('poison')
                answer = {'batchItemFailures': [{'itemIdentifier': number} for number in poison]}
                if 'state' in event:
                    answer['state'] = {'count': event['state'].get('count', 0) + len(event['Records'])}
                return answer
            """;

    private static Kinesalite kinesis;

    private String name;

    @BeforeAll
    static void startKinesis() throws Exception {
        kinesis = Kinesalite.start();
    }

    @AfterAll
    static void stopKinesis() {
        kinesis.close();
    }

    @BeforeEach
    void start() throws Exception {
        start(kinesis.server());
        name = "clicks-" + UUID.randomUUID();
        stream = kinesis.stream(name, 2);
    }

    @Override
    String source() {
        return NOTE;
    }

    private Kinesalite.Put put(double at, String text) throws Exception {
        return kinesis.put(name, at, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(JsonNode record) {
        return new String(
                Base64.getDecoder().decode(record.at("/kinesis/data").asText()), StandardCharsets.UTF_8);
    }

    private static List<String> texts(Path folder) throws IOException {
        return records(folder).stream().map(KinesisIT::text).toList();
    }

    private List<String> texts() throws IOException {
        return texts(folder);
    }

    private List<String> textsWith(String prefix) throws IOException {
        return texts().stream().filter(text -> text.startsWith(prefix)).toList();
    }

    private static List<String> numbered(String prefix, int count) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(prefix + i);
        }
        return texts;
    }

    private static double arrival(JsonNode record) {
        return record.at("/kinesis/approximateArrivalTimestamp").asDouble();
    }

    @Test
    void recordHasAwssMembersAndItsBytes() throws Exception {
        byte[] bytes = {0, (byte) 0xff, 10, (byte) 0xc3, 0x28};
        double before = System.currentTimeMillis() / 1000.0;
        Kinesalite.Put put = kinesis.put(name, "the key", bytes);
        map(b -> {});
        Eventually.within(SOON, () -> records().size() == 1);
        JsonNode record = records().getFirst();
        assertThat(record.properties().stream().map(Map.Entry::getKey))
                .containsExactlyInAnyOrder(
                        "kinesis",
                        "eventSource",
                        "eventVersion",
                        "eventID",
                        "eventName",
                        "invokeIdentityArn",
                        "awsRegion",
                        "eventSourceARN");
        assertThat(record.path("eventSource").asText()).isEqualTo("aws:kinesis");
        assertThat(record.path("eventVersion").asText()).isEqualTo("1.0");
        assertThat(record.path("eventID").asText()).isEqualTo(put.shard() + ":" + put.sequence());
        assertThat(record.path("eventName").asText()).isEqualTo("aws:kinesis:record");
        assertThat(record.path("invokeIdentityArn").asText()).isEqualTo(TestServer.ROLE);
        assertThat(record.path("awsRegion").asText()).isEqualTo("us-east-1");
        assertThat(record.path("eventSourceARN").asText()).isEqualTo(stream);
        JsonNode data = record.path("kinesis");
        assertThat(data.properties().stream().map(Map.Entry::getKey))
                .containsExactlyInAnyOrder(
                        "kinesisSchemaVersion", "partitionKey", "sequenceNumber", "data", "approximateArrivalTimestamp");
        assertThat(data.path("kinesisSchemaVersion").asText()).isEqualTo("1.0");
        assertThat(data.path("partitionKey").asText()).isEqualTo("the key");
        assertThat(data.path("sequenceNumber").asText()).isEqualTo(put.sequence());
        assertThat(Base64.getDecoder().decode(data.path("data").asText())).isEqualTo(bytes);
        assertThat(data.path("approximateArrivalTimestamp").isNumber()).isTrue();
        assertThat(arrival(record)).isBetween(before - 1, before + SOON.toSeconds());
    }

    @Test
    void bothShardsAreReadEachInItsOrder() throws Exception {
        map(b -> b.batchSize(4));
        for (int i = 0; i < 20; i++) {
            put(FIRST, "first-" + i);
            put(SECOND, "second-" + i);
        }
        Eventually.within(SOON, () -> texts().size() == 40);
        assertThat(textsWith("first-")).isEqualTo(numbered("first-", 20));
        assertThat(textsWith("second-")).isEqualTo(numbered("second-", 20));
        for (JsonNode event : events(folder)) {
            assertThat(event.path("Records")).hasSizeLessThanOrEqualTo(4);
            assertThat(event.path("Records"))
                    .extracting(record -> record.path("eventID").asText().split(":", 2)[0])
                    .containsOnly(event.at("/Records/0/eventID").asText().split(":", 2)[0]);
        }
    }

    @Test
    void mappingBeginsWhereItsStartingPositionSays() throws Exception {
        Path latest = Files.createDirectory(folder.resolve("latest"));
        Path since = Files.createDirectory(folder.resolve("since"));
        put(FIRST, "before");
        map(latest, b -> b.startingPosition(EventSourcePosition.LATEST));
        Instant time = Instant.now().plusSeconds(2);
        Eventually.within(SOON, () -> {
            put(FIRST, "a");
            put(SECOND, "b");
            return Instant.now().isAfter(time.plusSeconds(1)) && texts(latest).containsAll(List.of("a", "b"));
        });
        map(b -> {});
        map(since, b -> b.startingPosition(EventSourcePosition.AT_TIMESTAMP).startingPositionTimestamp(time));
        put(FIRST, "end");
        put(SECOND, "end");
        for (Path each : List.of(folder, latest, since)) {
            Eventually.within(
                    SOON, () -> texts(each).stream().filter("end"::equals).count() == 2);
        }
        assertThat(texts()).contains("before");
        assertThat(texts(latest)).doesNotContain("before");
        assertThat(records(since))
                .isNotEmpty()
                .containsExactlyInAnyOrderElementsOf(records().stream()
                        .filter(record -> arrival(record) >= time.toEpochMilli() / 1000.0)
                        .toList());
    }

    @Test
    void restartGoesOnBehindTheLastRecordOfEachShard() throws Exception {
        map(b -> {});
        put(FIRST, "a");
        put(SECOND, "b");
        Eventually.within(SOON, () -> texts().size() == 2);
        // The next ones come when these are done with, and may come again: the server is stopped before those are.
        put(FIRST, "a again");
        put(SECOND, "b again");
        Eventually.within(SOON, () -> texts().containsAll(List.of("a again", "b again")));
        server.stop();
        put(FIRST, "c");
        server.startAgain();
        put(SECOND, "d");
        Eventually.within(SOON, () -> texts().containsAll(List.of("c", "d")));
        assertThat(texts()).containsOnlyOnce("a", "b", "c", "d");
        assertThat(texts().stream().distinct()).containsExactlyInAnyOrder("a", "b", "a again", "b again", "c", "d");
    }

    @Test
    void mappingFromLatestMissesNothingThatCameWhileTheServerWasAway() throws Exception {
        put(SECOND, "before");
        map(b -> b.startingPosition(EventSourcePosition.LATEST));
        Eventually.within(SOON, () -> {
            put(FIRST, "any");
            return texts().contains("any");
        });
        server.stop();
        put(SECOND, "meanwhile");
        server.startAgain();
        Eventually.within(SOON, () -> texts().contains("meanwhile"));
        assertThat(texts()).doesNotContain("before");
    }

    @Test
    void filtersSeeTheDataAndTheKey() throws Exception {
        map(b -> b.filterCriteria(f -> f.filters(
                Filter.builder().pattern("{\"data\": {\"n\": [{\"numeric\": [\">\", 1]}]}}").build(),
                Filter.builder().pattern("{\"partitionKey\": [\"wanted\"]}").build())));
        put(FIRST, "{\"n\": 1}");
        put(FIRST, "{\"n\": 2}");
        put(FIRST, "no JSON");
        kinesis.put(name, "wanted", "text".getBytes(StandardCharsets.UTF_8));
        put(FIRST, "{\"n\": 3}");
        Eventually.within(SOON, () -> texts().containsAll(List.of("{\"n\": 3}", "text")));
        assertThat(texts()).containsExactlyInAnyOrder("{\"n\": 2}", "text", "{\"n\": 3}");
    }

    @Test
    void poisonIsFoundByBisectionAndTheDestinationHearsOfIt() throws Exception {
        put(FIRST, "a");
        put(FIRST, "b");
        Kinesalite.Put poison = put(FIRST, "poison");
        put(FIRST, "c");
        put(FIRST, "d");
        JsonNode told = discarded(b -> b.bisectBatchOnFunctionError(true).maximumRetryAttempts(1));
        Eventually.within(SOON, () -> texts().containsAll(List.of("a", "b", "c", "d")));
        assertThat(told.at("/requestContext/condition").asText()).isEqualTo("RetryAttemptsExhausted");
        assertThat(told.at("/responseContext/functionError").asText()).isEqualTo("Unhandled");
        JsonNode info = told.path("KinesisBatchInfo");
        assertThat(info.path("shardId").asText()).isEqualTo(poison.shard());
        assertThat(info.path("startSequenceNumber").asText()).isEqualTo(poison.sequence());
        assertThat(info.path("endSequenceNumber").asText()).isEqualTo(poison.sequence());
        assertThat(info.path("batchSize").asInt()).isEqualTo(1);
        assertThat(info.path("streamArn").asText()).isEqualTo(stream);
        Instant arrived = Instant.parse(info.path("approximateArrivalOfFirstRecord").asText());
        assertThat(info.path("approximateArrivalOfLastRecord").asText()).isEqualTo(arrived.toString());
        assertThat(arrival(records().stream().filter(r -> text(r).equals("poison")).findFirst().orElseThrow()))
                .isEqualTo(arrived.toEpochMilli() / 1000.0);
    }

    @Test
    void poisonInOneShardDoesNotHoldTheOtherUp() throws Exception {
        // Before the mapping, so that both are in one batch.
        put(FIRST, "poison");
        put(FIRST, "behind");
        map(b -> {});
        Eventually.within(SOON, () -> texts().size() >= 2);
        put(SECOND, "other");
        Eventually.within(SOON, () -> texts().contains("other"));
        int tried = texts().size();
        List<List<String>> read = new ArrayList<>();
        // The batch comes again and again: it is written down while this reads.
        Eventually.within(SOON, () -> read.add(texts()) && read.getLast().size() > tried);
        List<String> last = read.getLast();
        assertThat(last.stream().filter("behind"::equals))
                .hasSameSizeAs(last.stream().filter("poison"::equals).toList());
    }

    @Test
    void reportedRecordComesAgainAndWhatWasBeforeItDoesNot() throws Exception {
        put(FIRST, "a");
        put(FIRST, "poison");
        put(FIRST, "b");
        JsonNode told = discarded(
                b -> b.maximumRetryAttempts(2).functionResponseTypes(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES),
                "REPORT");
        assertThat(told.at("/KinesisBatchInfo/batchSize").asInt()).isEqualTo(2);
        assertThat(texts()).containsExactly("a", "poison", "b", "poison", "b", "poison", "b");
    }

    @Test
    void keysStayInOrderInParallelLanes() throws Exception {
        List<String> keys = List.of("k0-", "k1-", "k2-", "k3-", "k4-");
        for (int i = 0; i < 10; i++) {
            for (String key : keys) {
                kinesis.put(name, key, (key + i).getBytes(StandardCharsets.UTF_8));
            }
        }
        map(b -> b.parallelizationFactor(3).batchSize(2));
        Eventually.within(SOON, () -> texts().size() == 50);
        for (String key : keys) {
            assertThat(textsWith(key)).isEqualTo(numbered(key, 10));
        }
    }

    /// Everything is there before the mapping is, so that nothing but the order of the shards keeps the order.
    @Test
    void shardsBeginWhenThoseBeforeThemAreThrough() throws Exception {
        String parent = put(FIRST, "parent-0").shard();
        for (int i = 1; i < 20; i++) {
            put(FIRST, "parent-" + i);
        }
        kinesis.split(name, parent);
        String left = put(FIRST, "left-0").shard();
        String right = put(0.4, "right-0").shard();
        assertThat(List.of(left, right)).doesNotHaveDuplicates().doesNotContain(parent);
        for (int i = 1; i < 60; i++) {
            put(0.4, "right-" + i);
        }
        kinesis.merge(name, left, right);
        assertThat(put(FIRST, "merged-0").shard()).isEqualTo(put(0.4, "merged-1").shard());
        map(b -> b.batchSize(2));
        Eventually.within(SOON, () -> texts().size() == 83);
        assertThat(texts()).startsWith(numbered("parent-", 20).toArray(String[]::new));
        assertThat(textsWith("right-")).isEqualTo(numbered("right-", 60));
        assertThat(texts()).endsWith("merged-0", "merged-1");
    }

    @Test
    void shardThatIsSplitUnderAMappingIsFollowed() throws Exception {
        map(b -> b.startingPosition(EventSourcePosition.LATEST));
        String parent = put(FIRST, "any").shard();
        Eventually.within(SOON, () -> {
            put(FIRST, "any");
            return texts().contains("any");
        });
        put(FIRST, "last");
        kinesis.split(name, parent);
        put(FIRST, "left");
        put(0.4, "right");
        Eventually.within(SOON, () -> texts().containsAll(List.of("last", "left", "right")));
        assertThat(texts().indexOf("last"))
                .isLessThan(Math.min(texts().indexOf("left"), texts().indexOf("right")));
    }

    @Test
    void windowEndsWithItsState() throws Exception {
        for (int i = 0; i < 5; i++) {
            put(FIRST, "r" + i);
        }
        map(b -> b.tumblingWindowInSeconds(1).batchSize(2));
        Eventually.within(
                SOON,
                () -> counted() == 5);
        assertThat(texts()).isEqualTo(numbered("r", 5));
    }

    /// How many records the windows that have ended counted.
    private int counted() throws IOException {
        return events(folder).stream()
                .filter(event -> event.path("isFinalInvokeForWindow").asBoolean())
                .mapToInt(event -> event.at("/state/count").asInt())
                .sum();
    }
}
