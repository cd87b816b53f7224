package dev.podium.lambda.sources;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Arn;
import dev.podium.aws.HttpUpstream;
import dev.podium.codec.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Queues of the upstream, through the JSON protocol of SQS.
public final class UpstreamQueues implements QueueAccess {
    private static final int AT_ONCE = 10;

    private final HttpUpstream upstream;
    private final UpstreamCalls calls;

    /// Connects to nothing yet.
    public UpstreamQueues(HttpUpstream upstream) {
        this.upstream = upstream;
        this.calls = new UpstreamCalls(upstream, "sqs", "1.0", "AmazonSQS");
    }

    @Override
    public Optional<Duration> visibility(Arn queue) throws SourceException, InterruptedException {
        ObjectNode request = request(queue);
        request.putArray("AttributeNames").add("VisibilityTimeout");
        try {
            JsonNode answer = calls.call(queue.region(), "GetQueueAttributes", request);
            return Optional.of(Duration.ofSeconds(
                    answer.path("Attributes").path("VisibilityTimeout").asLong(30)));
        } catch (HttpUpstream.Refused e) {
            if (e.code().contains("NonExistentQueue") || e.code().contains("QueueDoesNotExist")) {
                return Optional.empty();
            }
            throw away(queue, e);
        } catch (IOException e) {
            throw away(queue, e);
        }
    }

    private ObjectNode request(Arn queue) {
        return Json.object().put("QueueUrl", upstream.base() + "/" + queue.account() + "/" + queue.resource());
    }

    private static SourceException away(Arn queue, IOException e) {
        return new SourceException("The queue " + queue + " can't be used: " + e.getMessage(), e);
    }

    @Override
    public List<QueueMessage> receive(Arn queue, int max, Duration wait) throws SourceException, InterruptedException {
        ObjectNode request = request(queue);
        request.put("MaxNumberOfMessages", max);
        request.put("WaitTimeSeconds", wait.plusMillis(999).toSeconds());
        request.putArray("AttributeNames").add("All");
        request.putArray("MessageAttributeNames").add("All");
        List<QueueMessage> messages = new ArrayList<>();
        try {
            calls.call(queue.region(), "ReceiveMessage", request)
                    .path("Messages")
                    .forEach(message -> messages.add(message(message)));
        } catch (IOException e) {
            throw away(queue, e);
        }
        return messages;
    }

    private static QueueMessage message(JsonNode message) {
        Map<String, String> attributes = new LinkedHashMap<>();
        message.path("Attributes").forEachEntry((name, value) -> attributes.put(name, value.asText()));
        Map<String, QueueMessage.Attribute> sent = new LinkedHashMap<>();
        message.path("MessageAttributes")
                .forEachEntry((name, value) -> sent.put(
                        name,
                        new QueueMessage.Attribute(
                                value.path("DataType").asText(),
                                text(value, "StringValue"),
                                text(value, "BinaryValue"))));
        return new QueueMessage(
                message.path("MessageId").asText(),
                message.path("ReceiptHandle").asText(),
                message.path("Body").asText(),
                message.path("MD5OfBody").asText(),
                attributes,
                sent,
                text(message, "MD5OfMessageAttributes"));
    }

    private static @Nullable String text(JsonNode node, String name) {
        return node.path(name).textValue();
    }

    @Override
    public void delete(Arn queue, List<String> handles) throws SourceException, InterruptedException {
        all(queue, handles, "DeleteMessageBatch");
    }

    @Override
    public void release(Arn queue, List<String> handles) throws SourceException, InterruptedException {
        all(queue, handles, "ChangeMessageVisibilityBatch");
    }

    private void all(Arn queue, List<String> handles, String operation) throws SourceException, InterruptedException {
        for (int start = 0; start < handles.size(); start += AT_ONCE) {
            ObjectNode request = request(queue);
            ArrayNode entries = request.putArray("Entries");
            for (String handle : handles.subList(start, Math.min(start + AT_ONCE, handles.size()))) {
                ObjectNode entry = entries.addObject().put("Id", "m" + entries.size());
                entry.put("ReceiptHandle", handle);
                if (operation.startsWith("Change")) {
                    entry.put("VisibilityTimeout", 0);
                }
            }
            try {
                calls.call(queue.region(), operation, request);
            } catch (IOException e) {
                throw away(queue, e);
            }
        }
    }
}
