package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.TestServer;
import java.time.Instant;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.RecursiveLoop;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;

/// The operations on event invoke configs, dead-letter targets and recursion configs.
@NullMarked
final class EventInvokeConfigTest {
    private static final String ARN = "arn:aws:lambda:us-east-1:000000000000:function:";
    private static final String TOPIC = "arn:aws:sns:us-east-1:000000000000:topic";
    private static final String NOTHING = "def handler(event, context):\n    pass\n";

    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of("PODIUM_UPSTREAM_URL", "http://127.0.0.1:9"));

    @SuppressWarnings("NullAway.Init")
    private static LambdaClient lambda;

    @BeforeAll
    static void start() throws Exception {
        lambda = server.lambda();
    }

    @Test
    void putReplacesAndUpdateMerges() {
        String name = server.python(NOTHING);
        Instant before = Instant.now().minusSeconds(1);
        var put = lambda.putFunctionEventInvokeConfig(
                b -> b.functionName(name).maximumRetryAttempts(1).maximumEventAgeInSeconds(60));
        assertThat(put.functionArn()).isEqualTo(ARN + name + ":$LATEST");
        assertThat(put.lastModified()).isAfter(before);
        assertThat(put.maximumRetryAttempts()).isEqualTo(1);
        assertThat(put.maximumEventAgeInSeconds()).isEqualTo(60);
        assertThat(put.destinationConfig().onSuccess().destination()).isNull();
        assertThat(put.destinationConfig().onFailure().destination()).isNull();
        var updated = lambda.updateFunctionEventInvokeConfig(
                b -> b.functionName(name).destinationConfig(d -> d.onFailure(f -> f.destination(TOPIC))));
        assertThat(updated.maximumRetryAttempts()).isEqualTo(1);
        assertThat(updated.destinationConfig().onFailure().destination()).isEqualTo(TOPIC);
        var replaced =
                lambda.putFunctionEventInvokeConfig(b -> b.functionName(name).maximumEventAgeInSeconds(100));
        assertThat(replaced.maximumRetryAttempts()).isNull();
        assertThat(replaced.destinationConfig().onFailure().destination()).isNull();
        assertThat(lambda.getFunctionEventInvokeConfig(b -> b.functionName(name))
                        .maximumEventAgeInSeconds())
                .isEqualTo(100);
        lambda.deleteFunctionEventInvokeConfig(b -> b.functionName(name));
        fails(
                404,
                "The function " + ARN + name + ":$LATEST doesn't have an EventInvokeConfig",
                () -> lambda.getFunctionEventInvokeConfig(b -> b.functionName(name)));
    }

    @Test
    void eachQualifierHasItsOwn() {
        String name = server.python(NOTHING);
        lambda.publishVersion(b -> b.functionName(name));
        lambda.createAlias(b -> b.functionName(name).name("live").functionVersion("1"));
        for (String qualifier : new String[] {"live", "1", "$LATEST"}) {
            assertThat(lambda.putFunctionEventInvokeConfig(b ->
                                    b.functionName(name).qualifier(qualifier).maximumRetryAttempts(0))
                            .functionArn())
                    .isEqualTo(ARN + name + ":" + qualifier);
        }
        var first =
                lambda.listFunctionEventInvokeConfigs(b -> b.functionName(name).maxItems(2));
        assertThat(first.functionEventInvokeConfigs()).hasSize(2);
        var rest =
                lambda.listFunctionEventInvokeConfigs(b -> b.functionName(name).marker(first.nextMarker()));
        assertThat(rest.functionEventInvokeConfigs()).hasSize(1);
        assertThat(rest.nextMarker()).isNull();
        lambda.deleteAlias(b -> b.functionName(name).name("live"));
        lambda.createAlias(b -> b.functionName(name).name("live").functionVersion("1"));
        fails(
                404,
                "The function " + ARN + name + ":live doesn't have an EventInvokeConfig",
                () -> lambda.getFunctionEventInvokeConfig(
                        b -> b.functionName(name).qualifier("live")));
        lambda.deleteFunction(b -> b.functionName(name));
        fails(
                404,
                "The function doesn't exist.",
                () -> lambda.listFunctionEventInvokeConfigs(b -> b.functionName(name)));
    }

    @Test
    void badConfigsAreRefused() {
        String name = server.python(NOTHING);
        fails(
                400,
                "You must specify at least one of error handling or destination setting.",
                () -> lambda.putFunctionEventInvokeConfig(b -> b.functionName(name)));
        fails(
                404,
                "The function doesn't exist.",
                () -> lambda.putFunctionEventInvokeConfig(
                        b -> b.functionName("missing").maximumRetryAttempts(1)));
        fails(
                400,
                "1 validation error detected: Value '3' at 'maximumRetryAttempts' failed to satisfy constraint:"
                        + " Member must have value less than or equal to 2",
                () -> lambda.putFunctionEventInvokeConfig(
                        b -> b.functionName(name).maximumRetryAttempts(3)));
        destination(name, ARN + name, "You can't specify the function as a destination for itself.");
        for (String bad : new String[] {
            "arn:aws:s3:::bucket",
            "arn:aws:sqs:us-east-1:000000000000:queue.fifo",
            "arn:aws:events:us-east-1:000000000000:rule/a"
        }) {
            destination(name, bad, "The destination ARN " + bad + " is invalid.");
        }
    }

    private static void destination(String name, String arn, String message) {
        fails(
                400,
                message,
                () -> lambda.putFunctionEventInvokeConfig(
                        b -> b.functionName(name).destinationConfig(d -> d.onSuccess(s -> s.destination(arn)))));
    }

    @Test
    void deadLetterTargetIsShownAndAnEmptyOneClearsIt() {
        String name = server.python(NOTHING, b -> b.deadLetterConfig(d -> d.targetArn(TOPIC)));
        assertThat(server.configuration(name).deadLetterConfig().targetArn()).isEqualTo(TOPIC);
        lambda.updateFunctionConfiguration(b -> b.functionName(name).deadLetterConfig(d -> d.targetArn("")));
        assertThat(server.configuration(name).deadLetterConfig()).isNull();
        assertThatThrownBy(() -> server.python(NOTHING, b -> b.deadLetterConfig(d -> d.targetArn(ARN + name))))
                .isInstanceOf(InvalidParameterValueException.class)
                .hasMessageContaining("must be the ARN of a standard SQS queue or a standard SNS topic");
    }

    @Test
    void targetThatNobodyServesIsRefused() throws Exception {
        try (TestServer alone = TestServer.start(Map.of())) {
            assertThatThrownBy(() -> alone.python(NOTHING, b -> b.deadLetterConfig(d -> d.targetArn(TOPIC))))
                    .isInstanceOf(InvalidParameterValueException.class)
                    .hasMessageContaining("set PODIUM_UPSTREAM_URL");
        }
    }

    @Test
    void recursionConfigIsTerminateUntilItIsAllowed() {
        String name = server.python(NOTHING);
        assertThat(lambda.getFunctionRecursionConfig(b -> b.functionName(name)).recursiveLoop())
                .isEqualTo(RecursiveLoop.TERMINATE);
        assertThat(lambda.putFunctionRecursionConfig(b -> b.functionName(name).recursiveLoop(RecursiveLoop.ALLOW))
                        .recursiveLoop())
                .isEqualTo(RecursiveLoop.ALLOW);
        assertThat(lambda.getFunctionRecursionConfig(b -> b.functionName(name)).recursiveLoop())
                .isEqualTo(RecursiveLoop.ALLOW);
        assertThatThrownBy(() -> lambda.getFunctionRecursionConfig(b -> b.functionName("missing")))
                .isInstanceOf(ResourceNotFoundException.class);
    }

    private static void fails(int status, String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(LambdaException.class, e -> {
            assertThat(e.statusCode()).isEqualTo(status);
            assertThat(e.awsErrorDetails().errorMessage()).isEqualTo(message);
        });
    }
}
