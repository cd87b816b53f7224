package dev.podium.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.Eventually;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.lambda.model.Filter;
import software.amazon.awssdk.services.lambda.model.FunctionResponseType;

/// Streams of tables as a real DynamoDB has them: AWS's DynamoDB Local is the upstream.
final class DynamoStreamsIT extends StreamTests {
    /// Writes each event to a file, as a line; fails with an item `poison`, or reports it.
    private static final String NOTE = """
            import json, os
            def handler(event, context):
                with open('FOLDER/events', 'a') as file:
                    file.write(json.dumps(event) + chr(10))
                poison = [r for r in event['Records'] if r['dynamodb']['Keys']['id']['S'] == 'poison']
                if poison and 'REPORT' not in os.environ:
                    raise ValueError('poison')
                return {'batchItemFailures': [{'itemIdentifier': r['dynamodb']['SequenceNumber']} for r in poison]}
            """;

    private static DynamoLocal dynamo;

    private String table;

    @BeforeAll
    static void startDynamo() throws Exception {
        dynamo = DynamoLocal.start();
    }

    @AfterAll
    static void stopDynamo() throws Exception {
        dynamo.close();
    }

    @BeforeEach
    void start() throws Exception {
        start(dynamo.server());
        table = "orders-" + UUID.randomUUID();
        // Its own ARNs have the region `ddblocal`, which AWS's model of the Lambda API refuses.
        stream = dynamo.table(table).replace(":ddblocal:", ":us-east-1:");
    }

    @Override
    String source() {
        return NOTE;
    }

    private List<String> changes() throws IOException {
        return records().stream()
                .map(one -> one.path("eventName").asText() + " " + one.at("/dynamodb/Keys/id/S").asText())
                .toList();
    }

    @Test
    void functionGetsOldAndNewImagesInOrder() throws Exception {
        map(b -> {});
        dynamo.put(table, "a", 1);
        dynamo.put(table, "a", 2);
        dynamo.delete(table, "a");
        Eventually.within(SOON, () -> changes().equals(List.of("INSERT a", "MODIFY a", "REMOVE a")));
        JsonNode modified = records().get(1);
        assertThat(modified.path("eventSource").asText()).isEqualTo("aws:dynamodb");
        assertThat(modified.path("eventSourceARN").asText()).isEqualTo(stream);
        assertThat(modified.path("awsRegion").asText()).isEqualTo("us-east-1");
        JsonNode change = modified.path("dynamodb");
        assertThat(change.path("StreamViewType").asText()).isEqualTo("NEW_AND_OLD_IMAGES");
        assertThat(change.at("/OldImage/n/N").asText()).isEqualTo("1");
        assertThat(change.at("/NewImage/n/N").asText()).isEqualTo("2");
        assertThat(change.path("ApproximateCreationDateTime").isNumber()).isTrue();
        assertThat(records().get(2).path("dynamodb").has("NewImage")).isFalse();
    }

    @Test
    void restartGoesOnBehindTheLastRecord() throws Exception {
        map(b -> {});
        dynamo.put(table, "a", 1);
        Eventually.within(SOON, () -> changes().equals(List.of("INSERT a")));
        // The next one comes when this one is done with, and may come again: the server is stopped before that one is.
        dynamo.put(table, "b", 1);
        Eventually.within(SOON, () -> changes().equals(List.of("INSERT a", "INSERT b")));
        server.stop();
        dynamo.put(table, "c", 1);
        server.startAgain();
        dynamo.put(table, "d", 1);
        Eventually.within(SOON, () -> changes().containsAll(List.of("INSERT c", "INSERT d")));
        assertThat(changes()).containsOnlyOnce("INSERT a");
        assertThat(changes().stream().distinct()).containsExactly("INSERT a", "INSERT b", "INSERT c", "INSERT d");
    }

    @Test
    void filtersSeeTheImages() throws Exception {
        map(b -> b.filterCriteria(f -> f.filters(Filter.builder()
                .pattern("{\"eventName\": [\"INSERT\"], \"dynamodb\": {\"NewImage\": {\"n\": {\"N\": [\"2\"]}}}}")
                .build())));
        for (String id : List.of("a", "b", "c")) {
            dynamo.put(table, id, id.equals("b") ? 2 : 1);
        }
        dynamo.put(table, "a", 2);
        dynamo.put(table, "d", 2);
        Eventually.within(SOON, () -> changes().equals(List.of("INSERT b", "INSERT d")));
    }

    @Test
    void poisonIsFoundByBisectionAndTheDestinationHearsOfIt() throws Exception {
        for (String id : List.of("a", "b", "poison", "c", "d")) {
            dynamo.put(table, id, 1);
        }
        JsonNode told = discarded(b -> b.bisectBatchOnFunctionError(true).maximumRetryAttempts(1));
        Eventually.within(SOON, () -> changes().containsAll(List.of("INSERT a", "INSERT b", "INSERT c", "INSERT d")));
        assertThat(told.at("/requestContext/condition").asText()).isEqualTo("RetryAttemptsExhausted");
        JsonNode info = told.path("DDBStreamBatchInfo");
        String sequence = records().stream()
                .filter(one -> one.at("/dynamodb/Keys/id/S").asText().equals("poison"))
                .findFirst()
                .orElseThrow()
                .at("/dynamodb/SequenceNumber")
                .asText();
        assertThat(info.path("startSequenceNumber").asText()).isEqualTo(sequence);
        assertThat(info.path("endSequenceNumber").asText()).isEqualTo(sequence);
        assertThat(info.path("batchSize").asInt()).isEqualTo(1);
        assertThat(info.path("streamArn").asText()).isEqualTo(stream);
    }

    @Test
    void reportedRecordComesAgainAndWhatWasBeforeItDoesNot() throws Exception {
        for (String id : List.of("a", "poison")) {
            dynamo.put(table, id, 1);
        }
        JsonNode told = discarded(
                b -> b.maximumRetryAttempts(2).functionResponseTypes(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES),
                "REPORT");
        assertThat(told.at("/DDBStreamBatchInfo/batchSize").asInt()).isEqualTo(1);
        assertThat(changes()).containsOnlyOnce("INSERT a");
        assertThat(changes().stream().filter("INSERT poison"::equals)).hasSize(3);
    }
}
