package dev.podium.sqs;

import dev.podium.aws.AwsException;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// SendMessage and its batch.
record SendingApi(Queues queues) implements SqsOperations {
    private static final int MOST_BATCH_BYTES = 1 << 20;
    private static final int LONGEST_DELAY = 900;

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

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.operation("SendMessage", SendRequest.class, SendResult.class, this::send)
                .operation("SendMessageBatch", SendBatchRequest.class, SendBatchResult.class, this::sendBatch);
    }

    private SendResult send(Call call, SendRequest request) {
        LiveQueue queue = SqsApi.queue(queues, call, request.queueUrl());
        SendEntry entry = new SendEntry(
                "",
                request.messageBody(),
                request.delaySeconds(),
                request.messageAttributes(),
                request.messageSystemAttributes(),
                request.messageDeduplicationId(),
                request.messageGroupId());
        Outgoing message = outgoing(call, queue, entry);
        queues.room();
        Outgoing.Sent sent =
                queue.send(List.of(message), call.scope().account()).getFirst();
        return new SendResult(
                Digests.ofBody(message.body()),
                Digests.ofAttributes(message.attributes()),
                systemDigest(entry.messageSystemAttributes()),
                sent.messageId(),
                sequenceNumber(queue, sent));
    }

    private SendBatchResult sendBatch(Call call, SendBatchRequest request) {
        LiveQueue queue = SqsApi.queue(queues, call, request.queueUrl());
        Batch.check(
                call.operation(), request.entries().stream().map(SendEntry::id).toList());
        List<SendResultEntry> successful = new ArrayList<>(request.entries().size());
        List<Batch.Failure> failed = new ArrayList<>(0);
        List<SendEntry> accepted = new ArrayList<>(request.entries().size());
        List<Outgoing> messages = new ArrayList<>(request.entries().size());
        checkLength(request.entries());
        for (SendEntry entry : request.entries()) {
            try {
                messages.add(outgoing(call, queue, entry));
                accepted.add(entry);
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
                    accepted.get(i).id(),
                    sent.get(i).messageId(),
                    Digests.ofBody(message.body()),
                    Digests.ofAttributes(message.attributes()),
                    systemDigest(accepted.get(i).messageSystemAttributes()),
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

    private static Outgoing outgoing(Call call, LiveQueue queue, SendEntry entry) {
        Map<String, MessageAttribute> attributes = attributes(entry.messageAttributes());
        MessageRules.check(entry.messageBody(), attributes, queue.settings().maxBytes());
        MessageRules.id(entry.messageGroupId(), "MessageGroupId");
        MessageRules.id(entry.messageDeduplicationId(), "MessageDeduplicationId");
        Integer delay = entry.delaySeconds();
        if (delay != null && (delay < 0 || delay > LONGEST_DELAY)) {
            throw SqsError.InvalidParameterValue.of(delay, "DelaySeconds", "DelaySeconds must be >= 0 and <= 900.")
                    .exception();
        }
        boolean fifo = queue.name().fifo();
        if (fifo && delay != null && delay > 0) {
            throw SqsError.InvalidParameterValue.ofThisQueue(delay, "DelaySeconds")
                    .exception();
        }
        if (fifo && entry.messageGroupId() == null) {
            throw new SqsError.MissingParameter("MessageGroupId").exception();
        }
        if (!fifo && entry.messageDeduplicationId() != null) {
            throw SqsError.InvalidParameterValue.ofThisQueue(entry.messageDeduplicationId(), "MessageDeduplicationId")
                    .exception();
        }
        String traceHeader = traceHeader(entry.messageSystemAttributes());
        return new Outgoing(
                entry.messageBody(),
                attributes,
                // SDKs in a function send it with the request: so SQS tells consumers where a message comes from.
                traceHeader == null ? call.request().headers().first("X-Amzn-Trace-Id") : traceHeader,
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

    /// Of what the request's body names.
    private static @Nullable String systemDigest(@Nullable Map<String, AttributeValue> given) {
        String traceHeader = traceHeader(given);
        return traceHeader == null
                ? null
                : Digests.ofAttributes(Map.of("AWSTraceHeader", MessageAttribute.string(traceHeader)));
    }

    private static @Nullable String sequenceNumber(LiveQueue queue, Outgoing.Sent sent) {
        return queue.name().fifo() ? SystemAttributes.sequenceNumber(sent.sequence()) : null;
    }
}
