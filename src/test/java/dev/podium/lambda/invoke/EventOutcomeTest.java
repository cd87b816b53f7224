package dev.podium.lambda.invoke;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.lambda.invoke.EventOutcome.Condition;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// What destinations and dead-letter queues are told.
@NullMarked
final class EventOutcomeTest {
    private static final Instant NOW = Instant.parse("2019-11-14T18:16:05.5681Z");

    @Test
    void failureHasAwsRecord() throws Exception {
        EventOutcome outcome = new EventOutcome(
                Condition.RETRIES_EXHAUSTED, 200, "7", "Unhandled", bytes("{\"errorMessage\":\"no\"}"));
        assertThat(new String(outcome.invocationRecord(event("live"), NOW), StandardCharsets.UTF_8))
                .isEqualTo("{\"version\":\"1.0\",\"timestamp\":\"2019-11-14T18:16:05.568Z\",\"requestContext\":{"
                        + "\"requestId\":\"id\",\"functionArn\":\"arn:aws:lambda:us-east-2:123456789012:function:f:live\","
                        + "\"condition\":\"RetriesExhausted\",\"approximateInvokeCount\":3},"
                        + "\"requestPayload\":{\"n\": 1.10},\"responseContext\":{\"statusCode\":200,"
                        + "\"executedVersion\":\"7\",\"functionError\":\"Unhandled\"},"
                        + "\"responsePayload\":{\"errorMessage\":\"no\"}}");
    }

    @Test
    void successHasNoErrorAndLatestIsSpeltOut() throws Exception {
        EventOutcome outcome = new EventOutcome(Condition.SUCCESS, 200, "$LATEST", null, bytes("null"));
        assertThat(new String(outcome.invocationRecord(event(null), NOW), StandardCharsets.UTF_8))
                .contains("function:f:$LATEST\"", "\"condition\":\"Success\"", "\"responsePayload\":null")
                .doesNotContain("functionError");
    }

    @Test
    void deadLetterMessageNamesTheErrorInAtMostAKilobyte() throws Exception {
        String large = "é".repeat(600);
        EventOutcome outcome = new EventOutcome(
                Condition.RETRIES_EXHAUSTED, 200, "1", "Unhandled", bytes("{\"errorMessage\":\"" + large + "\"}"));
        var attributes = outcome.deadLetterAttributes(event(null));
        assertThat(attributes).containsEntry("RequestID", "id").containsEntry("ErrorCode", "200");
        assertThat(attributes.get("ErrorMessage")).isEqualTo("é".repeat(512));
        EventOutcome noJson = new EventOutcome(Condition.RETRIES_EXHAUSTED, 200, "1", "Unhandled", bytes("oops {"));
        assertThat(noJson.deadLetterAttributes(event(null))).containsEntry("ErrorMessage", "oops {");
    }

    private static AsyncEvent event(@org.jspecify.annotations.Nullable String qualifier) {
        return new AsyncEvent(
                "123456789012", "us-east-2", "f", qualifier, "id", bytes("{\"n\": 1.10}"), null, "", 0, 3);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
