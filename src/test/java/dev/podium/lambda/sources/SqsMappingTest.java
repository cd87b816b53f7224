package dev.podium.lambda.sources;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.Eventually;
import dev.podium.TestServer;
import dev.podium.codec.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.Filter;
import software.amazon.awssdk.services.lambda.model.FunctionResponseType;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/// Podium's own queues as sources of functions, driven as a user would.
@NullMarked
final class SqsMappingTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    /// Writes each event into a file of its own in the folder; fails, throws or reports as the bodies say.
    private static final String SOURCE = """
            import json, os, uuid
            def handler(event, context):
                name = 'FOLDER/' + str(uuid.uuid4())
                with open(name + '.tmp', 'w') as out:
                    json.dump(event, out)
                os.rename(name + '.tmp', name + '.json')
                bodies = [r['body'] for r in event['Records']]
                if any('poison' in b for b in bodies):
                    raise ValueError('poison')
                return {'batchItemFailures': [{'itemIdentifier': r['messageId']}
                        for r in event['Records'] if 'again' in r['body']]}
            """;

    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of());

    @AutoClose
    private final SqsClient sqs = TestServer.sqs(server.endpoint(), Region.US_EAST_1);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private String function() {
        return server.python(SOURCE.replace("FOLDER", folder.toString()));
    }

    /// A function whose first batch waits for no start: messages become visible again meanwhile.
    private String warm() {
        String function = function();
        server.invoke(function, "{\"Records\": []}");
        return function;
    }

    private String queue(String name, Map<QueueAttributeName, String> attributes) {
        return sqs.createQueue(b -> b.queueName(name).attributes(attributes)).queueUrl();
    }

    private String queue() {
        return queue("q-" + UUID.randomUUID(), Map.of());
    }

    private static String arn(String url) {
        return "arn:aws:sqs:us-east-1:000000000000:" + url.substring(url.lastIndexOf('/') + 1);
    }

    private String map(String queue, String function, UnaryChange change) {
        return server.lambda()
                .createEventSourceMapping(b -> {
                    b.eventSourceArn(arn(queue)).functionName(function);
                    change.apply(b);
                })
                .uuid();
    }

    private interface UnaryChange {
        void apply(CreateEventSourceMappingRequest.Builder request);
    }

    /// All events so far.
    private List<JsonNode> events() throws IOException {
        List<JsonNode> events = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
                events.add(Json.MAPPER.readTree(file.toFile()));
            }
        }
        return events;
    }

    private List<String> bodies() throws IOException {
        List<String> bodies = new ArrayList<>();
        events().forEach(event ->
                event.path("Records").forEach(r -> bodies.add(r.path("body").asText())));
        return bodies.stream().sorted().toList();
    }

    private int left(String queue) {
        Map<QueueAttributeName, String> counts = sqs.getQueueAttributes(
                        b -> b.queueUrl(queue).attributeNames(QueueAttributeName.ALL))
                .attributes();
        return Integer.parseInt(counts.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES))
                + Integer.parseInt(counts.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE));
    }

    private void state(String uuid, String wanted) throws Exception {
        Eventually.within(
                SOON,
                () -> server.lambda()
                        .getEventSourceMapping(b -> b.uuid(uuid))
                        .state()
                        .equals(wanted));
    }

    @Test
    void messageArrivesInAwssOwnShapeAndLeavesTheQueue() throws Exception {
        String queue = queue();
        map(queue, function(), b -> {});
        String id = sqs.sendMessage(b -> b.queueUrl(queue)
                        .messageBody("{\"n\": 0.10}")
                        .messageAttributes(Map.of(
                                "text",
                                MessageAttributeValue.builder()
                                        .dataType("String")
                                        .stringValue("x")
                                        .build(),
                                "bytes",
                                MessageAttributeValue.builder()
                                        .dataType("Binary")
                                        .binaryValue(SdkBytes.fromUtf8String("y"))
                                        .build())))
                .messageId();
        Eventually.within(SOON, () -> events().size() == 1 && left(queue) == 0);
        JsonNode record = events().getFirst().path("Records").path(0);
        assertThat(record.properties().stream().map(Map.Entry::getKey))
                .containsExactlyInAnyOrder(
                        "messageId",
                        "receiptHandle",
                        "body",
                        "attributes",
                        "messageAttributes",
                        "md5OfMessageAttributes",
                        "md5OfBody",
                        "eventSource",
                        "eventSourceARN",
                        "awsRegion");
        assertThat(record.path("messageId").asText()).isEqualTo(id);
        assertThat(record.path("body").asText()).isEqualTo("{\"n\": 0.10}");
        assertThat(record.path("attributes").properties().stream().map(Map.Entry::getKey))
                .containsExactlyInAnyOrder(
                        "ApproximateReceiveCount", "SentTimestamp", "SenderId", "ApproximateFirstReceiveTimestamp");
        assertThat(record.path("messageAttributes")).isEqualTo(Json.MAPPER.readTree("""
                        {"text": {"stringValue": "x", "stringListValues": [], "binaryListValues": [],
                                  "dataType": "String"},
                         "bytes": {"binaryValue": "eQ==", "stringListValues": [], "binaryListValues": [],
                                   "dataType": "Binary"}}"""));
        assertThat(record.path("eventSource").asText()).isEqualTo("aws:sqs");
        assertThat(record.path("eventSourceARN").asText()).isEqualTo(arn(queue));
        assertThat(record.path("awsRegion").asText()).isEqualTo("us-east-1");
    }

    @Test
    void windowGathersOneBatch() throws Exception {
        String queue = queue();
        for (int i = 0; i < 25; i++) {
            String body = "m" + i;
            sqs.sendMessage(b -> b.queueUrl(queue).messageBody(body));
        }
        map(queue, function(), b -> b.batchSize(25).maximumBatchingWindowInSeconds(20));
        Eventually.within(SOON, () -> bodies().size() == 25);
        assertThat(events()).hasSize(1);
    }

    @Test
    void filtersLetThroughWhatMatchesAndDropTheRest() throws Exception {
        String queue = queue();
        for (String body : List.of("{\"kind\": \"a\"}", "{\"kind\": \"b\"}", "kind a", "[1]", "{\"n\": 5}")) {
            sqs.sendMessage(b -> b.queueUrl(queue).messageBody(body));
        }
        map(
                queue,
                function(),
                b -> b.filterCriteria(f -> f.filters(
                        Filter.builder()
                                .pattern("{\"body\": {\"kind\": [\"a\"]}}")
                                .build(),
                        Filter.builder()
                                .pattern("{\"body\": {\"n\": [{\"numeric\": [\">\", 4]}]}}")
                                .build())));
        Eventually.within(SOON, () -> left(queue) == 0 && bodies().size() >= 2);
        assertThat(bodies()).containsExactly("{\"kind\": \"a\"}", "{\"n\": 5}");
    }

    @Test
    void onlyTheReportedMessageComesAgain() throws Exception {
        String queue = queue("q-" + UUID.randomUUID(), Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "120"));
        send(queue, "good", "again");
        map(queue, function(), b -> b.functionResponseTypes(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES));
        Eventually.within(SOON, () -> left(queue) == 1);
        String kept = handle("again");
        // Its time has passed.
        sqs.changeMessageVisibility(b -> b.queueUrl(queue).receiptHandle(kept).visibilityTimeout(0));
        Eventually.within(SOON, () -> bodies().stream().filter("again"::equals).count() >= 2);
        assertThat(bodies().stream().filter("good"::equals)).hasSize(1);
        assertThat(left(queue)).isEqualTo(1);
    }

    private String handle(String body) throws IOException {
        return events().stream()
                .flatMap(event -> event.path("Records").valueStream())
                .filter(record -> record.path("body").asText().equals(body))
                .findFirst()
                .orElseThrow()
                .path("receiptHandle")
                .asText();
    }

    @Test
    void poisonMessageEndsInTheDeadLetterQueue() throws Exception {
        String dead = queue();
        String queue = queue(
                "q-" + UUID.randomUUID(),
                Map.of(
                        QueueAttributeName.VISIBILITY_TIMEOUT,
                        "3",
                        QueueAttributeName.REDRIVE_POLICY,
                        "{\"deadLetterTargetArn\": \"" + arn(dead) + "\", \"maxReceiveCount\": 2}"));
        send(queue, "poison");
        String uuid = map(queue, warm(), b -> b.batchSize(1));
        Eventually.within(SOON, () -> left(dead) == 1);
        Eventually.within(SOON, () -> bodies().equals(List.of("poison", "poison")));
        assertThat(server.lambda().getEventSourceMapping(b -> b.uuid(uuid)).lastProcessingResult())
                .isEqualTo("PROBLEM: Function call failed");
    }

    @Test
    void groupsOfAFifoQueueStayInOrder() throws Exception {
        String queue = queue(
                "q-" + UUID.randomUUID() + ".fifo",
                Map.of(QueueAttributeName.FIFO_QUEUE, "true", QueueAttributeName.CONTENT_BASED_DEDUPLICATION, "true"));
        for (int i = 0; i < 20; i++) {
            String body = (i % 2 == 0 ? "a" : "b") + i;
            sqs.sendMessage(b -> b.queueUrl(queue).messageBody(body).messageGroupId(body.substring(0, 1)));
        }
        String log = folder.resolve("order").toString();
        String function = server.python("""
                def handler(event, context):
                    for r in event['Records']:
                        open('LOG' + r['body'][0], 'a').write(r['body'][1:] + ' ')
                """.replace("LOG", log));
        map(queue, function, b -> b.batchSize(3));
        Eventually.within(SOON, () -> left(queue) == 0);
        assertThat(Files.readString(Path.of(log + "a"))).isEqualTo("0 2 4 6 8 10 12 14 16 18 ");
        assertThat(Files.readString(Path.of(log + "b"))).isEqualTo("1 3 5 7 9 11 13 15 17 19 ");
    }

    @Test
    void disabledMappingLeavesTheQueueAlone() throws Exception {
        String queue = queue();
        String uuid = map(queue, function(), b -> b.enabled(false));
        state(uuid, "Disabled");
        send(queue, "early");
        assertThat(server.lambda()
                        .updateEventSourceMapping(b -> b.uuid(uuid).enabled(true))
                        .state())
                .isEqualTo("Enabling");
        Eventually.within(SOON, () -> bodies().equals(List.of("early")));
        state(uuid, "Enabled");
        assertThat(server.lambda()
                        .updateEventSourceMapping(b -> b.uuid(uuid).enabled(false))
                        .state())
                .isEqualTo("Disabling");
        state(uuid, "Disabled");
        send(queue, "late");
        assertThat(server.lambda().deleteEventSourceMapping(b -> b.uuid(uuid)).state())
                .isEqualTo("Deleting");
        Eventually.within(
                SOON,
                () -> server.lambda()
                        .listEventSourceMappings(b -> b.eventSourceArn(arn(queue)))
                        .eventSourceMappings()
                        .isEmpty());
        assertThat(left(queue)).isEqualTo(1);
        assertThat(bodies()).containsExactly("early");
    }

    @Test
    void mappingWaitsForADeletedFunction() throws Exception {
        String queue = queue();
        String function = function();
        String uuid = map(queue, function, b -> {});
        state(uuid, "Enabled");
        server.lambda().deleteFunction(b -> b.functionName(function));
        send(queue, "waits");
        Eventually.within(SOON, () -> result(uuid).startsWith("PROBLEM: Function not found"));
        assertThat(left(queue)).isEqualTo(1);
        String other = function();
        server.lambda().updateEventSourceMapping(b -> b.uuid(uuid).functionName(other));
        Eventually.within(SOON, () -> bodies().contains("waits"));
    }

    @Test
    void mappingWaitsForADeletedQueue() throws Exception {
        String queue = queue();
        String uuid = map(queue, function(), b -> {});
        state(uuid, "Enabled");
        sqs.deleteQueue(b -> b.queueUrl(queue));
        Eventually.within(SOON, () -> result(uuid).contains("does not exist"));
        queue(queue.substring(queue.lastIndexOf('/') + 1), Map.of());
        send(queue, "back");
        Eventually.within(SOON, () -> bodies().contains("back"));
    }

    private String result(String uuid) {
        return String.valueOf(
                server.lambda().getEventSourceMapping(b -> b.uuid(uuid)).lastProcessingResult());
    }

    @Test
    void throttledFunctionKeepsItsMessages() throws Exception {
        String queue = queue();
        String function = function();
        server.lambda().putFunctionConcurrency(b -> b.functionName(function).reservedConcurrentExecutions(0));
        String uuid = map(queue, function, b -> {});
        send(queue, "kept");
        Eventually.within(SOON, () -> result(uuid).contains("throttled"));
        server.lambda().deleteFunctionConcurrency(b -> b.functionName(function));
        Eventually.within(SOON, () -> bodies().equals(List.of("kept")) && left(queue) == 0);
    }

    @Test
    void manyMessagesComeThroughOneEnvironment() throws Exception {
        String queue = queue();
        String function = function();
        server.lambda().putFunctionConcurrency(b -> b.functionName(function).reservedConcurrentExecutions(1));
        int count = 500;
        for (int i = 0; i < count; i += 10) {
            List<SendMessageBatchRequestEntry> entries = new ArrayList<>();
            for (int j = i; j < i + 10; j++) {
                entries.add(SendMessageBatchRequestEntry.builder()
                        .id("m" + j)
                        .messageBody("m" + j)
                        .build());
            }
            sqs.sendMessageBatch(b -> b.queueUrl(queue).entries(entries));
        }
        map(queue, function, b -> {});
        Eventually.within(SOON, () -> left(queue) == 0);
        assertThat(bodies()).hasSize(count);
    }

    private void send(String queue, String... bodies) {
        for (String body : bodies) {
            sqs.sendMessage(b -> b.queueUrl(queue).messageBody(body));
        }
    }
}
