package dev.podium.lambda.sources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.codec.Json;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a mapping's settings mean together.
@NullMarked
final class EventSourceMappingTest {
    private static final String QUEUE = "arn:aws:sqs:us-east-1:000000000000:discarded";

    @ParameterizedTest
    @CsvSource({
        "KAFKA, -1, true, 10",
        "KAFKA, -1, false, -1",
        "KAFKA, 3, true, 3",
        "KAFKA, 0, true, 0",
        "KINESIS, -1, true, -1",
        "DYNAMODB, 25, true, 25"
    })
    void endlessRetriesOfKafkaEndWhenThereIsADestination(SourceType type, int asked, boolean destination, int done)
            throws Exception {
        var settings = Json.MAPPER.readTree("{\"MaximumRetryAttempts\": " + asked + ", \"DestinationConfig\":"
                + " {\"OnFailure\": {" + (destination ? "\"Destination\": \"" + QUEUE + "\"" : "") + "}}}");
        EventSourceMapping mapping = new EventSourceMapping(
                "uuid", "000000000000", "us-east-1", "f", type, settings, true, "Enabled", 0, Map.of());
        assertThat(mapping.retries()).isEqualTo(done);
    }
}
