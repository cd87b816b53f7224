package dev.podium.lambda.sources;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.podium.codec.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What functions may answer to a batch, and how large its event may be.
@NullMarked
final class ItemFailuresTest {
    private static final List<SourceRecord> BATCH = List.of(record("a", 100), record("b", 100));

    private static SourceRecord record(String id, int bytes) {
        return new SourceRecord(TextNode.valueOf(id), "", Json.object(), true, bytes, 0);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "{}", "{\"batchItemFailures\": null}", "{\"batchItemFailures\": []}"})
    void emptyAnswerMeansSuccess(String answer) {
        assertThat(ItemFailures.of(bytes(answer), BATCH)).contains(Set.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"batchItemFailures\": [{\"itemIdentifier\": \"\"}]}",
                "{\"batchItemFailures\": [{\"itemIdentifier\": null}]}",
                "{\"batchItemFailures\": [{\"id\": \"a\"}]}",
                "{\"batchItemFailures\": [{\"itemIdentifier\": \"c\"}]}",
                "{\"batchItemFailures\": \"a\"}",
                "\"done\"",
                "{"
            })
    void answerThatIsNotUnderstoodMeansFailureOfAll(String answer) {
        assertThat(ItemFailures.of(bytes(answer), BATCH)).isEmpty();
    }

    @Test
    void namedRecordsFailed() {
        assertThat(ItemFailures.of(bytes("{\"batchItemFailures\": [{\"itemIdentifier\": \"b\"}], \"x\": 1}"), BATCH))
                .contains(Set.of(TextNode.valueOf("b")));
    }

    @Test
    void batchIsSplitWhereItsEventWouldBeTooLarge() {
        List<SourceRecord> large =
                IntStream.range(0, 10).mapToObj(i -> record("r" + i, 1 << 20)).toList();
        assertThat(BatchWork.parts(large).stream().map(List::size)).containsExactly(5, 5);
        assertThat(BatchWork.parts(List.of(record("huge", 10 << 20)))).hasSize(1);
        assertThat(BatchWork.parts(List.of())).isEmpty();
    }
}
