package dev.podium.sqs;

import dev.podium.aws.AwsException;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The operations on messages.
record MessagesApi(Queues queues) implements SqsOperations {
    private static final int MOST_BATCH_BYTES = 1 << 20;
    private static final int LONGEST_DELAY = 900;
    private static final int MOST_MESSAGES = 10;
    private static final int LONGEST_WAIT = 20;

    /// A message attribute on the wire.
    record AttributeValue(
            @Nullable String stringValue,
            byte @Nullable [] binaryValue,
            @Nullable List<String> stringListValues,
            @Nullable List<byte[]> binaryListValues,
            String dataType) {
        static AttributeValue of(MessageAttribute attribute) {
            return new AttributeValue(
                    attribute.stringValue(), attribute.binaryValue(), null, null, attribute.dataType());
        }

        MessageAttribute attribute() {
            boolean lists = (stringListValues != null && !stringListValues.isEmpty())
                    || (binaryListValues != null && !binaryListValues.isEmpty());
            if (lists) {
                throw new SqsError.UnsupportedOperation(
                                "Message attribute list values in SendMessage operation are not supported.")
                        .exception();
            }
            return new MessageAttribute(dataType, stringValue, binaryValue);
        }
    }

    record SendRequest(
            String queueUrl,
            String messageBody,
            @Nullable Integer delaySeconds,
            @Nullable Map<String, AttributeValue> messageAttributes,
            @Nullable Map<String, AttributeValue> messageSystemAttributes,
            @Nullable String messageDeduplicationId,
            @Nullable String messageGroupId) {}

    record SendResult(
            String mD5OfMessageBody,
            @Nullable String mD5OfMessageAttributes,
            @Nullable String mD5OfMessageSystemAttributes,
            String messageId,
            @Nullable String sequenceNumber) {}

    record SendEntry(
            String id,
            String messageBody,
            @Nullable Integer delaySeconds,
            @Nullable Map<String, AttributeValue> messageAttributes,
            @Nullable Map<String, AttributeValue> messageSystemAttributes,
            @Nullable String messageDeduplicationId,
            @Nullable String messageGroupId) {}

    record SendBatchRequest(String queueUrl, List<SendEntry> entries) {}

    record SendResultEntry(
            String id,
            String messageId,
            String mD5OfMessageBody,
            @Nullable String mD5OfMessageAttributes,
            @Nullable String mD5OfMessageSystemAttributes,
            @Nullable String sequenceNumber) {}

    record SendBatchResult(List<SendResultEntry> successful, List<Batch.Failure> failed) {}

    record ReceiveRequest(
            String queueUrl,
            @Nullable List<String> attributeNames,
            @Nullable List<String> messageSystemAttributeNames,
            @Nullable List<String> messageAttributeNames,
            @Nullable Integer maxNumberOfMessages,
            @Nullable Integer visibilityTimeout,
            @Nullable Integer waitTimeSeconds,
            @Nullable String receiveRequestAttemptId) {}

    record Message(
            String messageId,
            String receiptHandle,
            String mD5OfBody,
            String body,
            @Nullable Map<String, String> attributes,
            @Nullable String mD5OfMessageAttributes,
            @Nullable Map<String, AttributeValue> messageAttributes) {}

    record ReceiveResult(@Nullable List<Message> messages) {}

    record DeleteRequest(String queueUrl, String receiptHandle) {}

    record DeleteEntry(String id, String receiptHandle) {}

    record DeleteBatchRequest(String queueUrl, List<DeleteEntry> entries) {}

    record VisibilityRequest(String queueUrl, String receiptHandle, int visibilityTimeout) {}

    record VisibilityEntry(
            String id, String receiptHandle, @Nullable Integer visibilityTimeout) {}

