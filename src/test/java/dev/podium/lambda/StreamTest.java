package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.Eventually;
import dev.podium.TestServer;
import dev.podium.Zips;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaAsyncClient;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamCompleteEvent;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamResponse;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamResponseHandler;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.LogType;
import software.amazon.awssdk.services.lambda.model.ResponseStreamingInvocationType;
import software.amazon.awssdk.services.lambda.model.Runtime;

/// Answers that are passed on while the function writes them, read by the SDK's own event stream reader.
@NullMarked
@Timeout(300)
@SuppressWarnings("FutureReturnValueIgnored") // the reading tells how a stream ended
final class StreamTest {
    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of());

    @AutoClose
    @SuppressWarnings("NullAway.Init")
    private static LambdaAsyncClient client;

    @BeforeAll
    static void start() throws Exception {
        client = LambdaAsyncClient.builder()
                .endpointOverride(server.endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .httpClientBuilder(NettyNioAsyncHttpClient.builder().readTimeout(Duration.ofSeconds(100)))
                .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
                .build();
    }

    /// What the SDK reads of one stream.
    private static final class Reading {
        final BlockingQueue<String> chunks = new LinkedBlockingQueue<>();
        final CompletableFuture<InvokeWithResponseStreamCompleteEvent> complete = new CompletableFuture<>();
        final CompletableFuture<InvokeWithResponseStreamResponse> head = new CompletableFuture<>();

        InvokeWithResponseStreamResponseHandler handler() {
            return InvokeWithResponseStreamResponseHandler.builder()
                    .onResponse(head::complete)
                    .subscriber(InvokeWithResponseStreamResponseHandler.Visitor.builder()
                            .onPayloadChunk(chunk -> chunks.add(chunk.payload().asUtf8String()))
                            .onInvokeComplete(complete::complete)
                            .build())
                    .onError(e -> {
                        complete.completeExceptionally(e);
                        head.completeExceptionally(e);
                    })
                    .build();
        }

        String text() throws Exception {
            complete.get(100, TimeUnit.SECONDS);
            List<String> all = new ArrayList<>();
            chunks.drainTo(all);
            return String.join("", all);
        }
    }

    private static Reading invoke(String name, String payload) {
        Reading reading = new Reading();
        client.invokeWithResponseStream(
                b -> b.functionName(name)
                        .payload(SdkBytes.fromUtf8String(payload))
                        .logType(LogType.NONE),
                reading.handler());
        return reading;
    }

    /// Reads the first part of an answer, and then lets its function go on.
    private static Reading partOf(String name, Path go) throws Exception {
        Reading reading = invoke(name, "\"" + go + "\"");
        assertThat(reading.chunks.poll(100, TimeUnit.SECONDS)).isEqualTo("part");
        Files.createFile(go);
        return reading;
    }

    /// A new Node.js function whose handler streams.
    private static String node(String body) {
        return node(body, 100);
    }

    private static String node(String body, int timeout) {
        String source = """
                const fs = require('fs');
                const until = async (file) => {
                  while (!fs.existsSync(file)) await new Promise((done) => setTimeout(done, 2));
                };
                exports.handler = awslambda.streamifyResponse(async (event, stream, context) => {
                %s
                });
                """.formatted(body);
        String name = "s-" + UUID.randomUUID();
        server.lambda()
                .createFunction(b -> b.functionName(name)
                        .runtime(Runtime.NODEJS22_X)
                        .handler("index.handler")
                        .role(TestServer.ROLE)
                        .timeout(timeout)
                        .code(c -> c.zipFile(SdkBytes.fromByteArray(Zips.of(Map.of("index.js", source))))));
        server.lambda().waiter().waitUntilFunctionActiveV2(b -> b.functionName(name));
        return name;
    }

    @Test
    void firstChunkArrivesBeforeTheFunctionEnds(@TempDir Path folder) throws Exception {
        String name = node("stream.write('one'); await until(event); stream.write('two'); stream.end();");
        Path go = folder.resolve("go");
        Reading reading = invoke(name, "\"" + go + "\"");
        assertThat(reading.chunks.poll(100, TimeUnit.SECONDS)).isEqualTo("one");
        assertThat(reading.complete).isNotDone();
        Files.createFile(go);
        assertThat(reading.text()).isEqualTo("two");
        InvokeWithResponseStreamCompleteEvent end = reading.complete.get();
        assertThat(end.errorCode()).isNull();
        assertThat(end.errorDetails()).isNull();
        assertThat(end.logResult()).isNull();
        InvokeWithResponseStreamResponse head = reading.head.get();
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.executedVersion()).isEqualTo("$LATEST");
        assertThat(head.responseStreamContentType()).isEqualTo("application/vnd.amazon.eventstream");
    }

    @Test
    void environmentServesOnAfterAStream() throws Exception {
        String name = node("stream.write(String(process.pid)); stream.end();");
        String first = invoke(name, "{}").text();
        assertThat(first).matches("\\d+");
        assertThat(invoke(name, "{}").text()).isEqualTo(first);
        assertThat(server.invoke(name, "{}").payload().asUtf8String()).isEqualTo(first);
    }

    @Test
    void errorMidwayComesWithTheEnd(@TempDir Path folder) throws Exception {
        String name = node("""
                stream.write('part');
                await until(event);
                throw new TypeError('no luck');
                """);
        Reading reading = partOf(name, folder.resolve("go"));
        assertThat(reading.text()).isEmpty();
        InvokeWithResponseStreamCompleteEvent end = reading.complete.get();
        assertThat(end.errorCode()).isEqualTo("Unhandled");
        assertThat(end.errorDetails()).contains("\"errorType\":\"TypeError\"", "no luck");
    }

    @Test
    void errorBeforeTheFirstChunkComesWithTheEnd() throws Exception {
        String name = node("throw new RangeError('early');");
        Reading reading = invoke(name, "{}");
        assertThat(reading.text()).isEmpty();
        assertThat(reading.complete.get().errorDetails()).contains("RangeError", "early");
    }

    @Test
    void exitMidwayIsARuntimeExitError(@TempDir Path folder) throws Exception {
        String name = node("""
                stream.write('part');
                await until(event);
                process.exit(7);
                """);
        Reading reading = partOf(name, folder.resolve("go"));
        assertThat(reading.text()).isEmpty();
        assertThat(reading.complete.get().errorDetails()).contains("Runtime.ExitError", "exit status 7");
    }

    @Test
    void timeoutMidwayEndsTheStreamInTime() throws Exception {
        String name = node("stream.write('part'); await until('/nowhere');", 4);
        Reading reading = invoke(name, "{}");
        assertThat(reading.text()).isEqualTo("part");
        assertThat(reading.complete.get().errorDetails())
                .contains("Sandbox.Timedout", "Task timed out after 4.00 seconds");
    }

    @Test
    void functionThatReturnsAnswersInOneChunk() throws Exception {
        String name = server.python("def handler(event, context):\n    return {'got': event}\n");
        Reading reading = invoke(name, "[1]");
        assertThat(reading.text()).isEqualTo("{\"got\": [1]}");
        assertThat(reading.complete.get().errorCode()).isNull();
        String failing = server.python("def handler(event, context):\n    raise ValueError('bad')\n");
        Reading failed = invoke(failing, "{}");
        assertThat(failed.text()).isEmpty();
        assertThat(failed.complete.get().errorCode()).isEqualTo("Unhandled");
        assertThat(failed.complete.get().errorDetails()).contains("ValueError", "bad");
    }

    @Test
    void logOfAStreamComesWithItsEnd() throws Exception {
        String name = node("console.log('said so'); stream.write('x'); stream.end();");
        Reading reading = new Reading();
        client.invokeWithResponseStream(b -> b.functionName(name).logType(LogType.TAIL), reading.handler());
        assertThat(reading.text()).isEqualTo("x");
        String log =
                new String(Base64.getDecoder().decode(reading.complete.get().logResult()), StandardCharsets.UTF_8);
        assertThat(log).contains("START RequestId: ", "said so", "REPORT RequestId: ");
    }

    @Test
    void plainInvokeCollectsAStreamAndLeavesItsPrelude() {
        String name = node("""
                stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201 });
                stream.write('a'); stream.write('b'); stream.end();
                """);
        assertThat(server.invoke(name, "{}").payload().asUtf8String())
                .isEqualTo("{\"statusCode\":201}" + "\0".repeat(8) + "ab");
    }

    @Test
    void dryRunRunsNothing() throws Exception {
        Reading reading = new Reading();
        String name = server.python("raise Exception('must not run')\n");
        client.invokeWithResponseStream(
                        b -> b.functionName(name).invocationType(ResponseStreamingInvocationType.DRY_RUN),
                        reading.handler())
                .get(100, TimeUnit.SECONDS);
        assertThat(reading.head.get().statusCode()).isEqualTo(204);
    }

    @Test
    void unknownFunctionIsNotFoundBeforeAnyStream() {
        assertThatThrownBy(() -> client.invokeWithResponseStream(b -> b.functionName("nobody"), new Reading().handler())
                        .get(100, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(LambdaException.class, e -> {
                    assertThat(e.statusCode()).isEqualTo(404);
                    assertThat(e.awsErrorDetails().errorCode()).isEqualTo("ResourceNotFoundException");
                });
    }

    @Test
    void clientThatLeavesMidwayDoesTheEnvironmentNoHarm(@TempDir Path folder) throws Exception {
        String name = node("""
                stream.write(String(process.pid));
                if (event === 'pid') { stream.end(); return; }
                await until(event);
                for (let i = 0; i < 200; i++) stream.write(Buffer.alloc(10000));
                fs.writeFileSync(event + '.done', 'x');
                stream.end();
                """);
        // One at a time, so that no other environment comes while this one is busy.
        server.lambda().putFunctionConcurrency(b -> b.functionName(name).reservedConcurrentExecutions(1));
        String pid = invoke(name, "\"pid\"").text();
        Path go = folder.resolve("go");
        try (var socket = new java.net.Socket(
                URI.create(server.endpoint().toString()).getHost(),
                server.endpoint().getPort())) {
            byte[] body = ("\"" + go + "\"").getBytes(StandardCharsets.UTF_8);
            socket.getOutputStream()
                    .write(("POST /2021-11-15/functions/" + name
                                    + "/response-streaming-invocations HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                                    + body.length + "\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().write(body);
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            socket.setOption(java.net.StandardSocketOptions.SO_LINGER, 0);
        }
        Files.createFile(go);
        Eventually.within(Duration.ofSeconds(90), () -> Files.exists(folder.resolve("go.done")));
        Eventually.within(
                Duration.ofSeconds(90), () -> invoke(name, "\"pid\"").text().equals(pid));
    }
}
