package dev.podium;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Arn;
import dev.podium.aws.AwsError;
import dev.podium.aws.AwsException;
import dev.podium.aws.HttpUpstream;
import dev.podium.aws.Scope;
import dev.podium.codec.Json;
import dev.podium.schedules.TargetCall;
import dev.podium.schedules.Targets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Connects schedules and rules with what they call: Podium's own services as if a client had called them,
/// those that it lacks at the upstream.
final class ScheduleTargets implements Targets {
    private static final String UNIVERSAL = "aws-sdk:";
    /// Names of SDKs that aren't those of the services' models.
    private static final Map<String, String> SERVICES = Map.of(
            "cloudwatchlogs", "logs", "elasticloadbalancingv2", "elbv2", "eventbridge", "events", "sfn", "states");
    /// Errors that another attempt may not have.
    private static final Set<String> PASSING =
            Set.of("RequestThrottled", "OverLimit", "LimitExceededException", "ServiceUnavailable");

    private final FunctionEvents functions;
    private final UpstreamCalls upstream;
    private final OwnCalls own;

    ScheduleTargets(FunctionEvents functions, OwnCalls own, @Nullable HttpUpstream upstream) {
        this.functions = functions;
        this.own = own;
        this.upstream = new UpstreamCalls(upstream);
    }

    /// A call by the names of an API.
    private record ApiCall(String service, String operation, Scope scope, ObjectNode input) {}

    @Override
    public Optional<String> unreachable(String arn) {
        Arn target = Arn.parse(arn).orElse(null);
        if (target == null) {
            return Optional.of("Provided Arn is not in correct format.");
        }
        ApiCall call = apiCall(new TargetCall("", "", "", "", arn, "{}", Json.object()), target);
        if (call == null) {
            return Optional.of("The target " + arn + " is not supported by Podium.");
        }
        boolean here = call.service.equals("lambda")
                ? call.operation.equals("Invoke")
                : own.has(call.service, call.operation) && !isOtherBus(call);
        return here || upstream.has(call.service, call.operation)
                ? Optional.empty()
                : Optional.of("The target " + arn + " is not supported by Podium: it has no such operation, and"
                        + " PODIUM_UPSTREAM_URL names no endpoint that it could call for it.");
    }

    @Override
    public void call(TargetCall call) throws IOException, InterruptedException {
        Arn target = Arn.parse(call.arn()).orElse(null);
        ApiCall made = target == null ? null : apiCall(call, target);
        if (made == null) {
            throw new Failed("ValidationException", "The target " + call.arn() + " is not supported by Podium.", true);
        }
        if (made.service.equals("lambda")) {
            String function = made.input.path("FunctionName").asText();
            Arn arn = Arn.parse(function).orElseGet(() -> Arn.of("lambda", made.scope, "function:" + function));
            JsonNode payload = made.input.path("Payload");
            functions.accept(
                    arn, payload.isTextual() ? payload.asText() : payload.isMissingNode() ? "{}" : payload.toString());
        } else {
            check(carryOut(made));
        }
    }

    @Override
    public void bury(Arn queue, String body, Map<String, String> attributes) throws IOException, InterruptedException {
        ObjectNode input = message(queue, body);
        ObjectNode typed = input.putObject("MessageAttributes");
        attributes.forEach(
                (name, value) -> typed.putObject(name).put("DataType", "String").put("StringValue", value));
        carryOut(new ApiCall("sqs", "SendMessage", queue.scope(), input));
    }

    /// Some calls succeed and tell of failures in their answer.
    private static void check(JsonNode answer) throws Failed {
        boolean some = member(answer, "FailedEntryCount").asInt() > 0;
        JsonNode entry = some
                ? member(answer, "Entries").path(0)
                : answer.path("failures").path(0);
        if (!entry.isMissingNode()) {
            String code = member(entry, "ErrorCode").asText(entry.path("reason").asText("InternalFailure"));
            throw new Failed(code, member(entry, "ErrorMessage").asText(entry.toString()), false);
        }
    }

    /// Own answers have small first letters.
    private static JsonNode member(JsonNode node, String name) {
        JsonNode found = node.path(name);
        return found.isMissingNode() ? node.path(Character.toLowerCase(name.charAt(0)) + name.substring(1)) : found;
    }

    private JsonNode carryOut(ApiCall call) throws IOException, InterruptedException {
        boolean there = upstream.has(call.service, call.operation);
        if (!own.has(call.service, call.operation) || (there && isOtherBus(call))) {
            return there(call);
        }
        try {
            return own.call(call.service, call.operation, call.scope, call.input);
        } catch (AwsException e) {
            if (there && e.error().code().equals("QueueDoesNotExist")) {
                return there(call);
            }
            throw failed(e.error());
        }
    }

