package dev.podium.lambda.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.podium.aws.AwsException;
import dev.podium.aws.Call;
import dev.podium.codec.Json;
import dev.podium.http.Body;
import dev.podium.http.BodyTooLarge;
import dev.podium.http.Headers;
import dev.podium.http.Request;
import dev.podium.http.Response;
import dev.podium.lambda.FunctionName;
import dev.podium.lambda.Functions;
import dev.podium.lambda.LambdaError.InvalidRequestContent;
import dev.podium.lambda.LambdaError.RequestTooLarge;
import dev.podium.lambda.LambdaError.ResourceNotFound;
import dev.podium.lambda.LambdaError.Validation;
import dev.podium.lambda.LambdaFunction;
import dev.podium.lambda.invoke.AsyncEvents;
import dev.podium.lambda.invoke.InvocationRequest;
import dev.podium.lambda.invoke.InvocationResult;
import dev.podium.lambda.invoke.Invocations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The Invoke operation, on its own short path: no tree is built and the payload is not copied.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html">Invoke</a>
public record InvokeApi(Functions functions, Invocations invocations, AsyncEvents async, LambdaLimits limits) {
    private static final byte[] EMPTY_EVENT = "{}".getBytes(StandardCharsets.US_ASCII);

    Response invoke(Call call, Map<String, String> labels) throws IOException, InterruptedException {
        Request http = call.request();
        String type = choice(http, "X-Amz-Invocation-Type", "invocationType", "RequestResponse", "Event", "DryRun");
        String logType = choice(http, "X-Amz-Log-Type", "logType", "None", "Tail");
        FunctionName name = FunctionName.parse(
                call.scope(),
                String.valueOf(labels.get("FunctionName")),
                http.query().first("Qualifier"));
        LambdaFunction function = functions.find(name).orElseThrow(() -> notFound(name));
        boolean event = type.equals("Event");
        byte[] payload = payload(http, type, event ? limits.asyncPayloadBytes() : limits.payloadBytes());
        if (type.equals("DryRun")) {
            return Response.of(204);
        }
        InvocationRequest request = new InvocationRequest(
                call.requestId(),
                payload,
                name.qualifiedArn(),
                logType.equals("Tail") && !event,
                clientContext(http),
                http.headers().first("X-Amzn-Trace-Id"));
        if (event) {
            async.accept(function, request);
            return Response.of(202);
        }
        return response(invocations.invoke(function, request));
    }

    /// The deprecated way to invoke asynchronously.
    ///
    /// @see <a href="https://docs.aws.amazon.com/lambda/latest/api/API_InvokeAsync.html">InvokeAsync</a>
    Response invokeAsync(Call call, Map<String, String> labels) throws IOException {
        Request http = call.request();
        FunctionName name = FunctionName.parse(call.scope(), String.valueOf(labels.get("FunctionName")), null);
        LambdaFunction function = functions.find(name).orElseThrow(() -> notFound(name));
        byte[] payload = payload(http, "Event", limits.asyncPayloadBytes());
        String trace = http.headers().first("X-Amzn-Trace-Id");
        async.accept(
                function, new InvocationRequest(call.requestId(), payload, name.qualifiedArn(), false, null, trace));
        return Response.of(202); // Status is the HTTP status, says the model
    }

    private static Response response(InvocationResult result) {
        Headers.Builder headers = Headers.builder()
                .add("Content-Type", "application/json")
                .add("X-Amz-Executed-Version", result.executedVersion());
        String error = result.functionError();
        if (error != null) {
            headers.add("X-Amz-Function-Error", error);
        }
        String tail = result.logTail();
        if (tail != null) {
            headers.add("X-Amz-Log-Result", Base64.getEncoder().encodeToString(tail.getBytes(StandardCharsets.UTF_8)));
        }
        return new Response(200, headers.build(), new Body.Bytes(result.payload()));
    }

    static AwsException notFound(FunctionName name) {
        return new AwsException(ResourceNotFound.function(
                name.arn() + ":" + (name.qualifier() == null ? FunctionName.LATEST : name.qualifier())));
    }

    static String choice(Request http, String header, String path, String standard, String... others) {
        String given = http.headers().first(header);
        if (given == null || given.equals(standard)) {
            return standard;
        }
        for (String other : others) {
            if (given.equals(other)) {
                return other;
            }
        }
        throw new AwsException(Validation.constraint(
                given,
                path,
                "Member must satisfy enum value set: [" + String.join(", ", others) + ", " + standard + "]"));
    }

    static byte[] payload(Request http, String type, int limit) throws IOException {
        byte[] payload;
        try {
            payload = http.bytes(limit);
        } catch (BodyTooLarge e) {
            throw new AwsException(RequestTooLarge.of(http.contentLength(), type, limit));
        }
        if (payload.length == 0) {
            return EMPTY_EVENT;
        }
        check(payload);
        return payload;
    }

    /// AWS refuses what isn't JSON before the function sees it.
    private static void check(byte[] payload) throws IOException {
        try (JsonParser parser = Json.MAPPER.getFactory().createParser(payload)) {
            JsonToken first = parser.nextToken();
            if (first != null) {
                parser.skipChildren();
            }
            if (first == null || parser.nextToken() != null) {
                throw new AwsException(new InvalidRequestContent(
                        "Could not parse request body into json: one JSON value is expected"));
            }
        } catch (JsonProcessingException e) {
            throw new AwsException(
                    new InvalidRequestContent("Could not parse request body into json: " + e.getOriginalMessage()));
        }
    }

    static @Nullable String clientContext(Request http) {
        String given = http.headers().first("X-Amz-Client-Context");
        if (given == null) {
            return null;
        }
        try {
            byte[] json = Base64.getDecoder().decode(given);
            Json.MAPPER.readTree(json);
            return new String(json, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException | IOException e) {
            throw new AwsException(
                    new InvalidRequestContent("Client context must be a valid Base64-encoded JSON object."));
        }
    }
}
