package dev.podium.sqs;

import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The operations on messages that are in a queue: receiving and deleting them, and changing their visibility.
record MessagesApi(Queues queues) implements SqsOperations {
    private static final int MOST_MESSAGES = 10;
    private static final int LONGEST_WAIT = 20;

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
        service.operation("ReceiveMessage", ReceiveRequest.class, ReceiveResult.class, this::receive)
                .operation("DeleteMessage", DeleteRequest.class, Void.class, this::delete)
                .operation("DeleteMessageBatch", DeleteBatchRequest.class, Batch.Result.class, this::deleteBatch)
                .operation("ChangeMessageVisibility", VisibilityRequest.class, Void.class, this::changeVisibility)
                .operation(
                        "ChangeMessageVisibilityBatch",
                        VisibilityBatchRequest.class,
                        Batch.Result.class,
                        this::changeVisibilityBatch);
    }

    private ReceiveResult receive(Call call, ReceiveRequest request) throws InterruptedException {
        LiveQueue queue = SqsApi.queue(queues, call, request.queueUrl());
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
            throw SqsError.InvalidParameterValue.ofThisQueue(attemptId, "ReceiveRequestAttemptId")
                    .exception();
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
                Digests.ofAttributes(attributes),
                shown.isEmpty() ? null : shown);
    }

    private static boolean matches(String name, String pattern) {
        return pattern.equals("All")
                || (pattern.endsWith(".*") && name.startsWith(pattern.substring(0, pattern.length() - 2)))
                || name.equals(pattern);
    }

    private @Nullable Void delete(Call call, DeleteRequest request) {
        LiveQueue queue = SqsApi.queue(queues, call, request.queueUrl());
        return done(queue.delete(List.of(request.receiptHandle())));
    }

    /// The end of an operation on one message.
    private static @Nullable Void done(List<Optional<SqsError>> results) {
        results.getFirst().ifPresent(error -> {
            throw error.exception();
        });
        return null;
    }

    private Batch.Result deleteBatch(Call call, DeleteBatchRequest request) {
        LiveQueue queue = SqsApi.queue(queues, call, request.queueUrl());
        List<String> ids = request.entries().stream().map(DeleteEntry::id).toList();
        Batch.check(call.operation(), ids);
        return Batch.Result.of(
                ids,
                queue.delete(request.entries().stream()
                        .map(DeleteEntry::receiptHandle)
                        .toList()));
    }

    private @Nullable Void changeVisibility(Call call, VisibilityRequest request) {
        LiveQueue queue = SqsApi.queue(queues, call, request.queueUrl());
        return done(queue.changeVisibility(
                List.of(new Handling.Visibility(request.receiptHandle(), request.visibilityTimeout()))));
    }

    private Batch.Result changeVisibilityBatch(Call call, VisibilityBatchRequest request) {
        LiveQueue queue = SqsApi.queue(queues, call, request.queueUrl());
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
            throw SqsError.InvalidParameterValue.of(given, parameter, reason).exception();
        }
        return given;
    }
}
