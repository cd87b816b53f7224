package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import dev.podium.TestServer;
import dev.podium.codec.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/// Events that fail for good end in Podium's own queues: both services together.
@NullMarked
final class DeadLettersTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final String FAILS = "def handler(event, context):\n    raise ValueError('no')\n";
    private static final String TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of("LAMBDA_RETRY_BASE_DELAY", "10ms"));

    @AutoClose
    private final SqsClient sqs = TestServer.sqs(server.endpoint(), Region.US_EAST_1);

    @Test
    void failedEventIsInTheQueueWithItsErrorAndItsTrace() throws Exception {
        String queue = sqs.createQueue(b -> b.queueName("dead")).queueUrl();
        String name = server.python(FAILS, b -> b.deadLetterConfig(d -> d.targetArn(arn(queue))));
        String requestId = event(name, "{\"n\": 0.10}");
        Message letter = receive(queue);
        assertThat(letter.body()).isEqualTo("{\"n\": 0.10}");
        assertThat(letter.messageAttributes()).hasSize(3);
        assertThat(attribute(letter, "RequestID")).isEqualTo("String " + requestId);
        assertThat(attribute(letter, "ErrorCode")).isEqualTo("Number 200");
        assertThat(attribute(letter, "ErrorMessage")).isEqualTo("String no");
        assertThat(letter.attributesAsStrings().get("AWSTraceHeader"))
                .contains("Root=1-5759e988-bd862e3fe1be46a994272793");
    }

    @Test
    void destinationsRecordIsInTheQueueWithItsTrace() throws Exception {
        String queue = sqs.createQueue(b -> b.queueName("failed")).queueUrl();
        String name = server.python(FAILS);
        server.lambda()
                .putFunctionEventInvokeConfig(b -> b.functionName(name)
                        .maximumRetryAttempts(0)
                        .destinationConfig(d -> d.onFailure(f -> f.destination(arn(queue)))));
        event(name, "{}");
        Message record = receive(queue);
        assertThat(Json.MAPPER
                        .readTree(record.body())
                        .path("requestContext")
                        .path("condition")
                        .asText())
                .isEqualTo("RetriesExhausted");
        assertThat(record.attributesAsStrings().get("AWSTraceHeader"))
                .contains("Root=1-5759e988-bd862e3fe1be46a994272793");
    }

    @Test
    void messageThatIsTooLargeForItsQueueIsGivenUpAtOnce() throws Exception {
        String queue = sqs.createQueue(
                        b -> b.queueName("small").attributes(Map.of(QueueAttributeName.MAXIMUM_MESSAGE_SIZE, "1024")))
                .queueUrl();
        String name = server.python(FAILS, b -> b.deadLetterConfig(d -> d.targetArn(arn(queue))));
        server.lambda().putFunctionEventInvokeConfig(b -> b.functionName(name).maximumRetryAttempts(0));
        event(name, "\"" + "x".repeat(2000) + "\"");
        Eventually.within(
                SOON,
                () -> server.page("/metrics")
                        .lines()
                        .anyMatch(line -> line.startsWith("podium_lambda_destination_failures_total")
                                && line.contains(name)
                                && line.endsWith(" 1.0")));
        Eventually.within(SOON, () -> server.page("/metrics").contains("podium_lambda_async_undelivered 0.0"));
    }

    private String arn(String queue) {
        return sqs.getQueueAttributes(b -> b.queueUrl(queue).attributeNames(QueueAttributeName.QUEUE_ARN))
                .attributes()
                .getOrDefault(QueueAttributeName.QUEUE_ARN, "");
    }

    private static String event(String name, String payload) {
        return server.lambda()
                .invoke(b -> b.functionName(name)
                        .invocationType(InvocationType.EVENT)
                        .overrideConfiguration(c -> c.putHeader("X-Amzn-Trace-Id", TRACE))
                        .payload(SdkBytes.fromUtf8String(payload)))
                .responseMetadata()
                .requestId();
    }

    private Message receive(String queue) throws InterruptedException {
        List<Message> messages = new ArrayList<>();
        Eventually.within(
                SOON,
                () -> messages.addAll(sqs.receiveMessage(b -> b.queueUrl(queue)
                                .waitTimeSeconds(20)
                                .messageAttributeNames("All")
                                .messageSystemAttributeNames(MessageSystemAttributeName.ALL))
                        .messages()));
        assertThat(messages).hasSize(1);
        return messages.getFirst();
    }

    private static String attribute(Message message, String name) {
        var value = message.messageAttributes().get(name);
        return value == null ? "" : value.dataType() + " " + value.stringValue();
    }
}
