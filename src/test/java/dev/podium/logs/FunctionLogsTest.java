package dev.podium.logs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.Eventually;
import dev.podium.TestServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LogType;

/// What functions' logs look like in CloudWatch Logs.
@NullMarked
final class FunctionLogsTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of());

    @AutoClose
    private static LogsClient logs;

    @BeforeAll
    static void start() throws Exception {
        logs = new LogsClient(server.endpoint());
    }

    private static List<String> messages(String group) {
        try {
            LogsClient.Answer found = logs.send("FilterLogEvents", "{\"logGroupName\":\"" + group + "\"}");
            // The embedded cluster says what differs from the image, such as the version of the interpreter.
            return LogsClient.texts(found.body().path("events")).stream()
                    .filter(message -> !message.startsWith("[podium] "))
                    .toList();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> awaited(String group, String ending) throws Exception {
        Eventually.within(SOON, () -> messages(group).stream().anyMatch(m -> m.startsWith(ending)));
        return messages(group);
    }

    @Test
    void linesStandBetweenStartAndEndOfTheirInvocation() throws Exception {
        String name = server.python("""
                import os
                print('loading')
                def handler(event, context):
                    print('saw', event)
                    return [os.environ['AWS_LAMBDA_LOG_GROUP_NAME'], os.environ['AWS_LAMBDA_LOG_STREAM_NAME']]
                """);
        String group = "/aws/lambda/" + name;
        String answer = server.invoke(name, "1").payload().asUtf8String();
        server.invoke(name, "2");
        Eventually.within(
                SOON,
                () -> messages(group).stream()
                                .filter(m -> m.startsWith("REPORT"))
                                .count()
                        == 2);

        List<String> messages = messages(group);
        assertThat(messages).hasSize(10);
        assertThat(messages.get(0)).startsWith("INIT_START Runtime Version: python:3.12.v");
        assertThat(messages.get(1)).isEqualTo("loading");
        assertThat(messages.get(2)).matches("START RequestId: [0-9a-f-]{36} Version: \\$LATEST");
        assertThat(messages.get(3)).isEqualTo("saw 1");
        assertThat(messages.get(4)).matches("END RequestId: [0-9a-f-]{36}");
        assertThat(messages.get(5))
                .matches("REPORT RequestId: [0-9a-f-]{36}\tDuration: [0-9.]+ ms\tBilled Duration: \\d+ ms\t"
                        + "Memory Size: 128 MB\tMax Memory Used: \\d+ MB\tInit Duration: [0-9.]+ ms\t");
        assertThat(messages.get(6)).startsWith("START");
        assertThat(messages.get(7)).isEqualTo("saw 2");
        assertThat(messages.get(9)).endsWith("MB\t").doesNotContain("Init Duration");

        JsonNode stream = logs.call("DescribeLogStreams", "{'logGroupName':'" + group + "'}")
                .path("logStreams")
                .get(0);
        assertThat(answer)
                .isEqualTo(
                        "[\"" + group + "\", \"" + stream.path("logStreamName").asText() + "\"]");
    }

    @Test
    void timeoutsCrashesAndErrorsShowInTheReport() throws Exception {
        String name = server.python("""
                import os, time
                def handler(event, context):
                    print('before ' + event)
                    if event == 'sleep':
                        time.sleep(9)
                    if event == 'exit':
                        os._exit(3)
                    raise ValueError('no')
                """, b -> b.timeout(60));
        server.invoke(name, "\"exit\"");
        server.invoke(name, "\"raise\"");
        server.lambda().updateFunctionConfiguration(b -> b.functionName(name).timeout(2));
        server.lambda().waiter().waitUntilFunctionUpdatedV2(b -> b.functionName(name));
        server.invoke(name, "\"sleep\"");
        String group = "/aws/lambda/" + name;
        Eventually.within(
                SOON,
                () -> messages(group).stream()
                                .filter(m -> m.startsWith("REPORT"))
                                .count()
                        == 3);
        List<String> all = messages(group);
        assertThat(all).contains("before sleep", "before exit", "before raise");
        assertThat(all).anyMatch(m -> m.matches("\\S+Z [0-9a-f-]{36} Task timed out after 2.00 seconds\n"));
        assertThat(all).anyMatch(m -> m.startsWith("REPORT") && m.endsWith("\tStatus: timeout"));
        assertThat(all)
                .anyMatch(m -> m.startsWith("REPORT") && m.endsWith("\tStatus: error\tError Type: Runtime.ExitError"));
        assertThat(all)
                .anyMatch(
                        m -> m.matches(
                                "(?s)RequestId: [0-9a-f-]{36} Error: Runtime exited with error: exit status 3\nRuntime.ExitError"));
        assertThat(all).anyMatch(m -> m.contains("ValueError"));
    }

    @Test
    void tailShowsWhyAFunctionCouldNotBeInitialised() throws Exception {
        String name = server.python("print('first line')\nimport there_is_no_such_module\n");
        InvokeResponse response = server.lambda()
                .invoke(b -> b.functionName(name).logType(LogType.TAIL).payload(SdkBytes.fromUtf8String("{}")));
        String tail = new String(Base64.getDecoder().decode(response.logResult()), StandardCharsets.UTF_8);
        assertThat(tail)
                .containsOnlyOnce("START RequestId: ")
                .contains("first line")
                .contains("there_is_no_such_module")
                .contains("INIT_REPORT Init Duration: ")
                .contains("Phase: init\tStatus: error\tError Type: Runtime.ImportModuleError")
                .contains("\nEND RequestId: ")
                .contains("Status: error\tError Type: Runtime.ImportModuleError");
        assertThat(awaited("/aws/lambda/" + name, "REPORT")).anyMatch(m -> m.startsWith("INIT_START"));
    }

    @Test
    void tailIsTheLastFourKilobytes() throws Exception {
        String name =
                server.python("def handler(event, context):\n    for i in range(2000):\n        print('line', i)\n");
        InvokeResponse response = server.lambda()
                .invoke(b -> b.functionName(name).logType(LogType.TAIL).payload(SdkBytes.fromUtf8String("{}")));
        byte[] tail = Base64.getDecoder().decode(response.logResult());
        assertThat(tail).hasSize(4096);
        assertThat(new String(tail, StandardCharsets.UTF_8))
                .contains("line 1999\nEND RequestId: ")
                .contains("REPORT");
        String group = "/aws/lambda/" + name;
        Eventually.within(SOON, () -> messages(group).size() == 2004);
    }

    @Test
    void linesAreThereWhileTheFunctionStillRuns(@TempDir Path folder) throws Exception {
        String name = server.python("""
                import os, time
                def handler(event, context):
                    print('running', flush=True)
                    while not os.path.exists(event):
                        time.sleep(0.01)
                """, b -> b.timeout(120));
        Path end = folder.resolve("end");
        Thread caller = Thread.startVirtualThread(() -> server.invoke(name, "\"" + end + "\""));
        try {
            List<String> early = awaited("/aws/lambda/" + name, "running");
            assertThat(early).noneMatch(m -> m.startsWith("END"));
        } finally {
            Files.createFile(end);
            caller.join();
        }
    }

    @Test
    void jsonFormatFiltersByLevel() throws Exception {
        String name = server.python(
                """
                def handler(event, context):
                    print('{"level": "DEBUG", "message": "quiet"}')
                    print('{"level": "ERROR", "message": "loud"}')
                    print('plain')
                """,
                b -> b.loggingConfig(
                        c -> c.logFormat("JSON").logGroup("/own/group").applicationLogLevel("WARN")));
        server.invoke(name, "1");
        Eventually.within(SOON, () -> messages("/own/group").stream().anyMatch(m -> m.contains("platform.report")));
        List<String> all = messages("/own/group");
        assertThat(all).anyMatch(m -> m.contains("loud")).contains("plain").noneMatch(m -> m.contains("quiet"));
        assertThat(all).anyMatch(m -> m.contains("\"type\":\"platform.initStart\""));
        assertThat(all).anyMatch(m -> m.contains("\"type\":\"platform.start\",\"record\":{\"requestId\":"));
        assertThat(all).anyMatch(m -> m.contains("\"maxMemoryUsedMB\":") && m.contains("\"status\":\"success\""));
        assertThat(all).noneMatch(m -> m.contains("platform.runtimeDone"));
    }
}
