package dev.podium.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.podium.TestServer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SqsException;

/// What SQS refuses, a line for each rule.
@NullMarked
final class SqsRulesTest {
    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of());

    @AutoClose
    @SuppressWarnings("NullAway.Init")
    private static SqsClient sqs;

    @BeforeAll
    static void connect() {
        sqs = TestServer.sqs(server.endpoint(), Region.US_EAST_1);
    }

    /// A queue, by a name that may end with `.fifo`.
    private static String queue(Map<QueueAttributeName, String> attributes) {
        String suffix = attributes.containsKey(QueueAttributeName.FIFO_QUEUE) ? ".fifo" : "";
        return sqs.createQueue(
                        b -> b.queueName("q-" + UUID.randomUUID() + suffix).attributes(attributes))
                .queueUrl();
    }

    private static String fifo() {
        return queue(Map.of(QueueAttributeName.FIFO_QUEUE, "true"));
    }

    private static String arn(String url) {
        return "arn:aws:sqs:us-east-1:000000000000:" + url.substring(url.lastIndexOf('/') + 1);
    }

    private static MessageAttributeValue attribute(String type, String value) {
        return MessageAttributeValue.builder().dataType(type).stringValue(value).build();
    }

    private static Arguments standard(String why, Consumer<SendMessageRequest.Builder> change) {
        return arguments(why, false, change);
    }

    private static Arguments ofFifo(String why, Consumer<SendMessageRequest.Builder> change) {
        return arguments(why, true, change);
    }

    private static Arguments attribute(String why, String name, MessageAttributeValue value) {
        return standard(why, b -> b.messageAttributes(Map.of(name, value)));
    }

    static Stream<Arguments> messages() {
        MessageAttributeValue text = attribute("String", "v");
        return Stream.of(
                standard(
                        "Value d for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is"
                                + " not valid for this queue type.",
                        b -> b.messageDeduplicationId("d")),
                standard(
                        "MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.",
                        b -> b.messageGroupId("a b")),
                ofFifo(
                        "Value 5 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid"
                                + " for this queue type.",
                        b -> b.messageGroupId("g").messageDeduplicationId("d").delaySeconds(5)),
                ofFifo(
                        "MessageDeduplicationId can only include alphanumeric and punctuation characters. 1 to 128 in length.",
                        b -> b.messageGroupId("g").messageDeduplicationId("d".repeat(129))),
                standard(
                        "Number of message attributes [11] exceeds the allowed maximum [10].",
                        b -> b.messageAttributes(
                                IntStream.range(0, 11).boxed().collect(Collectors.toMap(i -> "a" + i, i -> text)))),
                attribute("must not start or end with a period and must not have successive periods.", "a..b", text),
                attribute("must not start with AWS. or Amazon.", "aws.a", text),
                attribute("can contain only A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.).", "a b", text),
                attribute(
                        "Can't cast the value of message attribute 'a' to a number.",
                        "a",
                        attribute("Number", "seven")),
                attribute(
                        "must contain non-empty message attribute value for message attribute type 'String'.",
                        "a",
                        attribute("String", "")),
                attribute(
                        "has multiple values.",
                        "a",
                        text.toBuilder()
                                .binaryValue(SdkBytes.fromUtf8String("v"))
                                .build()));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void whatIsNoMessageIsRefused(String why, boolean toFifo, Consumer<SendMessageRequest.Builder> change) {
        String url = toFifo ? fifo() : queue(Map.of());
        assertThatThrownBy(() -> sqs.sendMessage(b -> {
                    b.queueUrl(url).messageBody("m");
                    change.accept(b);
                }))
                .isInstanceOf(SqsException.class)
                .hasMessageContaining(why);
    }

    /// The digest is the one of AWS's documentation, computed by its recipe in another language.
    @Test
    void theDigestOfAttributesIsThatOfAws() {
        Map<String, MessageAttributeValue> attributes = new LinkedHashMap<>();
        attributes.put("z", attribute("Number.int", "42"));
        attributes.put("a", attribute("String", "v\u00e4l"));
        attributes.put(
                "b",
                MessageAttributeValue.builder()
                        .dataType("Binary")
                        .binaryValue(SdkBytes.fromByteArray(new byte[] {0, 1, -1}))
                        .build());
        assertThat(sqs.sendMessage(b ->
                                b.queueUrl(queue(Map.of())).messageBody("m").messageAttributes(attributes))
                        .md5OfMessageAttributes())
                .isEqualTo("1e902f4a3760dc4df7f0af2b1b4f0145");
    }

    @Test
    void contentsDecideWhatIsADuplicate() {
        String url = queue(
                Map.of(QueueAttributeName.FIFO_QUEUE, "true", QueueAttributeName.CONTENT_BASED_DEDUPLICATION, "true"));
        String first = sqs.sendMessage(b -> b.queueUrl(url).messageBody("same").messageGroupId("g"))
                .messageId();
        // Attributes are no part of the content.
        assertThat(sqs.sendMessage(b -> b.queueUrl(url)
                                .messageBody("same")
                                .messageGroupId("g")
                                .messageAttributes(Map.of("a", attribute("String", "v"))))
                        .messageId())
                .isEqualTo(first);
        // An id of one's own comes first.
        assertThat(sqs.sendMessage(b -> b.queueUrl(url)
                                .messageBody("same")
                                .messageGroupId("g")
                                .messageDeduplicationId("other"))
                        .messageId())
                .isNotEqualTo(first);
    }

    @Test
    void aDeadLetterQueueSaysWhoseItIs() {
        String source = queue(Map.of());
        String other = queue(Map.of());
        String dead = queue(Map.of(
                QueueAttributeName.REDRIVE_ALLOW_POLICY,
                "{\"redrivePermission\":\"byQueue\",\"sourceQueueArns\":[\"" + arn(source) + "\"]}"));
        String policy = "{\"maxReceiveCount\":\"3\",\"deadLetterTargetArn\":\"" + arn(dead) + "\"}";
        sqs.setQueueAttributes(b -> b.queueUrl(source).attributes(Map.of(QueueAttributeName.REDRIVE_POLICY, policy)));
        assertThatThrownBy(() -> sqs.setQueueAttributes(
                        b -> b.queueUrl(other).attributes(Map.of(QueueAttributeName.REDRIVE_POLICY, policy))))
                .hasMessageContaining("does not allow source queue " + arn(other));
        for (String wrong : List.of(
                "{\"redrivePermission\":\"some\"}",
                "{\"redrivePermission\":\"byQueue\"}",
                "{\"redrivePermission\":\"allowAll\",\"sourceQueueArns\":[\"" + arn(source) + "\"]}",
                "[]")) {
            assertThatThrownBy(() -> sqs.setQueueAttributes(
                            b -> b.queueUrl(dead).attributes(Map.of(QueueAttributeName.REDRIVE_ALLOW_POLICY, wrong))))
                    .as(wrong)
                    .isInstanceOf(SqsException.class)
                    .hasMessageContaining("for parameter RedriveAllowPolicy is invalid.");
        }
    }

    @Test
    void aDeadLetterQueueIsInTheRegionOfItsSource() {
        String url = queue(Map.of());
        assertThatThrownBy(
                        () -> sqs.setQueueAttributes(
                                b -> b.queueUrl(url)
                                        .attributes(
                                                Map.of(
                                                        QueueAttributeName.REDRIVE_POLICY,
                                                        "{\"maxReceiveCount\":3,\"deadLetterTargetArn\":\"arn:aws:sqs:eu-west-1:000000000000:d\"}"))))
                .hasMessageContaining("Dead-letter target owner should be same as the source, in the same region.");
    }

    @Test
    void perGroupThroughputNeedsDeduplicationByGroup() {
        assertThatThrownBy(() -> queue(Map.of(
                        QueueAttributeName.FIFO_QUEUE,
                        "true",
                        QueueAttributeName.FIFO_THROUGHPUT_LIMIT,
                        "perMessageGroupId")))
                .hasMessageContaining("is allowed only when the value for DeduplicationScope is messageGroup.");
    }

    @Test
    void tagsAreFiftyAtMostAndNotTooLong() {
        String url = queue(Map.of());
        Map<String, String> many = IntStream.range(0, 51).boxed().collect(Collectors.toMap(i -> "k" + i, i -> "v"));
        assertThatThrownBy(() -> sqs.tagQueue(b -> b.queueUrl(url).tags(many)))
                .hasMessageContaining("Too many tags added for queue");
        assertThatThrownBy(() -> sqs.tagQueue(b -> b.queueUrl(url).tags(Map.of("k".repeat(129), "v"))))
                .hasMessageContaining("Tag keys must be between 1 and 128 characters in length.");
        assertThatThrownBy(() -> sqs.tagQueue(b -> b.queueUrl(url).tags(Map.of("k", "v".repeat(257)))))
                .hasMessageContaining("Tag values must be between 0 and 256 characters in length.");
        assertThatThrownBy(() -> sqs.untagQueue(b -> b.queueUrl(url).tagKeys(List.of())))
                .hasMessageContaining("Tag keys can't be empty.");
        assertThat(sqs.listQueueTags(b -> b.queueUrl(url)).hasTags()).isFalse();
    }

    @Test
    void listsKnowTheirLimitsAndMarkers() {
        assertThatThrownBy(() -> sqs.listQueues(b -> b.maxResults(1001)))
                .hasMessageContaining("MaxResults must be an integer between 1 and 1000.");
        assertThatThrownBy(() -> sqs.listQueues(b -> b.maxResults(1).nextToken("%%%")))
                .hasMessageContaining("Invalid or expired next token.");
        String dead = queue(Map.of());
        for (int i = 0; i < 3; i++) {
            queue(Map.of(
                    QueueAttributeName.REDRIVE_POLICY,
                    "{\"maxReceiveCount\":3,\"deadLetterTargetArn\":\"" + arn(dead) + "\"}"));
        }
        var first = sqs.listDeadLetterSourceQueues(b -> b.queueUrl(dead).maxResults(2));
        assertThat(first.queueUrls()).hasSize(2);
        var second = sqs.listDeadLetterSourceQueues(
                b -> b.queueUrl(dead).maxResults(2).nextToken(first.nextToken()));
        assertThat(second.queueUrls()).hasSize(1).doesNotContainAnyElementsOf(first.queueUrls());
        assertThat(second.nextToken()).isNull();
    }

    @Test
    void aMoveTaskIsFromADeadLetterQueueAndTheOnlyOne() {
        String dead = queue(Map.of());
        String plain = queue(Map.of());
        assertThatThrownBy(() -> sqs.startMessageMoveTask(b -> b.sourceArn(arn(plain))))
                .hasMessageContaining("Source queue must be configured as a Dead Letter Queue.");
        queue(Map.of(
                QueueAttributeName.REDRIVE_POLICY,
                "{\"maxReceiveCount\":3,\"deadLetterTargetArn\":\"" + arn(dead) + "\"}"));
        assertThatThrownBy(() ->
                        sqs.startMessageMoveTask(b -> b.sourceArn(arn(dead)).destinationArn(arn(fifo()))))
                .hasMessageContaining("must be of the same type");
        assertThatThrownBy(() ->
                        sqs.startMessageMoveTask(b -> b.sourceArn(arn(dead)).maxNumberOfMessagesPerSecond(501)))
                .hasMessageContaining("Must be between 1 and 500, if provided.");
        assertThatThrownBy(() ->
                        sqs.startMessageMoveTask(b -> b.sourceArn(arn(dead)).destinationArn(arn(dead) + "-absent")))
                .hasMessageContaining(
                        "The resource that you specified for the DestinationArn parameter doesn't exist.");
        assertThatThrownBy(() ->
                        sqs.listMessageMoveTasks(b -> b.sourceArn(arn(dead)).maxResults(11)))
                .hasMessageContaining("Must be between 1 and 10, if provided.");
        for (int i = 0; i < 20; i++) {
            sqs.sendMessage(b -> b.queueUrl(dead).messageBody("m"));
        }
        String handle = sqs.startMessageMoveTask(
                        b -> b.sourceArn(arn(dead)).destinationArn(arn(plain)).maxNumberOfMessagesPerSecond(1))
                .taskHandle();
        assertThatThrownBy(() -> sqs.startMessageMoveTask(b -> b.sourceArn(arn(dead))))
                .hasMessageContaining("There is already a task running.");
        sqs.cancelMessageMoveTask(b -> b.taskHandle(handle));
    }
}
