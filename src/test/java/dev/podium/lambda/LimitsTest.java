package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.LogType;

/// The limits of invocations, log tails, and the SDK's waiters.
@NullMarked
final class LimitsTest {
    private static final int SIX_MEBIBYTES = 6 * 1024 * 1024;

    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of());

    @Test
    void sixMebibytesGoInAndOutAndOneMoreByteDoesNot() {
        String name = server.python("""
                import os
                def handler(event, context):
                    return 'x' * event if isinstance(event, int) else [os.getpid(), len(event)]
                """, b -> b.memorySize(512).timeout(20));
        String pid = text(server.invoke(name, "\"\"")).split(",", 2)[0];
        assertThat(text(server.invoke(name, '"' + "y".repeat(SIX_MEBIBYTES - 2) + '"')))
                .contains(Integer.toString(SIX_MEBIBYTES - 2));
        assertThat(text(server.invoke(name, Integer.toString(SIX_MEBIBYTES)))).hasSize(SIX_MEBIBYTES + 2);
        InvokeResponse large = server.invoke(name, Integer.toString(SIX_MEBIBYTES + 1000));
        assertThat(large.statusCode()).isEqualTo(200);
        assertThat(large.functionError()).isEqualTo("Unhandled");
        assertThat(text(large))
                .contains("Function.ResponseSizeTooLarge")
                .contains("exceeded maximum allowed payload size (6291556 bytes)");
        assertThat(text(server.invoke(name, "\"\""))).as("same environment").startsWith(pid);
    }

    @Test
    void eventsMayHaveOneMebibyte() {
        String name = server.python("def handler(event, context):\n    return 1\n");
        String fits = '"' + "x".repeat((1 << 20) - 2) + '"';
        assertThat(event(name, fits).statusCode()).isEqualTo(202);
        assertThatThrownBy(() -> event(name, fits + " ")).isInstanceOfSatisfying(LambdaException.class, e -> {
            assertThat(e.statusCode()).isEqualTo(413);
            assertThat(e.awsErrorDetails().errorMessage()).contains("for the Event invocation type (limit 1048576");
        });
    }

    @Test
    void configuredLimitsHold() throws Exception {
        try (TestServer small = TestServer.start(Map.of(
                "LAMBDA_LIMITS_MAX_FUNCTION_PAYLOAD_SIZE_BYTES", "1000",
                "LAMBDA_LIMITS_MAX_FUNCTION_ENVVAR_SIZE_BYTES", "100",
                "LAMBDA_LIMITS_CODE_SIZE_ZIPPED", "1000",
                "LAMBDA_LIMITS_CODE_SIZE_UNZIPPED", "2000",
                "PERSISTENCE", "0",
                "PODIUM_REGION", "eu-west-3",
                "PODIUM_ACCOUNT_ID", "123456789012"))) {
            String name = small.python("def handler(event, context):\n    return 'x' * event\n");
            assertThat(small.configuration(name).functionArn()).contains(":123456789012:");
            assertThatThrownBy(() -> small.invoke(name, "1" + " ".repeat(1000)))
                    .hasMessageContaining("limit 1000 bytes");
            assertThat(text(small.invoke(name, "1000"))).hasSize(1002);
            assertThat(text(small.invoke(name, "1200"))).contains("ResponseSizeTooLarge");
            assertThatThrownBy(() ->
                            small.python("", b -> b.environment(e -> e.variables(Map.of("AA", "x".repeat(100))))))
                    .hasMessageContaining("exceeded the 100 bytes limit");
            assertThatThrownBy(() -> small.python("#" + "x".repeat(3000))).hasMessageContaining("2000 bytes");
            assertThatThrownBy(() -> small.python(noise(3000))).hasMessageContaining("1000 bytes");
            small.restart();
            assertThat(small.lambda().listFunctions().functions())
                    .as("nothing is kept")
                    .isEmpty();
            try (var files = java.nio.file.Files.list(small.state())) {
                assertThat(files).isEmpty();
            }
        }
    }

    private static String noise(int length) {
        StringBuilder text = new StringBuilder("#");
        java.util.Random random = new java.util.Random(1);
        while (text.length() < length) {
            text.append((char) ('!' + random.nextInt(90)));
        }
        return text.toString();
    }

    @Test
    void tailIsTheLastFourKilobytes() {
        String name = server.python("def handler(event, context):\n    [print('line', i) for i in range(2000)]\n");
        String tail = tail(invokeWithTail(name, "{}"));
        assertThat(tail.getBytes(StandardCharsets.UTF_8).length).isBetween(4000, 4096);
        assertThat(tail).contains("line 1999\n").doesNotContain("line 1500\n").contains("REPORT RequestId: ");
    }

    @Test
    void failuresHaveTheirTailToo() {
        String name = server.python("""
                import os, time
                def handler(event, context):
                    print('about to', event, flush=True)
                    if event == 'exit': os._exit(7)
                    time.sleep(60)
                """, b -> b.timeout(3));
        for (String event : List.of("exit", "sleep")) {
            InvokeResponse response = invokeWithTail(name, '"' + event + '"');
            assertThat(response.functionError()).isEqualTo("Unhandled");
            assertThat(tail(response)).contains("about to " + event);
        }
    }

    @Test
    void answerAfterTheTimeoutIsSeenByNobody(@TempDir Path folder) throws Exception {
        String name = server.python("""
                import os, signal, time
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                def handler(event, context):
                    while event and not os.path.exists(event):
                        time.sleep(0.01)
                    return ['late' if event else 'next', os.getpid()]
                """, b -> b.timeout(3));
        String first = text(server.invoke(name, "\"\""));
        Path end = folder.resolve("end");
        assertThat(text(server.invoke(name, "\"" + end + "\""))).contains("Sandbox.Timedout");
        // If it is still there, it answers now.
        Files.createFile(end);
        for (int i = 0; i < 3; i++) {
            assertThat(text(server.invoke(name, "\"\""))).contains("next").isNotEqualTo(first);
        }
        long pid = Long.parseLong(first.replaceAll("\\D", ""));
        Eventually.within(
                Duration.ofMinutes(1),
                () -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
        assertThat(text(server.invoke(name, "\"\""))).contains("next").isNotEqualTo(first);
    }

    @Test
    void waitersOfTheSdkEnd() {
        String name = server.python("def handler(event, context):\n    return 1\n");
        var waiter = server.lambda().waiter();
        assertThat(waiter.waitUntilFunctionExists(b -> b.functionName(name))
                        .matched()
                        .response())
                .isPresent();
        assertThat(waiter.waitUntilFunctionActive(b -> b.functionName(name))
                        .matched()
                        .response())
                .isPresent();
        server.lambda().updateFunctionConfiguration(b -> b.functionName(name).memorySize(256));
        assertThat(waiter.waitUntilFunctionUpdated(b -> b.functionName(name))
                        .matched()
                        .response())
                .hasValueSatisfying(
                        answer -> assertThat(answer.lastUpdateStatusAsString()).isEqualTo("Successful"));
        server.lambda().updateFunctionConfiguration(b -> b.functionName(name).memorySize(512));
        assertThat(waiter.waitUntilFunctionUpdatedV2(b -> b.functionName(name))
                        .matched()
                        .response())
                .hasValueSatisfying(answer ->
                        assertThat(answer.configuration().memorySize()).isEqualTo(512));
    }

    private static InvokeResponse event(String name, String payload) {
        return server.lambda()
                .invoke(b -> b.functionName(name)
                        .invocationType(InvocationType.EVENT)
                        .payload(SdkBytes.fromUtf8String(payload)));
    }

    private static InvokeResponse invokeWithTail(String name, String payload) {
        return server.lambda()
                .invoke(b -> b.functionName(name).logType(LogType.TAIL).payload(SdkBytes.fromUtf8String(payload)));
    }

    private static String tail(InvokeResponse response) {
        return new String(Base64.getDecoder().decode(response.logResult()), StandardCharsets.UTF_8);
    }

    private static String text(InvokeResponse response) {
        return response.payload().asUtf8String();
    }
}
