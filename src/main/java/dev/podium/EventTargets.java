package dev.podium;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Arn;
import dev.podium.aws.AwsException;
import dev.podium.aws.HttpUpstream;
import dev.podium.codec.Json;
import dev.podium.lambda.invoke.Targets;
import dev.podium.sqs.MessageAttribute;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Connects asynchronous invocations with the queues, topics and buses that hear of them: Podium's own where
/// it has the service, else the upstream's, through the AWS API.
///
/// @param queues Podium's own SQS, or null
/// @param own      Podium's own event bus is among them; null when there is none
/// @param upstream or null
record EventTargets(
        @Nullable Queues queues,
        @Nullable OwnCalls own,
        @Nullable HttpUpstream upstream) implements Targets {
    private static final Set<String> SERVICES = Set.of("sqs", "sns", "events");
    /// What queues, topics and buses answer to messages that are too large or hold what they don't take.
    private static final Set<String> FINAL = Set.of(
            "InvalidParameterValue",
            "InvalidParameterValueException",
            "InvalidParameter",
            "InvalidParameterException",
            "InvalidMessageContents",
            "MissingParameter",
            "ValidationException",
            "RequestEntityTooLarge");

    /// Podium's own queues.
    @FunctionalInterface
    interface Queues {
        /// Sends a message to a queue.
        ///
        /// @return false when there is no such queue here
        /// @throws Refused when the queue never takes it
        /// @throws IOException when the queue does not take it now
        boolean send(Arn queue, String body, Map<String, String> attributes, String traceId) throws IOException;
    }

    /// Podium's own SQS.
    static Queues own(dev.podium.sqs.Queues sqs) {
        return (queue, body, attributes, traceId) -> {
            if (!sqs.exists(queue)) {
                return false;
            }
            Map<String, MessageAttribute> typed = new LinkedHashMap<>();
            attributes.forEach((name, value) -> typed.put(
                    name,
                    isNumber(value) ? MessageAttribute.number(Long.parseLong(value)) : MessageAttribute.string(value)));
            try {
                sqs.send(queue, body, typed, traceId);
                return true;
            } catch (AwsException e) {
                throw failure(
                        e.error().code(),
                        queue + " refused the message: " + e.error().message(),
                        e);
            }
        };
    }

    private static IOException failure(String code, String why, Exception cause) {
        return FINAL.contains(code) ? new Refused(why, cause) : new IOException(why, cause);
    }

    @Override
    public boolean reaches(Arn target) {
        return SERVICES.contains(target.service())
                && (upstream != null || (queues != null && target.service().equals("sqs")) || isOwnBus(target));
    }

    private boolean isOwnBus(Arn target) {
        return own != null
                && target.service().equals("events")
                && target.resource().equals("event-bus/default");
    }

    @Override
    public void send(Arn target, Message message) throws IOException, InterruptedException {
        String body = new String(message.body(), StandardCharsets.UTF_8);
        if (target.service().equals("sqs")
                && queues != null
                && queues.send(target, body, message.attributes(), message.traceId())) {
            return;
        }
        if (own != null && isOwnBus(target)) {
            put(own, target, body, message);
            return;
        }
        if (upstream == null) {
            throw new IOException("Podium has no such " + target.service()
                    + " target, and PODIUM_UPSTREAM_URL names no endpoint that might");
        }
        UpstreamCalls there = new UpstreamCalls(upstream);
        String[] trace = {"X-Amzn-Trace-Id", message.traceId()};
        try {
            switch (target.service()) {
                case "sqs" ->
                    there.call("sqs", "SendMessage", target.region(), queued(there, target, body, message), trace);
                case "sns" -> there.call("sns", "Publish", target.region(), published(target, body, message), trace);
                case "events" ->
                    there.call("events", "PutEvents", target.region(), event(target, body, message), trace);
                default -> throw new IOException("messages can't be sent to " + target.service());
            }
        } catch (HttpUpstream.Refused e) {
            throw failure(e.code(), String.valueOf(e.getMessage()), e);
        }
    }

    private static ObjectNode queued(UpstreamCalls there, Arn target, String body, Message message) {
        ObjectNode request = Json.object()
                .put("QueueUrl", there.base() + "/" + target.account() + "/" + target.resource())
                .put("MessageBody", body);
        addAttributes(request, message);
        request.putObject("MessageSystemAttributes")
                .putObject("AWSTraceHeader")
                .put("DataType", "String")
                .put("StringValue", message.traceId());
        return request;
    }

    private static ObjectNode published(Arn target, String body, Message message) {
        ObjectNode request = Json.object().put("TopicArn", target.toString()).put("Message", body);
        addAttributes(request, message);
        return request;
    }

    private static void addAttributes(ObjectNode request, Message message) {
        if (!message.attributes().isEmpty()) {
            ObjectNode attributes = request.putObject("MessageAttributes");
            message.attributes()
                    .forEach((name, value) -> attributes
                            .putObject(name)
                            .put("DataType", isNumber(value) ? "Number" : "String")
                            .put("StringValue", value));
        }
    }

    private static void put(OwnCalls own, Arn bus, String body, Message message)
            throws IOException, InterruptedException {
        JsonNode answer = own.call("events", "PutEvents", bus.scope(), event(bus, body, message));
        if (answer.path("failedEntryCount").asInt() > 0) {
            JsonNode entry = answer.path("entries").path(0);
            throw new IOException(
                    bus + " refused the event: " + entry.path("errorMessage").asText());
        }
    }

    private static ObjectNode event(Arn target, String body, Message message) {
        ObjectNode request = Json.object();
        ObjectNode entry = request.putArray("Entries").addObject();
        entry.put("Source", "lambda");
        entry.put("DetailType", "Lambda Function Invocation Result - " + (message.success() ? "Success" : "Failure"));
        entry.putArray("Resources").add(target.toString()).add(message.function());
        entry.put("Detail", body);
        entry.put("EventBusName", target.toString());
        entry.put("TraceHeader", message.traceId());
        return request;
    }

    private static boolean isNumber(String value) {
        return value.matches("[0-9]{1,18}");
    }
}
