package dev.podium.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.podium.ops.Logs.Format;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@NullMarked
final class LogsTest {
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z";

    private final Logger logger = System.getLogger("dev.podium.lambda.invoke.Environments");
    private final long own = Thread.currentThread().threadId();
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
    /// Hears what this test logs, and nobody else: the target is that of the whole process.
    private final OutputStream out = new OutputStream() {
        @Override
        public void write(int one) {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            if (Thread.currentThread().threadId() == own) {
                heard.write(bytes, offset, length);
            }
        }
    };

    @AfterEach
    void restore() {
        Logs.configure(Format.TEXT, Level.INFO);
    }

    private String text() {
        return heard.toString(StandardCharsets.UTF_8);
    }

    @Test
    void theJdkFindsOurLoggers() {
        assertThat(logger).isInstanceOf(LineLogger.class);
        assertThat(logger.getName()).isEqualTo("dev.podium.lambda.invoke.Environments");
    }

    @Test
    void textIsOneLineWithFields() {
        Logs.configure(Format.TEXT, Level.INFO, out);
        logger.log(Level.INFO, "pod created name={0} memory={1} reason={2}", "podium-a", 12345, "two words");
        assertThat(text())
                .matches(TIME + " INFO lambda.invoke pod created name=podium-a memory=12345 reason=\"two words\"\n");
    }

    @Test
    void loggersOfShortNamesArePodiumsOwn() {
        Logs.configure(Format.TEXT, Level.INFO, out);
        System.getLogger("lambda").log(Level.INFO, "pod assigned name={0}", "podium-a");
        System.getLogger("jdk.httpclient").log(Level.INFO, "not of interest");
        assertThat(text()).matches(TIME + " INFO lambda pod assigned name=podium-a\n");
    }

    @Test
    void jsonHasTheFieldsAsMembers() throws IOException {
        Logs.configure(Format.JSON, Level.INFO, out);
        logger.log(Level.WARNING, "pod %s is gone name=%s after=%d", "x", "podium-\"a\"", 5);
        JsonNode line = new ObjectMapper().readTree(text());
        assertThat(text()).endsWith("}\n").hasLineCount(1);
        assertThat(line.path("time").asText()).matches(TIME);
        assertThat(line.path("level").asText()).isEqualTo("WARN");
        assertThat(line.path("component").asText()).isEqualTo("lambda.invoke");
        assertThat(line.path("message").asText()).isEqualTo("pod x is gone");
        assertThat(line.path("name").asText()).isEqualTo("podium-\"a\"");
        assertThat(line.path("after").asText()).isEqualTo("5");
    }

    @Test
    void stackTracesStayOnTheirRecordInJson() throws IOException {
        Logs.configure(Format.JSON, Level.INFO, out);
        logger.log(Level.ERROR, "request failed", new IllegalStateException("why", new IOException("because")));
        assertThat(text()).hasLineCount(1);
        JsonNode line = new ObjectMapper().readTree(text());
        assertThat(line.path("stack").asText())
                .contains("IllegalStateException: why", "Caused by: java.io.IOException");
    }

    @Test
    void stackTracesFollowIndentedInText() {
        Logs.configure(Format.TEXT, Level.INFO, out);
        logger.log(Level.ERROR, "request failed id={0}", "r1", new IllegalStateException("why"));
        List<String> lines = text().lines().toList();
        assertThat(lines.getFirst()).endsWith("request failed id=r1");
        assertThat(lines.get(1)).isEqualTo("    java.lang.IllegalStateException: why");
        assertThat(lines.subList(2, lines.size())).isNotEmpty().allMatch(line -> line.startsWith("        at "));
    }

    @Test
    void callersCannotForgeLines() {
        Logs.configure(Format.TEXT, Level.INFO, out);
        logger.log(Level.INFO, "unknown function name={0}", "x\n2026-01-01T00:00:00.000Z INFO forged \u001b[2J");
        assertThat(text()).hasLineCount(1).contains("x\\n2026").contains("\\u001b");
    }

    @Test
    void messagesWithoutParametersAreTakenAsTheyAre() {
        Logs.configure(Format.TEXT, Level.INFO, out);
        logger.log(Level.INFO, "100%s {0} 50%");
        assertThat(text()).endsWith(" 100%s {0} 50%\n");
    }

    @Test
    void levelsAreKept() {
        Logs.configure(Format.TEXT, Level.WARNING, out);
        logger.log(Level.INFO, "not this");
        logger.log(Level.WARNING, () -> "this");
        assertThat(text()).hasLineCount(1).contains("WARN lambda.invoke this");
        assertThat(logger.isLoggable(Level.DEBUG)).isFalse();
        assertThat(logger.isLoggable(Level.OFF)).isFalse();
    }

    @Test
    void librariesAreHeardFromWarningsOn() {
        Logs.configure(Format.TEXT, Level.DEBUG, out);
        Logger library = System.getLogger("com.sun.net.httpserver");
        library.log(Level.DEBUG, "noise");
        library.log(Level.WARNING, "trouble");
        logger.log(Level.DEBUG, "detail");
        assertThat(text()).doesNotContain("noise").contains("com.sun.net.httpserver trouble", "lambda.invoke detail");
    }

    @Test
    void timesHaveThreeDigitsOfMilliseconds() {
        assertThat(new LogRecord(1_795_242_600_007L, Level.INFO, "c", "", "", Map.of(), null).time())
                .isEqualTo("2026-11-21T06:30:00.007Z");
        assertThat(new LogRecord(0, Level.INFO, "c", "", "", Map.of(), null).time())
                .isEqualTo("1970-01-01T00:00:00.000Z");
    }
}