    private JsonNode there(ApiCall call) throws IOException, InterruptedException {
        try {
            if (call.service.equals("sqs")
                    && call.input.path("QueueUrl").asText().startsWith(LOCAL)) {
                String path = call.input.path("QueueUrl").asText().substring(LOCAL.length());
                call.input.put("QueueUrl", upstream.base() + path);
            }
            return upstream.call(call.service, call.operation, call.scope.region(), call.input);
        } catch (HttpUpstream.Refused e) {
            boolean lasting = !e.code().isEmpty() && !isPassing(e.code());
            throw new Failed(
                    e.code().isEmpty() ? "InternalServerException" : e.code(), String.valueOf(e.getMessage()), lasting);
        }
    }

    private static Failed failed(AwsError error) {
        return new Failed(error.code(), error.message(), error.status() < 500 && !isPassing(error.code()));
    }

    private static boolean isPassing(String code) {
        return PASSING.contains(code) || code.contains("Throttl") || code.contains("TooManyRequests");
    }

    /// Podium has the default bus only.
    private static boolean isOtherBus(ApiCall call) {
        String bus = call.input.path("Entries").path(0).path("EventBusName").asText("default");
        return call.service.equals("events") && !bus.equals("default") && !bus.endsWith(":event-bus/default");
    }

    private static final String LOCAL = "http://localhost";

    private static ObjectNode message(Arn queue, String body) {
        return Json.object()
                .put("QueueUrl", LOCAL + "/" + queue.account() + "/" + queue.resource())
                .put("MessageBody", body);
    }

    private static @Nullable ApiCall apiCall(TargetCall call, Arn target) {
        JsonNode parameters = call.parameters();
        return switch (target.service()) {
            case "lambda" ->
                of(
                        target,
                        "Invoke",
                        Json.object().put("FunctionName", call.arn()).put("Payload", call.body()));
            case "sqs" -> {
                ObjectNode message = message(target, call.body());
                JsonNode group = parameters.path("SqsParameters").path("MessageGroupId");
                if (!group.isMissingNode()) {
                    message.set("MessageGroupId", group);
                }
                yield of(target, "SendMessage", message);
            }
            case "sns" ->
                of(target, "Publish", Json.object().put("TopicArn", call.arn()).put("Message", call.body()));
            case "states" ->
                of(
                        target,
                        "StartExecution",
                        Json.object().put("stateMachineArn", call.arn()).put("input", call.body()));
            case "kinesis" -> {
                ObjectNode put = Json.object()
                        .put(
                                "StreamName",
                                target.resource().substring(target.resource().indexOf('/') + 1))
                        .put("Data", call.body().getBytes(StandardCharsets.UTF_8));
                put.set("PartitionKey", parameters.path("KinesisParameters").path("PartitionKey"));
                yield of(target, "PutRecord", put);
            }
            case "firehose" -> {
                ObjectNode put = Json.object()
                        .put(
                                "DeliveryStreamName",
                                target.resource().substring(target.resource().indexOf('/') + 1));
                put.putObject("Record").put("Data", call.body().getBytes(StandardCharsets.UTF_8));
                yield of(target, "PutRecord", put);
            }
            case "events" -> of(target, "PutEvents", event(call));
            case "ecs" -> of(target, "RunTask", RunTaskInput.of(call));
            case "scheduler" -> universal(call, target);
            default -> null;
        };
    }

    private static ApiCall of(Arn target, String operation, ObjectNode input) {
        return new ApiCall(target.service(), operation, target.scope(), input);
    }

    /// A schedule's input is the detail of an event; a rule hands on a whole one.
    private static ObjectNode event(TargetCall call) {
        ObjectNode input = Json.object();
        JsonNode parameters = call.parameters().path("EventBridgeParameters");
        ObjectNode entry = input.putArray("Entries")
                .addObject()
                .put("EventBusName", call.arn())
                .put("Source", parameters.path("Source").asText())
                .put("DetailType", parameters.path("DetailType").asText())
                .put("Detail", call.body());
        ObjectNode whole = object(call.body());
        if (call.source().contains(":events:") && whole.path("detail").isObject()) {
            entry.put("Detail", whole.path("detail").toString());
            entry.set("Resources", whole.path("resources"));
            entry.set("Time", whole.path("time"));
        }
        return input;
    }

    /// `arn:aws:scheduler:::aws-sdk:<service>:<operation>`, whose body is the operation's input.
    private static @Nullable ApiCall universal(TargetCall call, Arn target) {
        String[] parts = target.resource().split(":", -1);
        if (!target.resource().startsWith(UNIVERSAL) || parts.length != 3 || parts[2].isEmpty()) {
            return null;
        }
        String operation = Character.toUpperCase(parts[2].charAt(0)) + parts[2].substring(1);
        return new ApiCall(SERVICES.getOrDefault(parts[1], parts[1]), operation, call.scope(), object(call.body()));
    }

    private static ObjectNode object(String json) {
        try {
            return Json.MAPPER.readTree(json) instanceof ObjectNode object ? object : Json.object();
        } catch (JsonProcessingException e) {
            return Json.object();
        }
    }
}
