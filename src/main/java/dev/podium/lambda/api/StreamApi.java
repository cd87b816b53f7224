package dev.podium.lambda.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import dev.podium.codec.EventStream;
import dev.podium.codec.Json;
import dev.podium.http.Body;
import dev.podium.http.Headers;
import dev.podium.http.Request;
import dev.podium.http.Response;
import dev.podium.lambda.FunctionName;
import dev.podium.lambda.Functions;
import dev.podium.lambda.LambdaFunction;
import dev.podium.lambda.invoke.InvocationAnswer;
import dev.podium.lambda.invoke.InvocationRequest;
import dev.podium.lambda.invoke.InvocationResult;
import dev.podium.lambda.invoke.InvocationStream;
import dev.podium.lambda.invoke.Invocations;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/// InvokeWithResponseStream: each part of an answer goes out as soon as the function has written it.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html">Operation</a>
public record StreamApi(Functions functions, Invocations invocations, LambdaLimits limits) implements LambdaOperations {
    private static final int BUFFER = 64 << 10;

    /// Loaded with the first stream.
    private static final class Events {
        static final EventStream.Event CHUNK = EventStream.event("PayloadChunk", "application/octet-stream");
        static final EventStream.Event COMPLETE = EventStream.event("InvokeComplete", "application/json");
    }

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.raw("InvokeWithResponseStream", this::invoke)
                .partial(
                        "InvokeWithResponseStream",
                        "As Invoke. Streams of up to 200 MiB pass through as fast as the client takes them: AWS's limit of the "
                                + "bandwidth isn't there. Functions of the transport `rie` answer in one chunk.");
    }

    private Response invoke(Call call, Map<String, String> labels) throws IOException, InterruptedException {
        Request http = call.request();
        String type = InvokeApi.choice(http, "X-Amz-Invocation-Type", "invocationType", "RequestResponse", "DryRun");
        String logType = InvokeApi.choice(http, "X-Amz-Log-Type", "logType", "None", "Tail");
        FunctionName name = FunctionName.parse(
                call.scope(),
                String.valueOf(labels.get("FunctionName")),
                http.query().first("Qualifier"));
        LambdaFunction function = functions.find(name).orElseThrow(() -> InvokeApi.notFound(name));
        byte[] payload = InvokeApi.payload(http, type, limits.payloadBytes());
        if (type.equals("DryRun")) {
            return Response.of(204);
        }
        InvocationAnswer answer = invocations.stream(
                function,
                new InvocationRequest(
                        call.requestId(),
                        payload,
                        name.qualifiedArn(),
                        logType.equals("Tail"),
                        InvokeApi.clientContext(http),
                        http.headers().first("X-Amzn-Trace-Id")));
        Headers headers = Headers.of(
                "Content-Type", EventStream.CONTENT_TYPE, "X-Amz-Executed-Version", answer.executedVersion());
        return new Response(
                200,
                headers,
                switch (answer) {
                    case InvocationResult result -> new Body.Stream(-1, out -> write(result, out));
                    case InvocationStream stream -> new Body.Stream(-1, new Chunks(stream));
                });
    }

    /// A function that doesn't stream answers in one chunk.
    private static void write(InvocationResult result, OutputStream out) throws IOException {
        if (result.functionError() == null && result.payload().length > 0) {
            out.write(Events.CHUNK.message(result.payload()));
        }
        complete(result, out);
    }

    private static void complete(InvocationResult result, OutputStream out) throws IOException {
        ObjectNode end = Json.object();
        if (result.functionError() != null) {
            end.put("ErrorCode", result.functionError());
            end.put("ErrorDetails", new String(result.payload(), StandardCharsets.UTF_8));
        }
        String tail = result.logTail();
        if (tail != null) {
            end.put("LogResult", Base64.getEncoder().encodeToString(tail.getBytes(StandardCharsets.UTF_8)));
        }
        out.write(Events.COMPLETE.message(end.toString().getBytes(StandardCharsets.UTF_8)));
        out.flush();
    }

    /// Passes an answer on as the function writes it.
    private record Chunks(InvocationStream stream) implements Body.StreamWriter {
        @Override
        public void writeTo(OutputStream out) throws IOException {
            try {
                byte[] buffer = new byte[BUFFER];
                for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                    out.write(Events.CHUNK.message(buffer, n));
                    out.flush();
                }
            } finally {
                stream.end();
            }
            complete(stream.end(), out);
        }

        @Override
        public void abandoned() {
            stream.end();
        }
    }
}
