package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.Eventually;
import dev.podium.TestServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.GetProvisionedConcurrencyConfigResponse;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.ProvisionedConcurrencyConfigNotFoundException;
import software.amazon.awssdk.services.lambda.model.ProvisionedConcurrencyStatusEnum;
import software.amazon.awssdk.services.lambda.model.PutProvisionedConcurrencyConfigResponse;

/// Provisioned concurrency: environments that are initialised before anybody calls.
@NullMarked
final class ProvisionedTest {
    /// Tells how it was initialised and when, against the time of the call.
    private static final String INIT = """
            import os, time
            BORN = time.time()
            def handler(event, context):
                return {"type": os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"], "pid": os.getpid(), "born": BORN}
            """;

    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of());

    @Test
    void environmentsAreInitialisedBeforeTheFirstCall() throws Exception {
        String name = server.python(INIT, b -> b.publish(true));
        PutProvisionedConcurrencyConfigResponse put = put(name, "1", 2);
        assertThat(put.sdkHttpResponse().statusCode()).isEqualTo(202);
        assertThat(put.status()).isEqualTo(ProvisionedConcurrencyStatusEnum.IN_PROGRESS);
        assertThat(put.requestedProvisionedConcurrentExecutions()).isEqualTo(2);
        assertThat(put.allocatedProvisionedConcurrentExecutions()).isZero();
        ready(name, "1", 2);
        double now = System.currentTimeMillis() / 1000.0;
        String answer = invoke(name, "1");
        assertThat(answer).contains("\"type\": \"provisioned-concurrency\"");
        assertThat(Double.parseDouble(answer.replaceAll(".*\"born\": ([0-9.]+).*", "$1")))
                .isLessThan(now);
        assertThat(invoke(name, null)).contains("\"type\": \"on-demand\"");
    }

    @Test
    void aliasTakesItsEnvironmentsAlong() throws Exception {
        String name = server.python(INIT, b -> b.publish(true));
        server.lambda().updateFunctionConfiguration(b -> b.functionName(name).memorySize(256));
        Eventually.within(
                Duration.ofMinutes(1),
                () -> server.configuration(name).lastUpdateStatusAsString().equals("Successful"));
        server.lambda().publishVersion(b -> b.functionName(name));
        server.lambda().createAlias(b -> b.functionName(name).name("live").functionVersion("1"));
        put(name, "live", 1);
        ready(name, "live", 1);
        assertThat(invoke(name, "live")).contains("provisioned-concurrency");
        server.lambda().updateAlias(b -> b.functionName(name).name("live").functionVersion("2"));
        ready(name, "live", 1);
        assertThat(invoke(name, "2")).contains("provisioned-concurrency");
        refused(
                () -> put(name, "2", 1),
                "ResourceConflictException",
                "Version is pointed by a Provisioned Concurrency alias");
        assertThat(server.lambda()
                        .listProvisionedConcurrencyConfigs(b -> b.functionName(name))
                        .provisionedConcurrencyConfigs())
                .singleElement()
                .satisfies(item -> assertThat(item.functionArn()).endsWith(name + ":live"));
        server.lambda()
                .createAlias(b -> b.functionName(name)
                        .name("weighted")
                        .functionVersion("1")
                        .routingConfig(r -> r.additionalVersionWeights(Map.of("2", 0.1))));
        refused(
                () -> put(name, "weighted", 1),
                "InvalidParameterValueException",
                "Alias with weights can not be used with Provisioned Concurrency");
        server.lambda().deleteAlias(b -> b.functionName(name).name("live"));
        assertThat(server.lambda()
                        .listProvisionedConcurrencyConfigs(b -> b.functionName(name))
                        .provisionedConcurrencyConfigs())
                .isEmpty();
    }

    @Test
    void weightsOfAnAliasShareItsEnvironments() throws Exception {
        String name = server.python(INIT, b -> b.publish(true));
        server.lambda().updateFunctionConfiguration(b -> b.functionName(name).timeout(4));
        server.lambda().waiter().waitUntilFunctionUpdatedV2(b -> b.functionName(name));
        server.lambda().publishVersion(b -> b.functionName(name));
        server.lambda().createAlias(b -> b.functionName(name).name("live").functionVersion("1"));
        put(name, "live", 2);
        ready(name, "live", 2);
        server.lambda()
                .updateAlias(b -> b.functionName(name)
                        .name("live")
                        .routingConfig(r -> r.additionalVersionWeights(Map.of("2", 0.5))));
        ready(name, "live", 2);
        for (String qualifier : List.of("1", "2", "live", "live", "live", "live")) {
            assertThat(invoke(name, qualifier)).contains("provisioned-concurrency");
        }
    }

    @Test
    void deletedConfigurationGivesTheEnvironmentsUp() throws Exception {
        String name = server.python(INIT, b -> b.publish(true));
        put(name, "1", 1);
        ready(name, "1", 1);
        for (int i = 0; i < 2; i++) {
            server.lambda()
                    .deleteProvisionedConcurrencyConfig(
                            b -> b.functionName(name).qualifier("1"));
        }
        assertThatThrownBy(() -> get(name, "1"))
                .isInstanceOf(ProvisionedConcurrencyConfigNotFoundException.class)
                .hasMessageContaining("No Provisioned Concurrency Config found for this function");
        assertThat(invoke(name, "1")).contains("\"type\": \"on-demand\"");
    }

    @Test
    void failingInitialisationIsToldAsTheReason() throws Exception {
        String name = server.python("raise ValueError('never')\n", b -> b.publish(true));
        put(name, "1", 1);
        Eventually.within(
                Duration.ofMinutes(1), () -> get(name, "1").status() == ProvisionedConcurrencyStatusEnum.FAILED);
        assertThat(get(name, "1").statusReason()).isNotEmpty();
        server.lambda().deleteFunction(b -> b.functionName(name));
    }

    @Test
    void configurationIsChecked() {
        String name = server.python(INIT, b -> b.publish(true));
        refused(
                () -> put(name, "$LATEST", 1),
                "InvalidParameterValueException",
                "Provisioned Concurrency Configs cannot be applied to unpublished function versions.");
        refused(
                () -> put(name, "7", 1),
                "ResourceNotFoundException",
                "Function not found: arn:aws:lambda:us-east-1:000000000000:function:" + name + ":7");
        refused(
                () -> put(name, "1", 901),
                "InvalidParameterValueException",
                "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its"
                        + " minimum value of [100].");
        server.lambda().putFunctionConcurrency(b -> b.functionName(name).reservedConcurrentExecutions(1));
        refused(
                () -> put(name, "1", 2),
                "InvalidParameterValueException",
                "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function");
        server.lambda().deleteFunctionConcurrency(b -> b.functionName(name));
    }

    @Test
    void environmentsAreThereAgainAfterARestart() throws Exception {
        try (TestServer own = TestServer.start(Map.of())) {
            String name = own.python(INIT, b -> b.publish(true));
            own.lambda()
                    .putProvisionedConcurrencyConfig(
                            b -> b.functionName(name).qualifier("1").provisionedConcurrentExecutions(1));
            own.restart();
            Eventually.within(
                    Duration.ofMinutes(1),
                    () -> own.lambda()
                                    .getProvisionedConcurrencyConfig(
                                            b -> b.functionName(name).qualifier("1"))
                                    .status()
                            == ProvisionedConcurrencyStatusEnum.READY);
        }
    }

    private static PutProvisionedConcurrencyConfigResponse put(String name, String qualifier, int count) {
        return server.lambda()
                .putProvisionedConcurrencyConfig(
                        b -> b.functionName(name).qualifier(qualifier).provisionedConcurrentExecutions(count));
    }

    private static GetProvisionedConcurrencyConfigResponse get(String name, String qualifier) {
        return server.lambda()
                .getProvisionedConcurrencyConfig(b -> b.functionName(name).qualifier(qualifier));
    }

    private static void ready(String name, String qualifier, int count) throws InterruptedException {
        Eventually.within(
                Duration.ofMinutes(1), () -> get(name, qualifier).status() == ProvisionedConcurrencyStatusEnum.READY);
        assertThat(get(name, qualifier).availableProvisionedConcurrentExecutions())
                .isEqualTo(count);
        assertThat(get(name, qualifier).allocatedProvisionedConcurrentExecutions())
                .isEqualTo(count);
    }

    private static String invoke(String name, @Nullable String qualifier) {
        return server.lambda()
                .invoke(b -> b.functionName(name).qualifier(qualifier).payload(SdkBytes.fromUtf8String("{}")))
                .payload()
                .asUtf8String();
    }

    private static void refused(ThrowingCallable call, String code, String message) {
        assertThatThrownBy(call).isInstanceOfSatisfying(LambdaException.class, e -> {
            assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
            assertThat(e.awsErrorDetails().errorMessage()).isEqualTo(message);
        });
    }
}
