package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.Eventually;
import dev.podium.TestServer;
import dev.podium.Zips;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.LogType;
import software.amazon.awssdk.services.lambda.model.Runtime;
import software.amazon.awssdk.services.lambda.model.TooManyRequestsException;

/// Functions run for real, on the embedded cluster.
@NullMarked
final class InvokeTest {
    private static final String ECHO = "def handler(event, context):\n    return event\n";
    private static final String PID = "import os\ndef handler(event, context):\n    return os.getpid()\n";

    private static final Duration SOON = Duration.ofSeconds(90);

    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of());

    @Test
    void answersWithWhatTheHandlerReturns() {
        String name = server.python(ECHO);
        InvokeResponse response = server.invoke(name, "{\"a\":[1,\"ü\"]}");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.functionError()).isNull();
        assertThat(response.executedVersion()).isEqualTo("$LATEST");
        assertThat(response.payload().asUtf8String()).isEqualToIgnoringWhitespace("{\"a\":[1,\"ü\"]}");
    }

    @Test
    void secondInvocationMeetsTheSameProcess() {
        String name = server.python(PID);
        assertThat(text(server.invoke(name, "{}"))).isEqualTo(text(server.invoke(name, "{}")));
    }

    @Test
    void handlerSeesItsContextAndVariables() {
        String name = server.python(
                """
                import os
                def handler(event, context):
                    return {"name": context.function_name, "arn": context.invoked_function_arn,
                            "memory": context.memory_limit_in_mb, "left": context.get_remaining_time_in_millis(),
                            "own": os.environ["OWN"], "region": os.environ["AWS_REGION"],
                            "root": os.listdir(os.environ["LAMBDA_TASK_ROOT"])}
                """,
                b -> b.environment(e -> e.variables(Map.of("OWN", "it's $(HOME) $$ \"quoted\"\nand long")))
                        .memorySize(256)
                        .timeout(20));
        String answer = text(server.invoke(name, "{}"));
        assertThat(answer)
                .contains("\"name\": \"" + name + "\"")
                .contains("function:" + name)
                .contains("256")
                .contains("it's $(HOME) $$ \\\"quoted\\\"\\nand long")
                .contains("us-east-1")
                .contains("app.py");
    }

    @Test
    void raisedErrorIsUnhandledWithTheRuntimesOwnJson() {
        String name = server.python("def handler(event, context):\n    raise ValueError('no ' + event['x'])\n");
        InvokeResponse response = server.invoke(name, "{\"x\":\"luck\"}");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.functionError()).isEqualTo("Unhandled");
        assertThat(text(response)).contains("\"errorType\"", "ValueError", "no luck", "stackTrace");
        assertThat(server.invoke(name, "{\"x\":\"more\"}").functionError()).isEqualTo("Unhandled");
    }

    @Test
    void timeoutEndsTheEnvironmentAndSaysSo() {
        String name = server.python(
                "import os, time\ndef handler(event, context):\n    time.sleep(event)\n    return os.getpid()\n",
                b -> b.timeout(3));
        String first = text(server.invoke(name, "0"));
        // Longer than the client would wait.
        InvokeResponse response = server.invoke(name, "600");
        assertThat(response.functionError()).isEqualTo("Unhandled");
        assertThat(text(response))
                .contains("\"errorType\":\"Sandbox.Timedout\"")
                .contains("Error: Task timed out after 3.00 seconds");
        assertThat(text(server.invoke(name, "0"))).matches("\\d+").isNotEqualTo(first);
    }

    @Test
    void exitIsARuntimeExitError() {
        String name = server.python("import os\ndef handler(event, context):\n    os._exit(event)\n");
        assertThat(text(server.invoke(name, "3")))
                .contains("\"errorType\":\"Runtime.ExitError\"")
                .contains("Error: Runtime exited with error: exit status 3");
        assertThat(text(server.invoke(name, "0"))).contains("Error: Runtime exited without providing a reason");
    }

    @Test
    void initErrorReachesTheCaller() {
        String name = server.python("import nothing_of_that_name\n");
        InvokeResponse response = server.invoke(name, "{}");
        assertThat(response.functionError()).isEqualTo("Unhandled");
        assertThat(text(response)).contains("Runtime.ImportModuleError", "nothing_of_that_name");
    }

    @Test
    void missingHandlerReachesTheCaller() {
        String name = server.python("def other(event, context):\n    return 1\n");
        assertThat(text(server.invoke(name, "{}"))).contains("Runtime.HandlerNotFound");
    }

    @Test
    void memoryBeyondTheLimitKillsTheFunction() {
        String name = server.python(
                "def handler(event, context):\n    x = bytearray(400 * 1024 * 1024)\n    import time\n    time.sleep(60)\n    return len(x)\n",
                b -> b.timeout(90));
        InvokeResponse response = server.invoke(name, "{}");
        assertThat(text(response)).contains("Runtime.ExitError", "signal: killed", "128 MB");
    }

    @Test
    void tenInvocationsAtOnceGetTenEnvironments(@TempDir Path folder) throws Exception {
        String name = server.python("""
                import os, time
                def handler(event, context):
                    open(event + '/' + str(os.getpid()), 'w').close()
                    while not os.path.exists(event + '/end'):
                        time.sleep(0.01)
                    return os.getpid()
                """, b -> b.timeout(100));
        String event = "\"" + folder + "\"";
        Set<String> processes;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = threads.submit(() -> atOnce(10, () -> text(server.invoke(name, event))));
            // Ten that run beside each other.
            Eventually.within(SOON, () -> {
                try (var running = Files.list(folder)) {
                    return running.count() == 10;
                }
            });
            Files.createFile(folder.resolve("end"));
            processes = new HashSet<>(all.get());
        }
        assertThat(processes).hasSize(10);
        Set<String> again = new HashSet<>(atOnce(5, () -> text(server.invoke(name, event))));
        assertThat(processes).containsAll(again);
    }

    @Test
    void changedCodeAndConfigurationServeTheNextInvocation() {
        String name = server.python("def handler(event, context):\n    return 'one'\n");
        assertThat(text(server.invoke(name, "{}"))).isEqualTo("\"one\"");
        server.lambda()
                .updateFunctionCode(b -> b.functionName(name)
                        .zipFile(SdkBytes.fromByteArray(Zips.python(
                                "import os\ndef handler(event, context):\n    return os.environ.get('VV', 'two')\n"))));
        server.lambda().waiter().waitUntilFunctionUpdatedV2(b -> b.functionName(name));
        assertThat(text(server.invoke(name, "{}"))).isEqualTo("\"two\"");
        server.lambda()
                .updateFunctionConfiguration(
                        b -> b.functionName(name).environment(e -> e.variables(Map.of("VV", "three"))));
        server.lambda().waiter().waitUntilFunctionUpdatedV2(b -> b.functionName(name));
        assertThat(text(server.invoke(name, "{}"))).isEqualTo("\"three\"");
    }

    @Test
    void tailIsTheLogOfThisVeryInvocation() {
        String name = server.python("def handler(event, context):\n    print('saw', event)\n    return 1\n");
        for (int i = 1; i <= 2; i++) {
            int number = i;
            InvokeResponse response = server.lambda()
                    .invoke(b -> b.functionName(name)
                            .logType(LogType.TAIL)
                            .payload(SdkBytes.fromUtf8String(Integer.toString(number))));
            String tail = new String(Base64.getDecoder().decode(response.logResult()), StandardCharsets.UTF_8);
            assertThat(tail)
                    .containsOnlyOnce("START RequestId: ")
                    .contains("saw " + number + "\n")
                    .doesNotContain("saw " + (3 - number))
                    .contains("\nEND RequestId: ")
                    .contains("\nREPORT RequestId: ")
                    .contains("Memory Size: 128 MB");
            assertThat(tail.contains("Init Duration")).isEqualTo(number == 1);
            // The first one may have lines of the initialisation before.
            assertThat(number == 1 || tail.startsWith("START RequestId: ")).isTrue();
        }
    }

    @Test
    void eventIsAcceptedAndRunsOnce(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("ran");
        String name = server.python("def handler(event, context):\n    open(event, 'a').write('x')\n");
        InvokeResponse response = server.lambda()
                .invoke(b -> b.functionName(name)
                        .invocationType(InvocationType.EVENT)
                        .payload(SdkBytes.fromUtf8String("\"" + file + "\"")));
        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(response.payload().asUtf8String()).isEmpty();
        // It is there before anything is in it.
        Eventually.within(
                SOON, () -> Files.exists(file) && !Files.readString(file).isEmpty());
        Eventually.within(SOON, () -> server.page("/metrics").contains("podium_lambda_async_queued 0.0"));
        assertThat(Files.readString(file)).isEqualTo("x");
    }

    @Test
    void dryRunRunsNothing() {
        String name = server.python("raise Exception('must not run')\n");
        assertThat(server.lambda()
                        .invoke(b -> b.functionName(name).invocationType(InvocationType.DRY_RUN))
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void unknownFunctionIsNotFoundUnderItsFullArn() {
        assertThatThrownBy(() -> server.invoke("nobody", "{}")).isInstanceOfSatisfying(LambdaException.class, e -> {
            assertThat(e.statusCode()).isEqualTo(404);
            assertThat(e.awsErrorDetails().errorCode()).isEqualTo("ResourceNotFoundException");
            assertThat(e.awsErrorDetails().errorMessage())
                    .isEqualTo("Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody:$LATEST");
        });
    }

    @Test
    void payloadThatIsNoJsonIsRefused() {
        String name = server.python(ECHO);
        for (String payload : List.of("nonsense", "{\"a\":", "{} {}")) {
            assertThatThrownBy(() -> server.invoke(name, payload)).isInstanceOfSatisfying(LambdaException.class, e -> {
                assertThat(e.statusCode()).isEqualTo(400);
                assertThat(e.awsErrorDetails().errorCode()).isEqualTo("InvalidRequestContentException");
            });
        }
    }

    @Test
    void payloadOverSixMebibytesIsTooLarge() {
        String name = server.python(ECHO);
        String large = "\"" + "x".repeat(6 * 1024 * 1024) + "\"";
        assertThatThrownBy(() -> server.invoke(name, large)).isInstanceOfSatisfying(LambdaException.class, e -> {
            assertThat(e.statusCode()).isEqualTo(413);
            assertThat(e.awsErrorDetails().errorCode()).isEqualTo("RequestTooLargeException");
        });
    }

    @Test
    void functionWithoutAnInterpreterSaysWhichOne() {
        String name = server.python(ECHO, b -> b.runtime(Runtime.DOTNET8));
        assertThatThrownBy(() -> server.invoke(name, "{}")).isInstanceOfSatisfying(LambdaException.class, e -> {
            assertThat(e.statusCode()).isEqualTo(502);
            assertThat(e.awsErrorDetails().errorMessage()).contains("dotnet");
        });
        assertThat(server.configuration(name).stateAsString()).isEqualTo("Failed");
    }

    @Test
    void concurrencyBeyondTheAccountsIsThrottled(@TempDir Path folder) throws Exception {
        try (TestServer small = TestServer.start(Map.of("PODIUM_LAMBDA_CONCURRENCY", "1"));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String name = small.python(TestServer.HELD, b -> b.timeout(100));
            String event = "\"" + folder + "\"";
            Future<InvokeResponse> held = threads.submit(() -> small.invoke(name, event));
            Eventually.within(SOON, () -> Files.exists(folder.resolve("running")));
            assertThatThrownBy(() -> small.invoke(name, event))
                    .isInstanceOfSatisfying(
                            TooManyRequestsException.class,
                            e -> assertThat(e.reasonAsString()).isEqualTo("ConcurrentInvocationLimitExceeded"));
            Files.createFile(folder.resolve("end"));
            assertThat(held.get().functionError()).isNull();
            assertThat(small.invoke(name, event).functionError()).isNull();
        }
    }

    @Test
    void noKeepaliveMeansAlwaysCold() throws Exception {
        try (TestServer cold = TestServer.start(Map.of("PODIUM_LAMBDA_KEEPALIVE", "0"))) {
            String name = cold.python(PID);
            assertThat(text(cold.invoke(name, "{}"))).isNotEqualTo(text(cold.invoke(name, "{}")));
        }
    }

    @Test
    void limitedEnvironmentsAreSharedByThoseWhoWait() throws Exception {
        try (TestServer one = TestServer.start(Map.of("PODIUM_LAMBDA_MAX_ENVIRONMENTS", "1"))) {
            String name = one.python(PID, b -> b.timeout(20));
            assertThat(new HashSet<>(atOnce(8, () -> text(one.invoke(name, "{}")))))
                    .hasSize(1);
        }
    }

    private static String text(InvokeResponse response) {
        return response.payload().asUtf8String();
    }

    private static List<String> atOnce(int times, Callable<String> call) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> futures = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                futures.add(threads.submit(call));
            }
            List<String> results = new ArrayList<>();
            for (Future<String> future : futures) {
                results.add(future.get());
            }
            return results;
        }
    }
}
