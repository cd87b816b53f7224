package dev.podium;

import dev.podium.aws.Arn;
import dev.podium.aws.AwsException;
import dev.podium.lambda.sources.QueueAccess;
import dev.podium.lambda.sources.QueueMessage;
import dev.podium.lambda.sources.SourceException;
import dev.podium.sqs.MessageAttribute;
import dev.podium.sqs.Queues;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Podium's own SQS queues as sources of event source mappings.
record OwnQueues(Queues queues) implements QueueAccess {
    @Override
    public Optional<Duration> visibility(Arn queue) {
        return queues.visibility(queue);
    }

    @Override
    public List<QueueMessage> receive(Arn queue, int max, Duration wait) throws SourceException, InterruptedException {
        try {
            return queues.receive(queue, max, null, wait).stream()
                    .map(OwnQueues::message)
                    .toList();
        } catch (AwsException e) {
            throw problem(queue, e);
        }
    }

    private static QueueMessage message(Queues.Message message) {
        Map<String, QueueMessage.Attribute> attributes = new LinkedHashMap<>();
        message.attributes().forEach((name, value) -> attributes.put(name, attribute(value)));
        return new QueueMessage(
                message.messageId(),
                message.handle(),
                message.body(),
                message.md5OfBody(),
                message.systemAttributes(),
                attributes,
                message.md5OfAttributes());
    }

    private static QueueMessage.Attribute attribute(MessageAttribute value) {
        byte[] binary = value.binaryValue();
        return new QueueMessage.Attribute(
                value.dataType(),
                value.stringValue(),
                binary == null ? null : Base64.getEncoder().encodeToString(binary));
    }

    @Override
    public void delete(Arn queue, List<String> handles) throws SourceException {
        try {
            queues.delete(queue, handles);
        } catch (AwsException e) {
            throw problem(queue, e);
        }
    }

    @Override
    public void release(Arn queue, List<String> handles) throws SourceException {
        try {
            handles.forEach(handle -> queues.changeVisibility(queue, handle, Duration.ZERO));
        } catch (AwsException e) {
            throw problem(queue, e);
        }
    }

    private static SourceException problem(Arn queue, AwsException e) {
        return new SourceException(
                "The queue " + queue + " can't be used: " + e.error().message(), e);
    }
}
