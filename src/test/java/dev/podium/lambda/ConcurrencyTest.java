package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.Eventually;
import dev.podium.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.lambda.model.GetAccountSettingsResponse;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.TooManyRequestsException;

/// Reserved concurrency: a share of the account's that nobody else gets, and that isn't exceeded.
@NullMarked
final class ConcurrencyTest {
    private static final String QUICK = "def handler(event, context):\n    return 1\n";

    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of("PODIUM_LAMBDA_CONCURRENCY", "102"));

    @Test
    void reservedConcurrencyIsNotExceededAndNotTakenByOthers() throws Exception {
        String name = server.python(TestServer.HELD, b -> b.timeout(100));
        String other = server.python(QUICK);
        reserve(name, 1);
        Path folder = Files.createTempDirectory("podium-held");
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<InvokeResponse> held = executor.submit(() -> server.invoke(name, "\"" + folder + "\""));
            Eventually.within(Duration.ofMinutes(1), () -> Files.exists(folder.resolve("running")));
            assertThatThrownBy(() -> server.invoke(name, "\"" + folder + "\""))
                    .isInstanceOfSatisfying(TooManyRequestsException.class, e -> {
                        assertThat(e.statusCode()).isEqualTo(429);
                        assertThat(e.awsErrorDetails().errorMessage()).isEqualTo("Rate Exceeded.");
                        assertThat(e.reasonAsString()).isEqualTo("ReservedFunctionConcurrentInvocationLimitExceeded");
                    });
            assertThat(server.invoke(other, "{}").payload().asUtf8String()).isEqualTo("1");
            Files.createFile(folder.resolve("end"));
            assertThat(held.get().functionError()).isNull();
        }
        assertThat(server.invoke(name, "\"" + folder + "\"").functionError()).isNull();
        free(name);
    }

    @Test
    void zeroStopsAFunction() {
        String name = server.python(QUICK);
        reserve(name, 0);
        assertThatThrownBy(() -> server.invoke(name, "{}")).isInstanceOf(TooManyRequestsException.class);
        free(name);
        assertThat(server.invoke(name, "{}").payload().asUtf8String()).isEqualTo("1");
    }

    @Test
    void aHundredStayForTheOthers() {
        String name = server.python(QUICK);
        refused(
                () -> reserve(name, 3),
                "InvalidParameterValueException",
                "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below"
                        + " its minimum value of [100].");
        reserve(name, 2);
        assertThat(unreserved()).isEqualTo(100);
        reserve(name, 1);
        assertThat(unreserved()).isEqualTo(101);
        assertThat(server.lambda()
                        .getFunctionConcurrency(b -> b.functionName(name))
                        .reservedConcurrentExecutions())
                .isEqualTo(1);
        assertThat(server.lambda()
                        .getFunction(b -> b.functionName(name))
                        .concurrency()
                        .reservedConcurrentExecutions())
                .isEqualTo(1);
        free(name);
        assertThat(server.lambda()
                        .getFunctionConcurrency(b -> b.functionName(name))
                        .reservedConcurrentExecutions())
                .isNull();
        assertThat(server.lambda().getFunction(b -> b.functionName(name)).concurrency())
                .isNull();
        reserve(name, 2);
        server.lambda().deleteFunction(b -> b.functionName(name));
        assertThat(unreserved()).isEqualTo(102);
    }

    @Test
    void unknownFunctionsAndQualifiersAreRefused() {
        String name = server.python(QUICK);
        refused(
                () -> reserve("nothing-of-that-name", 1),
                "ResourceNotFoundException",
                "Function not found: arn:aws:lambda:us-east-1:000000000000:function:nothing-of-that-name:$LATEST");
        refused(
                () -> reserve(name + ":1", 1),
                "InvalidParameterValueException",
                "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation."
                        + " Please specify either a function name or an unqualified function ARN.");
    }

    @Test
    void accountSettingsCountFunctionsAndTheCodeOfAllVersions() throws Exception {
        try (TestServer own = TestServer.start(Map.of())) {
            String name = own.python(QUICK, b -> b.publish(true));
            long size = own.configuration(name).codeSize();
            GetAccountSettingsResponse settings = own.lambda().getAccountSettings();
            assertThat(settings.accountUsage().functionCount()).isEqualTo(1);
            assertThat(settings.accountUsage().totalCodeSize()).isEqualTo(2 * size);
            assertThat(settings.accountLimit().concurrentExecutions()).isEqualTo(1000);
            assertThat(settings.accountLimit().unreservedConcurrentExecutions()).isEqualTo(1000);
            assertThat(settings.accountLimit().totalCodeSize()).isEqualTo(80530636800L);
            assertThat(settings.accountLimit().codeSizeUnzipped()).isEqualTo(262144000);
            assertThat(settings.accountLimit().codeSizeZipped()).isEqualTo(52428800);
            own.lambda().putFunctionConcurrency(b -> b.functionName(name).reservedConcurrentExecutions(0));
            own.restart();
            assertThatThrownBy(() -> own.invoke(name, "{}")).isInstanceOf(TooManyRequestsException.class);
        }
    }

    private static int unreserved() {
        return server.lambda().getAccountSettings().accountLimit().unreservedConcurrentExecutions();
    }

    private static void reserve(String name, int places) {
        assertThat(server.lambda()
                        .putFunctionConcurrency(b -> b.functionName(name).reservedConcurrentExecutions(places))
                        .reservedConcurrentExecutions())
                .isEqualTo(places);
    }

    private static void free(String name) {
        server.lambda().deleteFunctionConcurrency(b -> b.functionName(name));
    }

    private static void refused(ThrowingCallable call, String code, String message) {
        assertThatThrownBy(call).isInstanceOfSatisfying(LambdaException.class, e -> {
            assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
            assertThat(e.awsErrorDetails().errorMessage()).isEqualTo(message);
        });
    }
}
