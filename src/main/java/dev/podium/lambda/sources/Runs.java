package dev.podium.lambda.sources;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.aws.AwsError;
import dev.podium.aws.AwsException;
import dev.podium.codec.Json;
import dev.podium.lambda.FunctionName;
import dev.podium.lambda.Functions;
import dev.podium.lambda.LambdaError;
import dev.podium.lambda.LambdaError.RequestTooLarge;
import dev.podium.lambda.LambdaFunction;
import dev.podium.lambda.ReservedConcurrency;
import dev.podium.lambda.invoke.InvocationRequest;
import dev.podium.lambda.invoke.InvocationResult;
import dev.podium.lambda.invoke.Invocations;
import dev.podium.lambda.invoke.Lineage;
import dev.podium.lambda.invoke.Targets;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Runs functions with batches, for all mappings.
///
/// @param targets take the records of discarded batches
record Runs(
        Functions functions, Invocations invocations, ReservedConcurrency concurrency, Targets targets, Clock clock) {
    /// How a run ended.
    sealed interface Ended {
        /// The function ran, and may have failed.
        record Ran(String requestId, InvocationResult result) implements Ended {}

        /// It could not run now.
        record Refused(String requestId, AwsError error) implements Ended {}
    }

    /// Why a mapping's function can't run at all now; nothing is taken from the source then.
    Optional<String> obstacle(EventSourceMapping mapping) {
        FunctionName name = mapping.functionName();
        if (functions.find(name).isEmpty()) {
            return Optional.of("Function not found: " + name.qualifiedArn());
        }
        return reserved(mapping).orElse(1) == 0
                ? Optional.of("Function call was throttled: its reserved concurrency is 0.")
                : Optional.empty();
    }

    /// How many places the function has reserved.
    OptionalInt reserved(EventSourceMapping mapping) {
        FunctionName name = mapping.functionName();
        return concurrency.of(new FunctionName(name.scope(), name.name(), null));
    }

    /// Runs a mapping's function with some records, once.
    Ended run(EventSourceMapping mapping, Batch batch, List<SourceRecord> some) throws InterruptedException {
        String requestId = UUID.randomUUID().toString();
        FunctionName name = mapping.functionName();
        Optional<LambdaFunction> function = functions.find(name);
        if (function.isEmpty()) {
            return new Ended.Refused(requestId, LambdaError.ResourceNotFound.function(name.qualifiedArn()));
        }
        try {
            byte[] payload = Json.MAPPER.writeValueAsBytes(batch.event(some));
            if (payload.length > BatchWork.MAX_PAYLOAD) {
                return new Ended.Refused(
                        requestId, RequestTooLarge.of(payload.length, "RequestResponse", BatchWork.MAX_PAYLOAD));
            }
            InvocationRequest request =
                    new InvocationRequest(requestId, payload, name.qualifiedArn(), false, null, trace(some));
            return new Ended.Ran(requestId, invocations.invoke(function.get(), request));
        } catch (AwsException e) {
            return new Ended.Refused(requestId, e.error());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can be written", e);
        }
    }

    /// The trace header of SQS messages that bring one: by it a loop through a queue is noticed.
    private static @Nullable String trace(List<SourceRecord> some) {
        List<String> headers = some.stream()
                .map(record -> record.json().path("attributes").path("AWSTraceHeader"))
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue)
                .toList();
        return Lineage.longest(headers).orElse(null);
    }

    /// A function's answer as JSON; null when it isn't any.
    static JsonNode answer(InvocationResult result) {
        try {
            return Json.MAPPER.readTree(result.payload());
        } catch (java.io.IOException e) {
            return Json.MAPPER.nullNode();
        }
    }
}
