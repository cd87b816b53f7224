package dev.podium.lambda.invoke;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
final class LogLinesTest {
    private static final String FIRST = "2026-01-02T03:04:05.000000001Z ";
    private static final String SECOND = "2026-01-02T03:04:05.000000002Z ";

    @Test
    void linesUpToTheMarkAreLeftOut() throws IOException {
        assertThat(texts(Instant.parse(FIRST.strip()), FIRST + "old\n" + SECOND + "new\n" + SECOND + "\n"))
                .containsExactly("new", "");
    }

    @Test
    void linesOfOneMessageStayTogether() throws IOException {
        assertThat(texts(Instant.MIN, FIRST + "Error: x\r    at y\n")).containsExactly("Error: x\r    at y");
    }

    @Test
    void hugeLineBeforeTheMarkHidesNothing() throws IOException {
        String log = FIRST + "x".repeat(6_000_000) + "\n" + SECOND + "seen\n";
        assertThat(texts(Instant.parse(FIRST.strip()), log)).containsExactly("seen");
    }

    @Test
    void longLineKeepsItsEnd() throws IOException {
        assertThat(texts(Instant.MIN, FIRST + "0123456789".repeat(3) + "abcde"))
                .containsExactly("567890123456789abcde");
    }

    @Test
    void onlyAsManyLinesAsAskedForAreHeld() throws IOException {
        assertThat(texts(Instant.MIN, (FIRST + "123456789\n").repeat(1000))).hasSize(2);
    }

    @Test
    void lineWithoutTimeBelongsToTheOneBefore() throws IOException {
        assertThat(texts(Instant.MIN, FIRST + "a\nno time here\n")).containsExactly("a", "no time here");
    }

    private static List<String> texts(Instant mark, String log) throws IOException {
        byte[] bytes = log.getBytes(StandardCharsets.UTF_8);
        return LogLines.after(mark, new ByteArrayInputStream(bytes), 20).stream()
                .map(LogLines.Line::text)
                .toList();
    }
}
