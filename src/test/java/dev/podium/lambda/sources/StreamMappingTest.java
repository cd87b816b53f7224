package dev.podium.lambda.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.Eventually;
import dev.podium.TestServer;
import dev.podium.codec.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.EventSourcePosition;
import software.amazon.awssdk.services.lambda.model.Filter;
import software.amazon.awssdk.services.lambda.model.FunctionResponseType;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;

/// Kinesis and DynamoDB streams of the upstream as sources of functions.
@NullMarked
final class StreamMappingTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    /// Writes down each event; throws or reports as the data say. Waits for a file `go` when it is told to hold.
    private static final String SOURCE = """
            import base64, json, os, time
            def handler(event, context):
                if 'hold' in event:
                    open('FOLDER/held', 'w').close()
                    while not os.path.exists('FOLDER/go'):
                        time.sleep(0.01)
                    return
                with open('FOLDER/events', 'a') as out:
                    out.write(json.dumps(event) + '\\n')
                texts = [(r['kinesis']['sequenceNumber'], base64.b64decode(r['kinesis']['data']).decode())
                         for r in event['Records'] if 'kinesis' in r]
                if any(t == 'poison' for n, t in texts):
                    raise ValueError('poison')
                answer = {'batchItemFailures': [{'itemIdentifier': n} for n, t in texts if t == 'again']}
                if 'state' in event:
                    answer['state'] = {'count': event['state'].get('count', 0) + len(texts)}
                return answer
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private TestStreams streams;

    @SuppressWarnings("NullAway.Init")
    private TestServer server;

    @SuppressWarnings("NullAway.Init")
    private String function;

    @BeforeEach
    void start() throws Exception {
        streams = new TestStreams();
        server = TestServer.start(Map.of("PODIUM_UPSTREAM_URL", streams.url().toString()));
        function = server.python(SOURCE.replace("FOLDER", folder.toString()), b -> b.timeout(60));
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        streams.close();
    }

    private interface Change {
        void apply(CreateEventSourceMappingRequest.Builder request);
    }

    private String map(Change change) {
        return server.lambda()
                .createEventSourceMapping(b -> {
                    b.eventSourceArn(TestStreams.KINESIS)
                            .functionName(function)
                            .startingPosition(EventSourcePosition.TRIM_HORIZON);
                    change.apply(b);
                })
                .uuid();
    }

    private List<JsonNode> events() throws IOException {
        List<JsonNode> events = new ArrayList<>();
        Path file = folder.resolve("events");
        if (Files.exists(file)) {
            String written = Files.readString(file);
            // The last line may be on its way.
            for (String line :
                    written.substring(0, written.lastIndexOf('\n') + 1).lines().toList()) {
                events.add(Json.MAPPER.readTree(line));
            }
        }
        return events;
    }

    private List<List<String>> batches() throws IOException {
        List<List<String>> batches = new ArrayList<>();
        for (JsonNode event : events()) {
            List<String> batch = new ArrayList<>();
            event.path("Records").forEach(record -> batch.add(text(record)));
            batches.add(batch);
        }
        return batches;
    }

    private static String text(JsonNode record) {
        return new String(
                Base64.getDecoder().decode(record.path("kinesis").path("data").asText()), StandardCharsets.UTF_8);
    }

    private List<String> texts() throws IOException {
        return batches().stream().flatMap(List::stream).toList();
    }

    @Test
    void recordsComeInOrderInAwssOwnShape() throws Exception {
        String number = streams.put("shardId-0", "one");
        streams.put("shardId-0", "two");
        String uuid = map(b -> b.batchSize(1));
        Eventually.within(SOON, () -> texts().equals(List.of("one", "two")));
        JsonNode record = events().getFirst().path("Records").path(0);
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
        assertThat(record.path("eventID").asText()).isEqualTo("shardId-0:" + number);
        assertThat(record.path("invokeIdentityArn").asText()).isEqualTo(TestServer.ROLE);
        Eventually.within(SOON, () -> result(uuid).equals("OK"));
    }

    @Test
    void splitShardsFollowTheirParentAndARestartGoesOnBehindTheLastRecord() throws Exception {
        streams.put("shardId-0", "a");
        String uuid = map(b -> {});
        Eventually.within(SOON, () -> texts().equals(List.of("a")));
        begunAnew(uuid);
        server.stop();
        streams.put("shardId-0", "b");
        streams.shard("shardId-1", "shardId-0");
        streams.put("shardId-1", "c");
        server.startAgain();
        Eventually.within(SOON, () -> texts().equals(List.of("a", "b", "c")));
        Eventually.within(SOON, () -> result(uuid).equals("OK"));
        int asked = streams.iterators().size();
        streams.expire();
        Eventually.within(SOON, () -> streams.iterators().size() > asked);
        assertThat(result(uuid)).isEqualTo("OK");
        streams.put("shardId-1", "d");
        Eventually.within(SOON, () -> texts().equals(List.of("a", "b", "c", "d")));
    }

    @Test
    void poisonRecordIsFoundByBisectionAndGoesToTheDestination() throws Exception {
        for (String data : List.of("a", "b", "poison", "c")) {
            streams.put("shardId-0", data);
        }
        map(b -> b.bisectBatchOnFunctionError(true)
                .maximumRetryAttempts(1)
                .destinationConfig(d -> d.onFailure(f -> f.destination("arn:aws:sqs:us-east-1:000000000000:dead"))));
        Eventually.within(SOON, () -> batches().size() == 6);
        assertThat(batches())
                .containsExactly(
                        List.of("a", "b", "poison", "c"),
                        List.of("a", "b"),
                        List.of("poison", "c"),
                        List.of("poison"),
                        List.of("poison"),
                        List.of("c"));
        JsonNode record = streams.messages().getFirst();
        assertThat(record.path("requestContext").path("condition").asText()).isEqualTo("RetryAttemptsExhausted");
        assertThat(record.path("requestContext").path("approximateInvokeCount").asInt())
                .isEqualTo(2);
        assertThat(record.path("responseContext").path("functionError").asText())
                .isEqualTo("Unhandled");
        assertThat(record.path("KinesisBatchInfo").properties().stream().map(Map.Entry::getKey))
                .containsExactlyInAnyOrder(
                        "shardId",
                        "startSequenceNumber",
                        "endSequenceNumber",
                        "approximateArrivalOfFirstRecord",
                        "approximateArrivalOfLastRecord",
                        "batchSize",
                        "streamArn");
    }

    @Test
    void reportedRecordAndAllBehindItComeAgain() throws Exception {
        for (String data : List.of("a", "again", "b")) {
            streams.put("shardId-0", data);
        }
        map(b -> b.functionResponseTypes(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES)
                .maximumRetryAttempts(2));
        Eventually.within(
                SOON,
                () -> batches()
                        .equals(List.of(List.of("a", "again", "b"), List.of("again", "b"), List.of("again", "b"))));
        streams.put("shardId-0", "next");
        Eventually.within(SOON, () -> batches().getLast().equals(List.of("next")));
        assertThat(batches()).hasSize(4);
    }

    @Test
    void oldRecordsAreDiscarded() throws Exception {
        long old = System.currentTimeMillis() - 3_600_000;
        streams.put("shardId-0", "key", "old", old);
        streams.put("shardId-0", "new");
        map(b -> b.maximumRecordAgeInSeconds(600)
                .destinationConfig(d -> d.onFailure(f -> f.destination("arn:aws:sqs:us-east-1:000000000000:dead"))));
        Eventually.within(SOON, () -> texts().equals(List.of("new")));
        Eventually.within(SOON, () -> streams.messages().size() == 1);
        assertThat(streams.messages()
                        .getFirst()
                        .path("requestContext")
                        .path("condition")
                        .asText())
                .isEqualTo("RecordAgeExceeded");
    }

    @Test
    void latestAndTimestampsBeginWhereTheySay() throws Exception {
        streams.put("shardId-0", "key", "early", 1_000_000);
        streams.put("shardId-0", "key", "late", 2_000_000);
        map(b -> b.startingPosition(EventSourcePosition.AT_TIMESTAMP)
                .startingPositionTimestamp(Instant.ofEpochSecond(1_500)));
        Eventually.within(SOON, () -> texts().equals(List.of("late")));
        String other = server.python(SOURCE.replace("FOLDER", folder.toString()));
        map(b -> b.functionName(other).startingPosition(EventSourcePosition.LATEST));
        Eventually.within(SOON, () -> streams.iterators().contains("LATEST"));
        streams.put("shardId-0", "now");
        Eventually.within(SOON, () -> texts().stream().filter("now"::equals).count() == 2);
        assertThat(texts()).doesNotContain("early");
    }

    @Test
    void windowCarriesStateOnAndEndsWithIt() throws Exception {
        long start = 1_700_000_000_000L;
        streams.put("shardId-0", "key", "a", start + 1_000);
        streams.put("shardId-0", "key", "b", start + 2_000);
        streams.put("shardId-0", "key", "c", start + 61_000);
        map(b -> b.tumblingWindowInSeconds(60).batchSize(1));
        Eventually.within(SOON, () -> events().size() == 5);
        List<JsonNode> events = events();
        assertThat(events.get(1).path("state").path("count").asInt()).isEqualTo(1);
        JsonNode last = events.get(2);
        assertThat(last.path("isFinalInvokeForWindow").asBoolean()).isTrue();
        assertThat(last.path("Records")).isEmpty();
        assertThat(last.path("state").path("count").asInt()).isEqualTo(2);
        assertThat(last.path("window").path("end").asText())
                .isEqualTo(Instant.ofEpochMilli(start - Math.floorMod(start, 60_000L) + 60_000)
                        .toString());
        assertThat(events.get(3).path("state")).isEmpty();
    }

    @Test
    void keysStayInOrderInParallelLanes() throws Exception {
        for (int i = 0; i < 30; i++) {
            streams.put("shardId-0", "key" + i % 5, i % 5 + "-" + i, System.currentTimeMillis());
        }
        map(b -> b.parallelizationFactor(3).batchSize(2));
        Eventually.within(SOON, () -> texts().size() == 30);
        for (int key = 0; key < 5; key++) {
            String prefix = key + "-";
            List<Integer> numbers = texts().stream()
                    .filter(text -> text.startsWith(prefix))
                    .map(text -> Integer.valueOf(text.substring(2)))
                    .toList();
            assertThat(numbers).hasSize(6).isSorted();
        }
    }

    @Test
    void dynamodbStreamIsFilteredByItsImages() throws Exception {
        streams.put("shardId-0", "x", "", System.currentTimeMillis());
        streams.put("shardId-0", "y", "", System.currentTimeMillis());
        map(b -> b.eventSourceArn(TestStreams.DYNAMODB)
                .filterCriteria(f -> f.filters(Filter.builder()
                        .pattern("{\"dynamodb\": {\"NewImage\": {\"id\": {\"S\": [\"y\"]}}}}")
                        .build())));
        Eventually.within(SOON, () -> events().size() == 1);
        JsonNode record = events().getFirst().path("Records").path(0);
        assertThat(record.path("dynamodb").path("Keys").path("id").path("S").asText())
                .isEqualTo("y");
        assertThat(record.path("eventSourceARN").asText()).isEqualTo(TestStreams.DYNAMODB);
        assertThat(record.path("eventSource").asText()).isEqualTo("aws:dynamodb");
    }

    @Test
    void goesOnWithTheOldestRecordWhenTheNextOnesAreTrimmed() throws Exception {
        streams.put("shardId-0", "x", "", System.currentTimeMillis());
        String uuid = map(b -> b.eventSourceArn(TestStreams.DYNAMODB));
        Eventually.within(SOON, () -> keys().equals(List.of("x")));
        begunAnew(uuid);
        server.stop();
        streams.put("shardId-0", "lost", "", System.currentTimeMillis());
        streams.put("shardId-0", "y", "", System.currentTimeMillis());
        streams.trim("shardId-0", 2);
        server.startAgain();
        Eventually.within(SOON, () -> keys().equals(List.of("x", "y")));
        Eventually.within(SOON, () -> result(uuid).equals("OK"));
    }

    private List<String> keys() throws IOException {
        return events().stream()
                .flatMap(event -> event.path("Records").valueStream())
                .map(record -> record.at("/dynamodb/Keys/id/S").asText())
                .toList();
    }

    /// Has a mapping begin anew, which it does when all that the function has seen is on disk as done.
    private void begunAnew(String uuid) throws InterruptedException {
        server.lambda().updateEventSourceMapping(b -> b.uuid(uuid).batchSize(50));
        Eventually.within(
                SOON,
                () -> server.lambda()
                        .getEventSourceMapping(b -> b.uuid(uuid))
                        .state()
                        .equals("Enabled"));
    }

    private String result(String uuid) {
        return String.valueOf(
                server.lambda().getEventSourceMapping(b -> b.uuid(uuid)).lastProcessingResult());
    }

    @Test
    void batchThatIsThrottledWaitsAndIsNotDiscarded() throws Exception {
        server.lambda().putFunctionConcurrency(b -> b.functionName(function).reservedConcurrentExecutions(1));
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> holder = pool.submit(() -> server.invoke(function, "{\"hold\": true}"));
            Eventually.within(SOON, () -> Files.exists(folder.resolve("held")));
            streams.put("shardId-0", "one");
            String uuid = map(b -> b.maximumRetryAttempts(0));
            Eventually.within(SOON, () -> result(uuid).equals("PROBLEM: Rate Exceeded."));
            Files.createFile(folder.resolve("go"));
            holder.get();
            Eventually.within(
                    SOON, () -> texts().equals(List.of("one")) && result(uuid).equals("OK"));
        }
    }

    @Test
    void streamThatIsAwayIsReadWhenItIsBack() throws Exception {
        streams.put("shardId-0", "one");
        streams.away(true);
        String uuid = map(b -> {});
        Eventually.within(SOON, () -> result(uuid).startsWith("PROBLEM: The stream " + TestStreams.KINESIS));
        streams.away(false);
        Eventually.within(SOON, () -> texts().equals(List.of("one")));
    }

    @Test
    void whatAStreamNeedsIsAskedFor() {
        assertThatThrownBy(() -> server.lambda()
                        .createEventSourceMapping(
                                b -> b.eventSourceArn(TestStreams.KINESIS).functionName(function)))
                .isInstanceOf(InvalidParameterValueException.class)
                .hasMessageContaining("Value null at 'startingPosition'");
        assertThatThrownBy(() -> map(b -> b.eventSourceArn(TestStreams.DYNAMODB)
                        .startingPosition(EventSourcePosition.AT_TIMESTAMP)
                        .startingPositionTimestamp(Instant.EPOCH)))
                .hasMessageContaining("Unsupported starting position for arn type");
    }
}
