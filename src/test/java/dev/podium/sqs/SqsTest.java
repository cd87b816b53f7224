package dev.podium.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.Eventually;
import dev.podium.TestServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchEntryIdsNotDistinctException;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.EmptyBatchRequestException;
import software.amazon.awssdk.services.sqs.model.InvalidAttributeNameException;
import software.amazon.awssdk.services.sqs.model.InvalidAttributeValueException;
import software.amazon.awssdk.services.sqs.model.InvalidMessageContentsException;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageNotInflightException;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeNameForSends;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeValue;
import software.amazon.awssdk.services.sqs.model.PurgeQueueInProgressException;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.QueueNameExistsException;
import software.amazon.awssdk.services.sqs.model.ReceiptHandleIsInvalidException;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;
import software.amazon.awssdk.services.sqs.model.SqsException;
import software.amazon.awssdk.services.sqs.model.TooManyEntriesInBatchRequestException;

/// Queues through the AWS SDK, which checks the digests of what it sends and receives.
@NullMarked
final class SqsTest {
    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of());

    @AutoClose
    @SuppressWarnings("NullAway.Init")
    private static SqsClient sqs;

    @BeforeAll
    static void start() throws Exception {
        sqs = TestServer.sqs(server.endpoint(), Region.US_EAST_1);
    }

    private static String queue(Map<QueueAttributeName, String> attributes) {
        String suffix = attributes.containsKey(QueueAttributeName.FIFO_QUEUE) ? ".fifo" : "";
        return sqs.createQueue(
                        b -> b.queueName("q-" + UUID.randomUUID() + suffix).attributes(attributes))
                .queueUrl();
    }

    private static String queue() {
        return queue(Map.of());
    }

    private static String arn(String url) {
        return attributes(url).getOrDefault(QueueAttributeName.QUEUE_ARN, "");
    }

    private static Map<QueueAttributeName, String> attributes(String url) {
        return sqs.getQueueAttributes(b -> b.queueUrl(url).attributeNames(QueueAttributeName.ALL))
                .attributes();
    }

    private static SendMessageResponse send(String url, String body) {
        return sqs.sendMessage(b -> b.queueUrl(url).messageBody(body));
    }

    private static List<Message> receive(String url, int max, int wait) {
        return sqs.receiveMessage(b -> b.queueUrl(url)
                        .maxNumberOfMessages(max)
                        .waitTimeSeconds(wait)
                        .messageSystemAttributeNames(MessageSystemAttributeName.ALL)
                        .messageAttributeNames("All"))
                .messages();
    }

    private static String counts(String url) {
        Map<QueueAttributeName, String> all = attributes(url);
        return all.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES) + " "
                + all.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE) + " "
                + all.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED);
    }

    @Test
    void messageGoesThroughWithAllItCarries() {
        String url = queue();
        SendMessageResponse sent = sqs.sendMessage(b -> b.queueUrl(url)
                .messageBody("h\u00e9llo <&> \ud83d\ude00")
                .messageAttributes(Map.of(
                        "text",
                                MessageAttributeValue.builder()
                                        .dataType("String")
                                        .stringValue("v\u00e4l")
                                        .build(),
                        "number.x",
                                MessageAttributeValue.builder()
                                        .dataType("Number.int")
                                        .stringValue("42")
                                        .build(),
                        "bytes",
                                MessageAttributeValue.builder()
                                        .dataType("Binary")
                                        .binaryValue(SdkBytes.fromByteArray(new byte[] {0, 1, -1}))
                                        .build()))
                .messageSystemAttributes(Map.of(
                        MessageSystemAttributeNameForSends.AWS_TRACE_HEADER,
                        MessageSystemAttributeValue.builder()
                                .dataType("String")
                                .stringValue("Root=1-5759e988-bd862e3fe1be46a994272793")
                                .build())));
        assertThat(sent.md5OfMessageSystemAttributes()).hasSize(32);
        Message got = receive(url, 10, 5).getFirst();
        assertThat(got.messageId()).isEqualTo(sent.messageId());
        assertThat(got.body()).isEqualTo("h\u00e9llo <&> \ud83d\ude00");
        assertThat(got.md5OfMessageAttributes()).isEqualTo(sent.md5OfMessageAttributes());
        assertThat(got.messageAttributes()).containsOnlyKeys("text", "number.x", "bytes");
        assertThat(got.attributes())
                .containsEntry(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "1")
                .containsEntry(MessageSystemAttributeName.SENDER_ID, "000000000000")
                .containsEntry(MessageSystemAttributeName.AWS_TRACE_HEADER, "Root=1-5759e988-bd862e3fe1be46a994272793")
                .containsKeys(
                        MessageSystemAttributeName.SENT_TIMESTAMP,
                        MessageSystemAttributeName.APPROXIMATE_FIRST_RECEIVE_TIMESTAMP)
                .doesNotContainKey(MessageSystemAttributeName.SEQUENCE_NUMBER);
        assertThat(counts(url)).isEqualTo("0 1 0");
        sqs.deleteMessage(b -> b.queueUrl(url).receiptHandle(got.receiptHandle()));
        sqs.deleteMessage(b -> b.queueUrl(url).receiptHandle(got.receiptHandle()));
        assertThat(counts(url)).isEqualTo("0 0 0");
    }

    /// An SDK in a function sends the header with each request; the message's own attribute comes first.
    @Test
    void traceHeaderOfTheRequestStaysWithItsMessages() {
        String url = queue();
        String trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Lineage=1234abcd:3";
        SendMessageResponse sent = sqs.sendMessage(b ->
                b.queueUrl(url).messageBody("one").overrideConfiguration(c -> c.putHeader("X-Amzn-Trace-Id", trace)));
        assertThat(sent.md5OfMessageSystemAttributes()).isNull();
        MessageSystemAttributeValue own = MessageSystemAttributeValue.builder()
                .dataType("String")
                .stringValue("Root=its own")
                .build();
        SendMessageBatchRequestEntry plain = SendMessageBatchRequestEntry.builder()
                .id("2")
                .messageBody("two")
                .build();
        SendMessageBatchRequestEntry traced = SendMessageBatchRequestEntry.builder()
                .id("3")
                .messageBody("three")
                .messageSystemAttributes(Map.of(MessageSystemAttributeNameForSends.AWS_TRACE_HEADER, own))
                .build();
        sqs.sendMessageBatch(b -> b.queueUrl(url)
                .entries(plain, traced)
                .overrideConfiguration(c -> c.putHeader("X-Amzn-Trace-Id", trace)));
        assertThat(receive(url, 10, 0))
                .extracting(m -> m.body() + " " + m.attributes().get(MessageSystemAttributeName.AWS_TRACE_HEADER))
                .containsExactlyInAnyOrder("one " + trace, "two " + trace, "three Root=its own");
    }

    @Test
    void receiveShowsOnlyTheAttributesAskedFor() {
        String url = queue();
        MessageAttributeValue value = MessageAttributeValue.builder()
                .dataType("String")
                .stringValue("v")
                .build();
        sqs.sendMessage(b ->
                b.queueUrl(url).messageBody("b").messageAttributes(Map.of("a.x", value, "a.y", value, "other", value)));
        Message none = sqs.receiveMessage(b -> b.queueUrl(url).visibilityTimeout(0))
                .messages()
                .getFirst();
        assertThat(none.hasAttributes()).isFalse();
        assertThat(none.hasMessageAttributes()).isFalse();
        assertThat(none.md5OfMessageAttributes()).isNull();
        Message some = sqs.receiveMessage(b -> b.queueUrl(url)
                        .visibilityTimeout(0)
                        .messageAttributeNames("a.*")
                        .messageSystemAttributeNames(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT))
                .messages()
                .getFirst();
        assertThat(some.messageAttributes()).containsOnlyKeys("a.x", "a.y");
        assertThat(some.attributes()).isEqualTo(Map.of(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "2"));
        assertThatThrownBy(() ->
                        sqs.receiveMessage(b -> b.queueUrl(url).messageSystemAttributeNamesWithStrings("Nonsense")))
                .isInstanceOf(InvalidAttributeNameException.class)
                .hasMessageContaining("Unknown Attribute Nonsense.");
    }

    @Test
    void queueIsMadeOnceFoundListedAndDeleted() {
        String prefix = "l-" + UUID.randomUUID();
        String one = sqs.createQueue(b -> b.queueName(prefix + "-1")
                        .attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "7"))
                        .tags(Map.of("team", "red")))
                .queueUrl();
        assertThat(one).isEqualTo(server.endpoint() + "/000000000000/" + prefix + "-1");
        assertThat(sqs.createQueue(b -> b.queueName(prefix + "-1")
                                .attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "7")))
                        .queueUrl())
                .isEqualTo(one);
        assertThatThrownBy(() -> sqs.createQueue(
                        b -> b.queueName(prefix + "-1").attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "8"))))
                .isInstanceOf(QueueNameExistsException.class)
                .satisfies(e -> assertThat(((SqsException) e).awsErrorDetails().errorCode())
                        .isEqualTo("QueueAlreadyExists"))
                .hasMessageContaining("A queue already exists with the same name and a different value for attribute "
                        + "VisibilityTimeout");
        sqs.createQueue(b -> b.queueName(prefix + "-2"));
        sqs.createQueue(b -> b.queueName(prefix + "-3"));
        assertThat(sqs.getQueueUrl(b -> b.queueName(prefix + "-1")).queueUrl()).isEqualTo(one);
        assertThat(sqs.listQueuesPaginator(b -> b.queueNamePrefix(prefix).maxResults(2))
                        .queueUrls())
                .hasSize(3);
        assertThat(sqs.listQueues(b -> b.queueNamePrefix(prefix).maxResults(2)).queueUrls())
                .hasSize(2);
        assertThat(sqs.listQueueTags(b -> b.queueUrl(one)).tags()).isEqualTo(Map.of("team", "red"));
        sqs.tagQueue(b -> b.queueUrl(one).tags(Map.of("more", "x")));
        sqs.untagQueue(b -> b.queueUrl(one).tagKeys("team"));
        assertThat(sqs.listQueueTags(b -> b.queueUrl(one)).tags()).isEqualTo(Map.of("more", "x"));
        sqs.deleteQueue(b -> b.queueUrl(one));
        assertThatThrownBy(() -> sqs.getQueueUrl(b -> b.queueName(prefix + "-1")))
                .isInstanceOf(QueueDoesNotExistException.class)
                .satisfies(e -> assertThat(((SqsException) e).awsErrorDetails().errorCode())
                        .isEqualTo("AWS.SimpleQueueService.NonExistentQueue"))
                .hasMessageContaining("The specified queue does not exist.");
        assertThatThrownBy(() -> send(one, "x")).isInstanceOf(QueueDoesNotExistException.class);
        assertThatThrownBy(() -> send("nonsense", "x")).isInstanceOf(QueueDoesNotExistException.class);
    }

    @Test
    void regionsHaveQueuesOfTheirOwn() {
        try (SqsClient other = TestServer.sqs(server.endpoint(), Region.EU_WEST_1)) {
            String url = queue();
            assertThatThrownBy(() -> other.sendMessage(b -> b.queueUrl(url).messageBody("x")))
                    .isInstanceOf(QueueDoesNotExistException.class);
            assertThat(arn(url)).startsWith("arn:aws:sqs:us-east-1:000000000000:q-");
        }
    }

    @Test
    void attributesHaveAwsDefaultsRangesAndErrors() {
        String url = queue();
        assertThat(attributes(url))
                .containsEntry(QueueAttributeName.VISIBILITY_TIMEOUT, "30")
                .containsEntry(QueueAttributeName.MESSAGE_RETENTION_PERIOD, "345600")
                .containsEntry(QueueAttributeName.MAXIMUM_MESSAGE_SIZE, "1048576")
                .containsEntry(QueueAttributeName.DELAY_SECONDS, "0")
                .containsEntry(QueueAttributeName.RECEIVE_MESSAGE_WAIT_TIME_SECONDS, "0")
                .containsEntry(QueueAttributeName.SQS_MANAGED_SSE_ENABLED, "true")
                .hasSize(12);
        sqs.setQueueAttributes(b -> b.queueUrl(url)
                .attributes(Map.of(
                        QueueAttributeName.DELAY_SECONDS, "900", QueueAttributeName.KMS_MASTER_KEY_ID, "alias/x")));
        assertThat(sqs.getQueueAttributes(b -> b.queueUrl(url)
                                .attributeNames(
                                        QueueAttributeName.DELAY_SECONDS, QueueAttributeName.SQS_MANAGED_SSE_ENABLED))
                        .attributes())
                .isEqualTo(Map.of(
                        QueueAttributeName.DELAY_SECONDS, "900", QueueAttributeName.SQS_MANAGED_SSE_ENABLED, "false"));
        assertThat(sqs.getQueueAttributes(b -> b.queueUrl(url)).hasAttributes()).isFalse();
        for (Map.Entry<String, String> bad : Map.of(
                        "VisibilityTimeout", "43201",
                        "MessageRetentionPeriod", "59",
                        "MaximumMessageSize", "1023",
                        "DelaySeconds", "x",
                        "ReceiveMessageWaitTimeSeconds", "21",
                        "Policy", "no json",
                        "SqsManagedSseEnabled", "yes")
                .entrySet()) {
            assertThatThrownBy(() -> sqs.setQueueAttributes(
                            b -> b.queueUrl(url).attributesWithStrings(Map.of(bad.getKey(), bad.getValue()))))
                    .as(bad.toString())
                    .isInstanceOf(InvalidAttributeValueException.class)
                    .hasMessageContaining("Invalid value for the parameter " + bad.getKey() + ".");
        }
        for (String unknown : List.of("Nonsense", "QueueArn", "FifoQueue")) {
            assertThatThrownBy(() ->
                            sqs.setQueueAttributes(b -> b.queueUrl(url).attributesWithStrings(Map.of(unknown, "true"))))
                    .isInstanceOf(InvalidAttributeNameException.class)
                    .hasMessageContaining("Unknown Attribute " + unknown + ".");
        }
        assertThatThrownBy(() -> sqs.createQueue(b -> b.queueName("a b")))
                .hasMessageContaining("Can only include alphanumeric characters, hyphens, or underscores.");
        assertThatThrownBy(() -> sqs.createQueue(
                        b -> b.queueName("plain").attributes(Map.of(QueueAttributeName.FIFO_QUEUE, "true"))))
                .hasMessageContaining("must end with .fifo suffix");
    }

    /// Without being woken they would wait for twenty seconds.
    @Test
    void waitingReceiversGetWhatIsSentAndTheOthersHearThatTheQueueIsDeleted() throws Exception {
        String url = queue();
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Message>>> waiting = IntStream.range(0, 4)
                    .mapToObj(i -> pool.submit(() -> receive(url, 1, 20)))
                    .toList();
            assertThat(receive(url, 1, 1)).isEmpty();
            assertThat(waiting).noneMatch(Future::isDone);
            send(url, "one");
            send(url, "two");
            Eventually.within(
                    Duration.ofSeconds(10),
                    () -> waiting.stream().filter(Future::isDone).count() == 2);
            assertThat(waiting.stream()
                            .filter(Future::isDone)
                            .flatMap(each -> each.resultNow().stream())
                            .map(Message::body))
                    .containsExactlyInAnyOrder("one", "two");
            sqs.deleteQueue(b -> b.queueUrl(url));
            Eventually.within(Duration.ofSeconds(10), () -> waiting.stream().allMatch(Future::isDone));
            assertThat(waiting.stream()
                            .filter(each -> each.state() == Future.State.FAILED)
                            .map(Future::exceptionNow))
                    .hasSize(2)
                    .allMatch(QueueDoesNotExistException.class::isInstance);
        }
    }

    @Test
    void waitingReceiverGetsWhatBecomesVisible() {
        String url = queue();
        send(url, "again");
        // A second for the first receive alone: what is counted below must stay as it is until then.
        String first = sqs.receiveMessage(b -> b.queueUrl(url).visibilityTimeout(1))
                .messages()
                .getFirst()
                .receiptHandle();
        Message again = receive(url, 1, 10).getFirst();
        assertThat(again.attributes()).containsEntry(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "2");
        sqs.sendMessage(b -> b.queueUrl(url).messageBody("much later").delaySeconds(900));
        assertThat(counts(url)).isEqualTo("0 1 1");
        sqs.sendMessage(b -> b.queueUrl(url).messageBody("later").delaySeconds(1));
        sqs.deleteMessage(b -> b.queueUrl(url).receiptHandle(first));
        assertThat(receive(url, 1, 10).getFirst().body()).isEqualTo("later");
    }

    @Test
    void visibilityIsChanged() {
        String url = queue();
        send(url, "m");
        String handle = receive(url, 1, 5).getFirst().receiptHandle();
        sqs.changeMessageVisibility(b -> b.queueUrl(url).receiptHandle(handle).visibilityTimeout(0));
        assertThat(counts(url)).isEqualTo("1 0 0");
        assertThatThrownBy(() -> sqs.changeMessageVisibility(
                        b -> b.queueUrl(url).receiptHandle(handle).visibilityTimeout(1)))
                .isInstanceOf(MessageNotInflightException.class);
        String second = receive(url, 1, 5).getFirst().receiptHandle();
        assertThatThrownBy(() -> sqs.changeMessageVisibility(
                        b -> b.queueUrl(url).receiptHandle(second).visibilityTimeout(43201)))
                .hasMessageContaining("Value 43201 for parameter VisibilityTimeout is invalid. Reason:");
        assertThatThrownBy(() -> sqs.changeMessageVisibility(
                        b -> b.queueUrl(url).receiptHandle("nonsense").visibilityTimeout(1)))
                .isInstanceOf(ReceiptHandleIsInvalidException.class)
                .hasMessageContaining("The input receipt handle \"nonsense\" is not a valid receipt handle.");
        var batch = sqs.changeMessageVisibilityBatch(b -> b.queueUrl(url)
                .entries(
                        ChangeMessageVisibilityBatchRequestEntry.builder()
                                .id("a")
                                .receiptHandle(second)
                                .visibilityTimeout(0)
                                .build(),
                        ChangeMessageVisibilityBatchRequestEntry.builder()
                                .id("b")
                                .receiptHandle("nonsense")
                                .visibilityTimeout(0)
                                .build()));
        assertThat(batch.successful()).extracting(r -> r.id()).containsExactly("a");
        assertThat(batch.failed()).extracting(BatchResultErrorEntry::code).containsExactly("ReceiptHandleIsInvalid");
    }

    @Test
    void batchesAnswerEachEntry() {
        String url = queue();
        SendMessageBatchResponse sent = sqs.sendMessageBatch(
                b -> b.queueUrl(url).entries(entry("a", "one"), entry("b", "two"), entry("c", "bad \u0001")));
        assertThat(sent.successful()).extracting(r -> r.id()).containsExactly("a", "b");
        assertThat(sent.failed())
                .extracting(BatchResultErrorEntry::id, BatchResultErrorEntry::code, BatchResultErrorEntry::senderFault)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("c", "InvalidMessageContents", true));
        List<Message> got = receive(url, 10, 5);
        assertThat(got).extracting(Message::body).containsExactly("one", "two");
        var deleted = sqs.deleteMessageBatch(b -> b.queueUrl(url)
                .entries(IntStream.range(0, 2)
                        .mapToObj(i -> DeleteMessageBatchRequestEntry.builder()
                                .id("d" + i)
                                .receiptHandle(got.get(i).receiptHandle())
                                .build())
                        .toList()));
        assertThat(deleted.successful()).hasSize(2);
        assertThat(counts(url)).isEqualTo("0 0 0");
        assertThatThrownBy(() -> sqs.sendMessageBatch(b -> b.queueUrl(url).entries(List.of())))
                .isInstanceOf(EmptyBatchRequestException.class);
        assertThatThrownBy(() -> sqs.sendMessageBatch(b -> b.queueUrl(url).entries(entry("a", "1"), entry("a", "2"))))
                .isInstanceOf(BatchEntryIdsNotDistinctException.class)
                .hasMessageContaining("Id a repeated.");
        assertThatThrownBy(() -> sqs.sendMessageBatch(b -> b.queueUrl(url)
                        .entries(IntStream.range(0, 11)
                                .mapToObj(i -> entry("e" + i, "x"))
                                .toList())))
                .isInstanceOf(TooManyEntriesInBatchRequestException.class)
                .hasMessageContaining("Maximum number of entries per request are 10. You have sent 11.");
        assertThatThrownBy(() -> sqs.sendMessageBatch(b ->
                        b.queueUrl(url).entries(entry("a", "x".repeat(600_000)), entry("b", "x".repeat(600_000)))))
                .hasMessageContaining(
                        "Batch requests cannot be longer than 1048576 bytes. You have sent 1200000 bytes.");
    }

    private static SendMessageBatchRequestEntry entry(String id, String body) {
        return SendMessageBatchRequestEntry.builder().id(id).messageBody(body).build();
    }

    @Test
    void badMessagesAreRefusedInAwsWords() {
        String url = queue(Map.of(QueueAttributeName.MAXIMUM_MESSAGE_SIZE, "1024"));
        assertThatThrownBy(() -> send(url, "x\u0000")).isInstanceOf(InvalidMessageContentsException.class);
        assertThatThrownBy(() -> send(url, ""))
                .hasMessageContaining("The request must contain the parameter MessageBody.");
        assertThatThrownBy(() -> send(url, "x".repeat(1025)))
                .hasMessageContaining(
                        "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.");
        assertThatThrownBy(() ->
                        sqs.sendMessage(b -> b.queueUrl(url).messageBody("x").delaySeconds(901)))
                .hasMessageContaining(
                        "Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 "
                                + "and <= 900.");
        assertThatThrownBy(() -> receive(url, 11, 0))
                .hasMessageContaining(
                        "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 "
                                + "and 10, if provided.")
                .satisfies(e -> assertThat(((SqsException) e).awsErrorDetails().errorCode())
                        .isEqualTo("InvalidParameterValue"));
        assertThatThrownBy(() -> sqs.sendMessage(b -> b.queueUrl(url)
                        .messageBody("x")
                        .messageAttributes(Map.of(
                                "a",
                                MessageAttributeValue.builder()
                                        .dataType("Nonsense")
                                        .stringValue("v")
                                        .build()))))
                .hasMessageContaining("the set of supported type prefixes is Binary, Number, and String");
    }

    @Test
    void purgeEmptiesTheQueueOnceAMinute() {
        String url = queue();
        send(url, "a");
        send(url, "b");
        receive(url, 1, 1);
        sqs.purgeQueue(b -> b.queueUrl(url));
        assertThat(counts(url)).isEqualTo("0 0 0");
        assertThatThrownBy(() -> sqs.purgeQueue(b -> b.queueUrl(url)))
                .isInstanceOf(PurgeQueueInProgressException.class)
                .hasMessageContaining("is allowed every 60 seconds.");
    }

    @Test
    void messageReceivedTooOftenGoesToTheDeadLetterQueueAndBack() throws Exception {
        String dead = queue();
        String url = queue(Map.of(
                QueueAttributeName.REDRIVE_POLICY,
                "{\"deadLetterTargetArn\": \"" + arn(dead) + "\", \"maxReceiveCount\": \"2\"}",
                QueueAttributeName.VISIBILITY_TIMEOUT,
                "0"));
        assertThat(attributes(url).get(QueueAttributeName.REDRIVE_POLICY))
                .isEqualTo("{\"deadLetterTargetArn\":\"" + arn(dead) + "\",\"maxReceiveCount\":2}");
        String id = send(url, "poison").messageId();
        assertThat(receive(url, 1, 1)).hasSize(1);
        assertThat(receive(url, 1, 1)).hasSize(1);
        assertThat(receive(url, 1, 0)).isEmpty();
        Message moved = receive(dead, 1, 5).getFirst();
        assertThat(moved.messageId()).isEqualTo(id);
        assertThat(moved.attributes())
                .containsEntry(MessageSystemAttributeName.DEAD_LETTER_QUEUE_SOURCE_ARN, arn(url))
                .containsEntry(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "3");
        assertThat(sqs.listDeadLetterSourceQueues(b -> b.queueUrl(dead)).queueUrls())
                .containsExactly(url);
        sqs.changeMessageVisibility(
                b -> b.queueUrl(dead).receiptHandle(moved.receiptHandle()).visibilityTimeout(0));
        sqs.startMessageMoveTask(b -> b.sourceArn(arn(dead)));
        Eventually.within(
                Duration.ofMinutes(1),
                () -> sqs.listMessageMoveTasks(b -> b.sourceArn(arn(dead)))
                        .results()
                        .getFirst()
                        .status()
                        .equals("COMPLETED"));
        assertThat(counts(dead)).isEqualTo("0 0 0");
        assertThat(receive(url, 1, 1).getFirst().messageId()).isEqualTo(id);
    }

    @Test
    void redrivePoliciesAreChecked() {
        String closed = queue(Map.of(QueueAttributeName.REDRIVE_ALLOW_POLICY, "{\"redrivePermission\":\"denyAll\"}"));
        String fifo = queue(Map.of(QueueAttributeName.FIFO_QUEUE, "true"));
        String url = queue();
        for (Map.Entry<String, String> bad : Map.of(
                        "no json",
                        "Redrive policy is not a valid JSON map.",
                        "{\"maxReceiveCount\":1}",
                        "does not contain mandatory attribute: deadLetterTargetArn.",
                        "{\"maxReceiveCount\":1001,\"deadLetterTargetArn\":\"" + arn(url) + "\"}",
                        "Invalid value for maxReceiveCount: 1001",
                        "{\"maxReceiveCount\":1,\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000000:absent\"}",
                        "Dead letter target does not exist.",
                        "{\"maxReceiveCount\":1,\"deadLetterTargetArn\":\"" + arn(fifo) + "\"}",
                        "Dead-letter queue must be same type of queue as the source.",
                        "{\"maxReceiveCount\":1,\"deadLetterTargetArn\":\"" + arn(closed) + "\"}",
                        "does not allow source queue")
                .entrySet()) {
            assertThatThrownBy(() -> sqs.setQueueAttributes(
                            b -> b.queueUrl(url).attributes(Map.of(QueueAttributeName.REDRIVE_POLICY, bad.getKey()))))
                    .as(bad.getKey())
                    .hasMessageContaining(bad.getValue());
        }
    }

    @Test
    void permissionsAreStatementsOfThePolicy() {
        String url = queue();
        sqs.addPermission(b ->
                b.queueUrl(url).label("share").awsAccountIds("123456789012").actions("SendMessage"));
        assertThat(attributes(url).get(QueueAttributeName.POLICY))
                .contains("\"Sid\":\"share\"", "arn:aws:iam::123456789012:root", "SQS:SendMessage");
        assertThatThrownBy(() -> sqs.addPermission(b -> b.queueUrl(url)
                        .label("share")
                        .awsAccountIds("123456789012")
                        .actions("SendMessage")))
                .hasMessageContaining("Value share for parameter Label is invalid. Reason: Already exists.");
        sqs.removePermission(b -> b.queueUrl(url).label("share"));
        assertThat(attributes(url)).doesNotContainKey(QueueAttributeName.POLICY);
    }

    @Test
    void fifoQueueKeepsItsOrderAndKnowsDuplicates() {
        String url = queue(
                Map.of(QueueAttributeName.FIFO_QUEUE, "true", QueueAttributeName.CONTENT_BASED_DEDUPLICATION, "true"));
        SendMessageResponse first =
                sqs.sendMessage(b -> b.queueUrl(url).messageBody("1").messageGroupId("g"));
        assertThat(first.sequenceNumber()).hasSize(20);
        SendMessageResponse twice =
                sqs.sendMessage(b -> b.queueUrl(url).messageBody("1").messageGroupId("g"));
        assertThat(twice.messageId()).isEqualTo(first.messageId());
        assertThat(twice.sequenceNumber()).isEqualTo(first.sequenceNumber());
        sqs.sendMessage(b -> b.queueUrl(url).messageBody("2").messageGroupId("g"));
        sqs.sendMessage(b -> b.queueUrl(url).messageBody("h").messageGroupId("h"));
        Message one = receive(url, 1, 1).getFirst();
        assertThat(one.body()).isEqualTo("1");
        assertThat(one.attributes())
                .containsEntry(MessageSystemAttributeName.MESSAGE_GROUP_ID, "g")
                .containsEntry(MessageSystemAttributeName.SEQUENCE_NUMBER, first.sequenceNumber())
                .containsKey(MessageSystemAttributeName.MESSAGE_DEDUPLICATION_ID);
        assertThat(receive(url, 10, 0)).extracting(Message::body).containsExactly("h");
        assertThat(receive(url, 10, 0)).isEmpty();
        sqs.deleteMessage(b -> b.queueUrl(url).receiptHandle(one.receiptHandle()));
        assertThat(receive(url, 10, 0)).extracting(Message::body).containsExactly("2");
        assertThatThrownBy(() -> send(url, "x"))
                .hasMessageContaining("The request must contain the parameter MessageGroupId.");
        String explicit = queue(Map.of(QueueAttributeName.FIFO_QUEUE, "true"));
        assertThatThrownBy(() -> sqs.sendMessage(
                        b -> b.queueUrl(explicit).messageBody("x").messageGroupId("g")))
                .hasMessageContaining("The queue should either have ContentBasedDeduplication enabled or "
                        + "MessageDeduplicationId provided explicitly");
    }

    @Test
    void repeatedReceiveAttemptGetsTheSameMessages() {
        String url = queue(
                Map.of(QueueAttributeName.FIFO_QUEUE, "true", QueueAttributeName.CONTENT_BASED_DEDUPLICATION, "true"));
        sqs.sendMessage(b -> b.queueUrl(url).messageBody("1").messageGroupId("g"));
        List<Message> first = sqs.receiveMessage(b -> b.queueUrl(url).receiveRequestAttemptId("try"))
                .messages();
        assertThat(first).hasSize(1);
        assertThat(sqs.receiveMessage(b -> b.queueUrl(url).receiveRequestAttemptId("try"))
                        .messages())
                .isEqualTo(first);
        assertThat(sqs.receiveMessage(b -> b.queueUrl(url).receiveRequestAttemptId("other"))
                        .messages())
                .isEmpty();
    }

    @Test
    void oldClientsSpeakTheQueryProtocolToTheQueuesOwnPath() throws Exception {
        String url = queue();
        String path = URI.create(url).getPath();
        assertThat(form(path, "Action=SendMessage&Version=2012-11-05&MessageBody=hello+there"))
                .startsWith("200 ")
                .contains("<SendMessageResponse xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\">");
        assertThat(form("/", "Action=ReceiveMessage&Version=2012-11-05&AttributeName.1=All&QueueUrl=" + url))
                .contains(
                        "<Body>hello there</Body>",
                        "<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>");
        assertThat(form("/000000000000/absent", "Action=GetQueueAttributes&Version=2012-11-05"))
                .startsWith("400 ")
                .contains("<Code>AWS.SimpleQueueService.NonExistentQueue</Code>");
        assertThat(form("/", "Action=GetQueueUrl&Version=2012-11-05"))
                .contains("<Code>MissingParameter</Code>", "The request must contain the parameter QueueName.");
    }

    private static String form(String path, String body) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            var response = http.send(
                    HttpRequest.newBuilder(server.endpoint().resolve(path))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return response.statusCode() + " " + response.body();
        }
    }
}
