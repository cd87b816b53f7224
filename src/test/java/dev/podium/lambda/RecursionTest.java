package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import dev.podium.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.model.RecursiveLoop;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/// Functions that call themselves.
@NullMarked
final class RecursionTest {
    private static final Duration SOON = Duration.ofSeconds(100);
    private static final String ARN = "arn:aws:lambda:us-east-1:000000000000:function:";
    /// Calls itself as an SDK does, with the trace header; tells how the call ended.
    private static final String CALLS_ITSELF = """
            import json, os, urllib.request, urllib.error, urllib.parse
            def handler(event, context):
                if event['left'] == 0:
                    return 'end'
                open(event['file'], 'a').write('x\\n')
                body = json.dumps(dict(event, left=event['left'] - 1)).encode()
                trace = urllib.parse.quote(os.environ['_X_AMZN_TRACE_ID'], safe='-=;:+&[]{}"\\',')
                request = urllib.request.Request(event['url'], data=body, headers={'X-Amzn-Trace-Id': trace})
                try:
                    return json.load(urllib.request.urlopen(request))
                except urllib.error.HTTPError as e:
                    return str(e.code) + ' ' + e.headers['x-amzn-ErrorType'] + ' ' + e.read().decode()
            """;

    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of());

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void loopOfSynchronousCallsStopsAfterSixteen() throws Exception {
        String name = server.python(CALLS_ITSELF, b -> b.timeout(110));
        assertThat(call(name, 30))
                .contains("400 RecursiveInvocationException")
                .contains("Lambda has detected your function being invoked in a recursive loop");
        assertThat(lines("ran")).hasSize(16);
    }

    @Test
    void loopThatIsAllowedGoesOn() throws Exception {
        String name = server.python(CALLS_ITSELF, b -> b.timeout(110));
        server.lambda().putFunctionRecursionConfig(b -> b.functionName(name).recursiveLoop(RecursiveLoop.ALLOW));
        assertThat(call(name, 18)).isEqualTo("\"end\"");
        assertThat(lines("ran")).hasSize(18);
    }

    @Test
    void loopOfDestinationsEndsAtTheFailureDestination() throws Exception {
        String notes = """
                def handler(event, context):
                    while 'requestPayload' in event:
                        event = event['requestPayload']
                    open(event['file'] + context.function_name[-1:], 'a').write('x\\n')
                """;
        String one = named(notes, "loop-1");
        String two = named(notes, "loop-2");
        String end = named(notes, "loop-end-3");
        destination(one, ARN + two, ARN + end);
        destination(two, ARN + one, null);
        server.event(one, "{\"file\": \"" + folder.resolve("loop") + "\"}");
        Eventually.within(SOON, () -> lines("loop3").size() == 1);
        assertThat(lines("loop1")).hasSize(16);
        assertThat(lines("loop2")).hasSize(16);
    }

    /// The message of the seventeenth pass goes where the queue's own policy says.
    @Test
    void loopThroughAQueueEndsInItsDeadLetterQueue() throws Exception {
        String sends = """
                import json, os, urllib.request
                def handler(event, context):
                    body = json.loads(event['Records'][0]['body'])
                    open(body['file'], 'a').write('x\\n')
                    message = json.dumps({'QueueUrl': body['queue'], 'MessageBody': json.dumps(body)}).encode()
                    urllib.request.urlopen(urllib.request.Request(body['url'], data=message, headers={
                        'Content-Type': 'application/x-amz-json-1.0', 'X-Amz-Target': 'AmazonSQS.SendMessage',
                        'X-Amzn-Trace-Id': os.environ['_X_AMZN_TRACE_ID']}))
                """;
        String name = server.python(sends, b -> b.timeout(10));
        server.invoke(name, "{\"Records\": []}"); // a cold start may take longer than the message is invisible
        try (SqsClient sqs = TestServer.sqs(server.endpoint(), Region.US_EAST_1)) {
            String dead = sqs.createQueue(b -> b.queueName("loop-dead")).queueUrl();
            String arn = "arn:aws:sqs:us-east-1:000000000000:loop";
            String url = sqs.createQueue(b -> b.queueName("loop")
                            .attributes(Map.of(
                                    QueueAttributeName.VISIBILITY_TIMEOUT,
                                    "10",
                                    QueueAttributeName.REDRIVE_POLICY,
                                    "{\"deadLetterTargetArn\": \"" + arn + "-dead\", \"maxReceiveCount\": 1}")))
                    .queueUrl();
            server.lambda().createEventSourceMapping(b -> b.functionName(name).eventSourceArn(arn));
            String body = "{\"url\": \"%s\", \"queue\": \"%s\", \"file\": \"%s\"}"
                    .formatted(server.endpoint(), url, folder.resolve("queued"));
            sqs.sendMessage(b -> b.queueUrl(url).messageBody(body));
            Eventually.within(
                    SOON,
                    () -> sqs.receiveMessage(b -> b.queueUrl(dead).waitTimeSeconds(1))
                            .hasMessages());
        }
        assertThat(lines("queued")).hasSize(16);
    }

    private static String named(String source, String name) {
        server.lambda()
                .createFunction(b -> b.functionName(name)
                        .runtime("python3.12")
                        .handler("app.handler")
                        .role(TestServer.ROLE)
                        .code(c -> c.zipFile(SdkBytes.fromByteArray(dev.podium.Zips.python(source)))));
        server.lambda().waiter().waitUntilFunctionActiveV2(b -> b.functionName(name));
        return name;
    }

    private static void destination(String name, String success, @org.jspecify.annotations.Nullable String failure) {
        server.lambda()
                .putFunctionEventInvokeConfig(b -> b.functionName(name).destinationConfig(d -> {
                    d.onSuccess(s -> s.destination(success));
                    if (failure != null) {
                        d.onFailure(f -> f.destination(failure));
                    }
                }));
    }

    private String call(String name, int times) {
        String url = server.endpoint() + "/2015-03-31/functions/" + name + "/invocations";
        return server.invoke(
                        name,
                        "{\"left\": %d, \"url\": \"%s\", \"file\": \"%s\"}"
                                .formatted(times, url, folder.resolve("ran")))
                .payload()
                .asUtf8String();
    }

    private List<String> lines(String file) throws Exception {
        Path path = folder.resolve(file);
        return Files.exists(path) ? Files.readAllLines(path) : List.of();
    }
}