    record VisibilityBatchRequest(String queueUrl, List<VisibilityEntry> entries) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.operation("SendMessage", SendRequest.class, SendResult.class, this::send)
                .operation("SendMessageBatch", SendBatchRequest.class, SendBatchResult.class, this::sendBatch)
                .operation("ReceiveMessage", ReceiveRequest.class, ReceiveResult.class, this::receive)
                .operation("DeleteMessage", DeleteRequest.class, Void.class, this::delete)
                .operation("DeleteMessageBatch", DeleteBatchRequest.class, Batch.Result.class, this::deleteBatch)
                .operation("ChangeMessageVisibility", VisibilityRequest.class, Void.class, this::changeVisibility)
                .operation(
                        "ChangeMessageVisibilityBatch",
                        VisibilityBatchRequest.class,
                        Batch.Result.class,
                        this::changeVisibilityBatch);
    }

    private SendResult send(Call call, SendRequest request) {
        LiveQueue queue = queue(call, request.queueUrl());
        SendEntry entry = new SendEntry(
                "",
                request.messageBody(),
                request.delaySeconds(),
                request.messageAttributes(),
                request.messageSystemAttributes(),
                request.messageDeduplicationId(),
                request.messageGroupId());
        Outgoing message = outgoing(queue, entry);
        queues.room();
        Outgoing.Sent sent =
                queue.send(List.of(message), call.scope().account()).getFirst();
        return new SendResult(
                Digests.ofBody(message.body()),
                digest(message.attributes()),
                systemDigest(message),
                sent.messageId(),
                sequenceNumber(queue, sent));
    }

    private SendBatchResult sendBatch(Call call, SendBatchRequest request) {
        LiveQueue queue = queue(call, request.queueUrl());
        Batch.check(
                call.operation(), request.entries().stream().map(SendEntry::id).toList());
        List<SendResultEntry> successful = new ArrayList<>(request.entries().size());
        List<Batch.Failure> failed = new ArrayList<>(0);
        List<String> ids = new ArrayList<>(request.entries().size());
        List<Outgoing> messages = new ArrayList<>(request.entries().size());
        checkLength(request.entries());
        for (SendEntry entry : request.entries()) {
            try {
                messages.add(outgoing(queue, entry));
                ids.add(entry.id());
            } catch (AwsException e) {
                failed.add(Batch.Failure.of(entry.id(), (SqsError) e.error()));
            }
        }
        queues.room();
        List<Outgoing.Sent> sent = messages.isEmpty()
                ? List.of()
                : queue.send(messages, call.scope().account());
        for (int i = 0; i < sent.size(); i++) {
            Outgoing message = messages.get(i);
            successful.add(new SendResultEntry(
                    ids.get(i),
                    sent.get(i).messageId(),
                    Digests.ofBody(message.body()),
                    digest(message.attributes()),
                    systemDigest(message),
                    sequenceNumber(queue, sent.get(i))));
        }
        return new SendBatchResult(successful, failed);
    }

    private static void checkLength(List<SendEntry> entries) {
        long bytes = 0;
        for (SendEntry entry : entries) {
            bytes += MessageRules.size(entry.messageBody(), attributes(entry.messageAttributes()));
        }
        if (bytes > MOST_BATCH_BYTES) {
            throw new SqsError.BadBatch(
                            "BatchRequestTooLong",
                            "Batch requests cannot be longer than " + MOST_BATCH_BYTES + " bytes. You have sent "
                                    + bytes + " bytes.")
                    .exception();
        }
    }

    private static Outgoing outgoing(LiveQueue queue, SendEntry entry) {
        Map<String, MessageAttribute> attributes = attributes(entry.messageAttributes());
        MessageRules.check(entry.messageBody(), attributes, queue.settings().maxBytes());
        MessageRules.id(entry.messageGroupId(), "MessageGroupId");
        MessageRules.id(entry.messageDeduplicationId(), "MessageDeduplicationId");
        Integer delay = entry.delaySeconds();
        if (delay != null && (delay < 0 || delay > LONGEST_DELAY)) {
            throw invalid(delay, "DelaySeconds", "DelaySeconds must be >= 0 and <= 900.");
        }
        boolean fifo = queue.name().fifo();
        if (fifo && delay != null && delay > 0) {
            throw notOfThisType(delay, "DelaySeconds");
        }
        if (fifo && entry.messageGroupId() == null) {
            throw new SqsError.MissingParameter("MessageGroupId").exception();
        }
        if (!fifo && entry.messageDeduplicationId() != null) {
            throw notOfThisType(entry.messageDeduplicationId(), "MessageDeduplicationId");
        }
        return new Outgoing(
                entry.messageBody(),
                attributes,
                traceHeader(entry.messageSystemAttributes()),
                fifo ? null : delay,
                entry.messageGroupId(),
                fifo ? deduplication(queue, entry) : null);
    }

    private static String deduplication(LiveQueue queue, SendEntry entry) {
        if (entry.messageDeduplicationId() != null) {
            return entry.messageDeduplicationId();
        }
        if (!queue.settings().contentBased()) {
            throw new SqsError.InvalidParameterValue("The queue should either have ContentBasedDeduplication enabled or"
                            + " MessageDeduplicationId provided explicitly")
                    .exception();
        }
        return Digests.contentId(entry.messageBody());
    }

    private static Map<String, MessageAttribute> attributes(@Nullable Map<String, AttributeValue> given) {
        Map<String, MessageAttribute> attributes = new LinkedHashMap<>();
        if (given != null) {
            given.forEach((name, value) -> attributes.put(name, value.attribute()));
        }
        return attributes;
    }

    private static @Nullable String traceHeader(@Nullable Map<String, AttributeValue> given) {
        if (given == null || given.isEmpty()) {
            return null;
        }
        String header = null;
        for (Map.Entry<String, AttributeValue> entry : given.entrySet()) {
            if (!entry.getKey().equals("AWSTraceHeader")) {
                throw new SqsError.InvalidParameterValue("Message system attribute name '" + entry.getKey()
                                + "' is invalid. The only supported one is AWSTraceHeader.")
                        .exception();
            }
            header = entry.getValue().stringValue();
            if (!entry.getValue().dataType().equals("String") || header == null) {
                throw new SqsError.InvalidParameterValue(
                                "The message system attribute 'AWSTraceHeader' must be of type String and have a value.")
                        .exception();
            }
        }
        return header;
    }

    private static @Nullable String digest(Map<String, MessageAttribute> attributes) {
        return attributes.isEmpty() ? null : Digests.ofAttributes(attributes);
    }

    private static @Nullable String systemDigest(Outgoing message) {
        return message.traceHeader() == null
                ? null
                : Digests.ofAttributes(Map.of("AWSTraceHeader", MessageAttribute.string(message.traceHeader())));
    }

    private static @Nullable String sequenceNumber(LiveQueue queue, Outgoing.Sent sent) {
        return queue.name().fifo() ? SystemAttributes.sequenceNumber(sent.sequence()) : null;
    }

    private ReceiveResult receive(Call call, ReceiveRequest request) throws InterruptedException {
        LiveQueue queue = queue(call, request.queueUrl());
        int max = range(
                request.maxNumberOfMessages(),
                "MaxNumberOfMessages",
                1,
                MOST_MESSAGES,
                "Must be between 1 and 10, if provided.",
                1);
        Duration visibility =
                seconds(request.visibilityTimeout(), "VisibilityTimeout", (int) Handling.MAX_VISIBILITY.toSeconds());
        Duration wait = seconds(request.waitTimeSeconds(), "WaitTimeSeconds", LONGEST_WAIT);
        String attemptId = request.receiveRequestAttemptId();
        MessageRules.id(attemptId, "ReceiveRequestAttemptId");
        if (attemptId != null && !queue.name().fifo()) {
            throw notOfThisType(attemptId, "ReceiveRequestAttemptId");
        }
        Set<String> wanted = SystemAttributes.wanted(request.attributeNames(), request.messageSystemAttributeNames());
        List<String> names = request.messageAttributeNames() == null ? List.of() : request.messageAttributeNames();
        List<Message> messages = queue.receive(new Receive(max, visibility, wait, attemptId)).stream()
                .map(received -> message(received, wanted, names))
                .toList();
        return new ReceiveResult(messages.isEmpty() ? null : messages);
    }

    private static Message message(Received received, @Nullable Set<String> wanted, List<String> names) {
        Map<String, String> system = SystemAttributes.of(received);
        if (wanted != null) {
            system.keySet().retainAll(wanted);
        }
        Map<String, MessageAttribute> attributes = new LinkedHashMap<>();
        received.content().attributes().forEach((name, value) -> {
            if (names.stream().anyMatch(pattern -> matches(name, pattern))) {
                attributes.put(name, value);
            }
        });
        Map<String, AttributeValue> shown = new LinkedHashMap<>();
        attributes.forEach((name, value) -> shown.put(name, AttributeValue.of(value)));
        return new Message(
                received.message().messageId(),
                received.handle(),
                Digests.ofBody(received.content().body()),
                received.content().body(),
                system.isEmpty() ? null : system,
                digest(attributes),
                shown.isEmpty() ? null : shown);
    }

    private static boolean matches(String name, String pattern) {
        return pattern.equals("All")
                || (pattern.endsWith(".*") && name.startsWith(pattern.substring(0, pattern.length() - 2)))
                || name.equals(pattern);
    }

    private @Nullable Void delete(Call call, DeleteRequest request) {
        queue(call, request.queueUrl())
                .delete(List.of(request.receiptHandle()))
                .getFirst()
                .ifPresent(error -> {
                    throw error.exception();
                });
        return null;
    }

    private Batch.Result deleteBatch(Call call, DeleteBatchRequest request) {
        LiveQueue queue = queue(call, request.queueUrl());
        List<String> ids = request.entries().stream().map(DeleteEntry::id).toList();
        Batch.check(call.operation(), ids);
        return Batch.Result.of(
                ids,
                queue.delete(request.entries().stream()
                        .map(DeleteEntry::receiptHandle)
                        .toList()));
    }

    private @Nullable Void changeVisibility(Call call, VisibilityRequest request) {
        queue(call, request.queueUrl())
                .changeVisibility(
                        List.of(new Handling.Visibility(request.receiptHandle(), request.visibilityTimeout())))
                .getFirst()
                .ifPresent(error -> {
                    throw error.exception();
                });
        return null;
    }

    private Batch.Result changeVisibilityBatch(Call call, VisibilityBatchRequest request) {
        LiveQueue queue = queue(call, request.queueUrl());
        List<String> ids = request.entries().stream().map(VisibilityEntry::id).toList();
        Batch.check(call.operation(), ids);
        int otherwise = (int) queue.settings().visibility().toSeconds();
        return Batch.Result.of(
                ids,
                queue.changeVisibility(request.entries().stream()
                        .map(entry -> new Handling.Visibility(
                                entry.receiptHandle(),
                                entry.visibilityTimeout() == null ? otherwise : entry.visibilityTimeout()))
                        .toList()));
    }

    private LiveQueue queue(Call call, String url) {
        return queues.working(SqsApi.queue(url, call.scope()));
    }

    private static @Nullable Duration seconds(@Nullable Integer given, String parameter, int max) {
        return given == null
                ? null
                : Duration.ofSeconds(
                        range(given, parameter, 0, max, "Must be >= 0 and <= " + max + ", if provided.", 0));
    }

    private static int range(
            @Nullable Integer given, String parameter, int min, int max, String reason, int otherwise) {
        if (given == null) {
            return otherwise;
        }
        if (given < min || given > max) {
            throw invalid(given, parameter, reason);
        }
        return given;
    }

    private static AwsException notOfThisType(Object value, String parameter) {
        return invalid(value, parameter, "The request include parameter that is not valid for this queue type");
    }

    private static AwsException invalid(Object value, String parameter, String reason) {
        return SqsError.InvalidParameterValue.of(value, parameter, reason).exception();
    }
}
