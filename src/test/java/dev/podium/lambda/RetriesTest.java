package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.Eventually;
import dev.podium.MovableClock;
import dev.podium.RecordingServer;
import dev.podium.TestServer;
import dev.podium.Zips;
import dev.podium.codec.Json;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvocationType;

/// What becomes of asynchronous events: retries, destinations, dead-letter queues.
@NullMarked
final class RetriesTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    /// Notes that it ran, then fails unless it is told not to.
    private static final String NOTES = """
            def handler(event, context):
                open(event['file'], 'a').write(event['mark'] + '\\n')
                if event.get('fail', True):
                    raise ValueError('no ' + event['mark'])
                return 'done'
            """;

    /// Notes the record that it gets.
    private static final String SINK = """
            import json
            def handler(event, context):
                file = event['requestPayload']['file'].replace('/ran', '/sink')
                open(file, 'a').write(json.dumps(event) + '\\n')
            """;

    private static final Pattern THROTTLED = Pattern.compile("podium_lambda_throttles_total\\{.*} [1-9]");

    private static final MovableClock CLOCK = new MovableClock();

    @SuppressWarnings("NullAway.Init")
    private static RecordingServer upstream;

    @SuppressWarnings("NullAway.Init")
    private static TestServer server;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @BeforeAll
    static void start() throws Exception {
        upstream = RecordingServer.start();
        server = TestServer.start(
                Map.of(
                        "LAMBDA_RETRY_BASE_DELAY",
                        "50ms",
                        "PODIUM_UPSTREAM_URL",
                        upstream.url().toString()),
                CLOCK);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
        upstream.close();
    }

    @Test
    void failingEventRunsThreeTimesThenItsDestinationAndItsDeadLetterQueueHear() throws Exception {
        String queue = queue("dead");
        String sink = server.python(SINK);
        String name = server.python(NOTES, b -> b.deadLetterConfig(d -> d.targetArn(queue)));
        server.lambda()
                .putFunctionEventInvokeConfig(b ->
                        b.functionName(name).destinationConfig(d -> d.onFailure(f -> f.destination(arn(sink)))));
        String requestId =
                server.event(name, "{\"file\": \"%s\", \"mark\": \"a\", \"n\": 0.10}".formatted(folder.resolve("ran")));
        JsonNode message = sent(requestId);
        assertThat(lines("ran")).containsExactly("a", "a", "a");
        assertThat(message.path("QueueUrl").asText()).isEqualTo(upstream.url() + "/000000000000/dead");
        assertThat(message.path("MessageBody").asText()).contains("\"mark\": \"a\", \"n\": 0.10}");
        JsonNode attributes = message.path("MessageAttributes");
        assertThat(attributes.path("RequestID").path("StringValue").asText()).isEqualTo(requestId);
        assertThat(attributes.path("ErrorCode")).isEqualTo(json("{\"DataType\":\"Number\",\"StringValue\":\"200\"}"));
        assertThat(attributes.path("ErrorMessage"))
                .isEqualTo(json("{\"DataType\":\"String\",\"StringValue\":\"no a\"}"));
        Eventually.within(SOON, () -> lines("sink").size() == 1);
        JsonNode seen = json(lines("sink").getFirst());
        assertThat(seen.path("version").asText()).isEqualTo("1.0");
        assertThat(seen.path("timestamp").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(seen.path("requestContext")).isEqualTo(json("""
                        {"requestId": "%s", "functionArn": "%s:$LATEST", "condition": "RetriesExhausted",
                         "approximateInvokeCount": 3}""".formatted(requestId, arn(name))));
        assertThat(seen.path("responseContext"))
                .isEqualTo(
                        json("{\"statusCode\":200,\"executedVersion\":\"$LATEST\",\"functionError\":\"Unhandled\"}"));
        assertThat(seen.path("responsePayload").path("errorMessage").asText()).isEqualTo("no a");
        assertThat(seen.path("requestPayload").path("mark").asText()).isEqualTo("a");
    }

    @Test
    void successOfAnAliasIsToldToABus() throws Exception {
        String name = server.python(NOTES);
        server.lambda().publishVersion(b -> b.functionName(name));
        server.lambda().createAlias(b -> b.functionName(name).name("live").functionVersion("1"));
        String bus = "arn:aws:events:us-east-1:000000000000:event-bus/main";
        server.lambda()
                .putFunctionEventInvokeConfig(b -> b.functionName(name)
                        .qualifier("live")
                        .destinationConfig(d -> d.onSuccess(f -> f.destination(bus))));
        String requestId = server.lambda()
                .invoke(b -> b.functionName(name)
                        .qualifier("live")
                        .invocationType(InvocationType.EVENT)
                        .payload(SdkBytes.fromUtf8String("{\"file\": \"%s\", \"mark\": \"b\", \"fail\": false}"
                                .formatted(folder.resolve("ran")))))
                .responseMetadata()
                .requestId();
        JsonNode entry = sent(requestId).path("Entries").path(0);
        assertThat(entry.path("Source").asText()).isEqualTo("lambda");
        assertThat(entry.path("DetailType").asText()).isEqualTo("Lambda Function Invocation Result - Success");
        assertThat(entry.path("EventBusName").asText()).isEqualTo(bus);
        JsonNode record = json(entry.path("Detail").asText());
        assertThat(record.path("requestContext").path("functionArn").asText()).isEqualTo(arn(name) + ":live");
        assertThat(record.path("requestContext").path("condition").asText()).isEqualTo("Success");
        assertThat(record.path("responseContext")).isEqualTo(json("{\"statusCode\":200,\"executedVersion\":\"1\"}"));
        assertThat(record.path("responsePayload").asText()).isEqualTo("done");
    }

    @Test
    void attemptsAreAsManyAsConfigured() throws Exception {
        String name = server.python(NOTES);
        server.lambda()
                .putFunctionEventInvokeConfig(b -> b.functionName(name)
                        .maximumRetryAttempts(0)
                        .destinationConfig(d -> d.onFailure(f -> f.destination(topic("failed")))));
        String requestId = server.event(name, "{\"file\": \"%s\", \"mark\": \"c\"}".formatted(folder.resolve("ran")));
        Eventually.within(SOON, () -> upstream.calls(requestId).size() == 1);
        assertThat(lines("ran")).containsExactly("c");
        var call = upstream.calls(requestId).getFirst();
        assertThat(call.body()).startsWith("Action=Publish&Version=2010-03-31&TopicArn=arn%3Aaws%3Asns");
        assertThat(call.header("Authorization"))
                .startsWith("AWS4-HMAC-SHA256 Credential=test/")
                .contains("/us-east-1/sns/aws4_request");
    }

    @Test
    void eventThatIsTooOldIsNotRunAgain() throws Exception {
        MovableClock clock = new MovableClock();
        try (TestServer slow = TestServer.start(
                Map.of(
                        "LAMBDA_RETRY_BASE_DELAY",
                        "5h",
                        "PODIUM_UPSTREAM_URL",
                        upstream.url().toString()),
                clock)) {
            String name = slow.python(NOTES, b -> b.deadLetterConfig(d -> d.targetArn(queue("old"))));
            slow.event(name, "{\"file\": \"%s\", \"mark\": \"too old\"}".formatted(folder.resolve("ran")));
            Eventually.within(SOON, () -> lines("ran").size() == 1);
            awaitsItsRetry(slow);
            slow.restart();
            clock.forward(Duration.ofHours(7));
            Eventually.within(SOON, () -> upstream.calls("too old").size() == 1);
            assertThat(lines("ran")).hasSize(1);
        }
    }

    @Test
    void retryIsKeptOverARestart() throws Exception {
        MovableClock clock = new MovableClock();
        try (TestServer slow = TestServer.start(Map.of("LAMBDA_RETRY_BASE_DELAY", "1h"), clock)) {
            String name = slow.python(NOTES);
            slow.event(name, "{\"file\": \"%s\", \"mark\": \"kept\"}".formatted(folder.resolve("ran")));
            Eventually.within(SOON, () -> lines("ran").size() == 1);
            awaitsItsRetry(slow);
            slow.restart();
            clock.forward(Duration.ofMinutes(61));
            Eventually.within(SOON, () -> lines("ran").size() == 2);
            awaitsItsRetry(slow);
            clock.forward(Duration.ofMinutes(121));
            Eventually.within(SOON, () -> lines("ran").size() == 3);
        }
    }

    @Test
    void targetThatIsAwayGetsItsMessageLater() throws Exception {
        upstream.answer(500);
        String name = server.python(NOTES, b -> b.deadLetterConfig(d -> d.targetArn(queue("away"))));
        server.lambda().putFunctionEventInvokeConfig(b -> b.functionName(name).maximumRetryAttempts(0));
        String requestId = server.event(name, "{\"file\": \"%s\", \"mark\": \"d\"}".formatted(folder.resolve("ran")));
        Eventually.within(SOON, () -> !upstream.calls(requestId).isEmpty());
        int refused = upstream.calls(requestId).size();
        upstream.answer(200);
        Eventually.within(SOON, () -> server.page("/metrics").contains("podium_lambda_async_undelivered 0.0"));
        // It may have been tried once more before the answer changed.
        assertThat(upstream.calls(requestId)).hasSizeGreaterThan(refused);
        assertThat(lines("ran")).hasSize(1);
    }

    @Test
    void messageThatItsTargetNeverTakesIsSentOnce() throws Exception {
        upstream.answer(413);
        String name = server.python(NOTES, b -> b.deadLetterConfig(d -> d.targetArn(queue("large"))));
        server.lambda().putFunctionEventInvokeConfig(b -> b.functionName(name).maximumRetryAttempts(0));
        String requestId = server.event(name, "{\"file\": \"%s\", \"mark\": \"l\"}".formatted(folder.resolve("ran")));
        Eventually.within(SOON, () -> !upstream.calls(requestId).isEmpty());
        Eventually.within(SOON, () -> server.page("/metrics").contains("podium_lambda_async_undelivered 0.0"));
        upstream.answer(200);
        assertThat(upstream.calls(requestId)).hasSize(1);
    }

    @Test
    void throttledFunctionHoldsUpNobodyAndLosesNothing() throws Exception {
        String busy = server.python("""
                import os, time
                def handler(event, context):
                    while not os.path.exists(event['end']):
                        time.sleep(0.01)
                    open(event['file'], 'a').write('x\\n')
                """, b -> b.timeout(300));
        String other = server.python(NOTES);
        server.lambda().putFunctionConcurrency(b -> b.functionName(busy).reservedConcurrentExecutions(1));
        for (int i = 0; i < 300; i++) {
            server.event(
                    busy,
                    "{\"file\": \"%s\", \"end\": \"%s\"}".formatted(folder.resolve("busy"), folder.resolve("end")));
        }
        server.event(other, "{\"file\": \"%s\", \"mark\": \"e\", \"fail\": false}".formatted(folder.resolve("ran")));
        Eventually.within(SOON, () -> lines("ran").size() == 1);
        assertThat(lines("busy")).isEmpty();
        Files.createFile(folder.resolve("end"));
        Eventually.within(SOON, () -> lines("busy").size() == 300);
    }

    @Test
    void throttledEventIsTriedForSixHours() throws Exception {
        MovableClock clock = new MovableClock();
        Map<String, String> settings =
                Map.of("PODIUM_UPSTREAM_URL", upstream.url().toString());
        for (String event : List.of("first", "second", "third")) {
            Files.createDirectory(folder.resolve(event));
        }
        try (TestServer slow = TestServer.start(settings, clock)) {
            String name = slow.python(TestServer.HELD, b -> b.timeout(300));
            slow.lambda().putFunctionConcurrency(b -> b.functionName(name).reservedConcurrentExecutions(1));
            slow.lambda()
                    .putFunctionEventInvokeConfig(b -> b.functionName(name)
                            .maximumRetryAttempts(0)
                            .destinationConfig(d -> d.onFailure(f -> f.destination(queue("six-hours")))));
            slow.event(name, "\"%s\"".formatted(folder.resolve("first")));
            Eventually.within(SOON, () -> Files.exists(folder.resolve("first/running")));
            slow.event(name, "\"%s\"".formatted(folder.resolve("second")));
            clock.forward(Duration.ofMinutes(359));
            Eventually.within(
                    SOON, () -> THROTTLED.matcher(slow.page("/metrics")).find());
            Files.createFile(folder.resolve("first/end"));
            Eventually.within(SOON, () -> Files.exists(folder.resolve("second/running")));
            String third = slow.event(name, "\"%s\"".formatted(folder.resolve("third")));
            clock.forward(Duration.ofMinutes(361));
            Files.createFile(folder.resolve("second/end"));
            JsonNode record = json(sent(third).path("MessageBody").asText());
            assertThat(record.at("/requestContext/condition").asText()).isEqualTo("EventAgeExceeded");
            assertThat(record.at("/requestContext/approximateInvokeCount").asInt())
                    .isZero();
            assertThat(folder.resolve("third/running")).doesNotExist();
        }
    }

    /// The only place is taken all the while, by a function that runs on.
    @Test
    void eventWhoseAgePassesWhileItIsThrottledWaitsForNoPlace() throws Exception {
        MovableClock clock = new MovableClock();
        Files.createDirectory(folder.resolve("held"));
        Files.createDirectory(folder.resolve("later"));
        try (TestServer slow =
                TestServer.start(Map.of("PODIUM_UPSTREAM_URL", upstream.url().toString()), clock)) {
            String name = slow.python(TestServer.HELD, b -> b.timeout(300));
            slow.lambda().putFunctionConcurrency(b -> b.functionName(name).reservedConcurrentExecutions(1));
            slow.lambda()
                    .putFunctionEventInvokeConfig(b -> b.functionName(name)
                            .maximumEventAgeInSeconds(60)
                            .destinationConfig(d -> d.onFailure(f -> f.destination(queue("too-old")))));
            slow.event(name, "\"%s\"".formatted(folder.resolve("held")));
            Eventually.within(SOON, () -> Files.exists(folder.resolve("held/running")));
            List<String> late = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                late.add(slow.event(name, "\"%s\"".formatted(folder.resolve("held"))));
            }
            clock.forward(Duration.ofSeconds(61));
            String later = slow.event(name, "\"%s\"".formatted(folder.resolve("later")));
            for (String requestId : late) {
                JsonNode record = json(sent(requestId).path("MessageBody").asText());
                assertThat(record.at("/requestContext/condition").asText()).isEqualTo("EventAgeExceeded");
            }
            assertThat(upstream.calls(later)).isEmpty();
            Files.createFile(folder.resolve("held/end"));
            Eventually.within(SOON, () -> Files.exists(folder.resolve("later/running")));
            Files.createFile(folder.resolve("later/end"));
        }
    }

    /// With p = 0.5 and 100 events, fewer than 20 or more than 80 come in less than one of a billion runs.
    @Test
    void weightsOfAnAliasDivideEvents() throws Exception {
        String name = server.python("""
                def handler(event, context):
                    open(event, 'a').write(context.function_version + '\\n')
                """, b -> b.publish(true));
        server.lambda().updateFunctionConfiguration(b -> b.functionName(name).timeout(4));
        server.lambda().waiter().waitUntilFunctionUpdatedV2(b -> b.functionName(name));
        server.lambda().publishVersion(b -> b.functionName(name));
        server.lambda()
                .createAlias(b -> b.functionName(name)
                        .name("half")
                        .functionVersion("1")
                        .routingConfig(r -> r.additionalVersionWeights(Map.of("2", 0.5))));
        for (int i = 0; i < 100; i++) {
            server.event(name + ":half", "\"%s\"".formatted(folder.resolve("ran")));
        }
        Eventually.within(SOON, () -> lines("ran").size() == 100);
        assertThat(lines("ran").stream().filter("2"::equals).count()).isBetween(20L, 80L);
    }

    @Test
    void functionWithoutConcurrencyGivesItsEventsUp() throws Exception {
        String name = server.python(NOTES, b -> b.deadLetterConfig(d -> d.targetArn(queue("off"))));
        server.lambda().putFunctionConcurrency(b -> b.functionName(name).reservedConcurrentExecutions(0));
        String requestId = server.event(name, "{\"file\": \"%s\", \"mark\": \"f\"}".formatted(folder.resolve("ran")));
        JsonNode message = sent(requestId);
        assertThat(message.path("MessageAttributes")
                        .path("ErrorCode")
                        .path("StringValue")
                        .asText())
                .isEqualTo("429");
        assertThat(lines("ran")).isEmpty();
    }

    /// The next attempt may be due before the last one's event has left the queue.
    @Test
    void retriesAtOnceLoseNothing() throws Exception {
        try (TestServer quick = TestServer.start(Map.of("LAMBDA_RETRY_BASE_DELAY", "0ms"))) {
            String name = quick.python(NOTES);
            for (int i = 0; i < 60; i++) {
                quick.event(name, "{\"file\": \"%s\", \"mark\": \"%d\"}".formatted(folder.resolve("ran"), i));
            }
            Eventually.within(SOON, () -> lines("ran").size() == 180);
            Eventually.within(SOON, () -> quick.page("/metrics").contains("podium_lambda_async_queued 0.0"));
        }
    }

    @Test
    void eventsOfADeletedFunctionDontRunOnTheNextOfItsName() throws Exception {
        MovableClock clock = new MovableClock();
        try (TestServer slow = TestServer.start(Map.of("LAMBDA_RETRY_BASE_DELAY", "1h"), clock)) {
            String name = slow.python(NOTES);
            slow.event(name, "{\"file\": \"%s\", \"mark\": \"g\"}".formatted(folder.resolve("ran")));
            awaitsItsRetry(slow);
            slow.lambda().deleteFunction(b -> b.functionName(name));
            slow.lambda()
                    .createFunction(b -> b.functionName(name)
                            .runtime("python3.12")
                            .handler("app.handler")
                            .role(TestServer.ROLE)
                            .code(c -> c.zipFile(SdkBytes.fromByteArray(Zips.python(NOTES)))));
            clock.forward(Duration.ofMinutes(61));
            Eventually.within(SOON, () -> slow.page("/metrics").contains("podium_lambda_async_waiting 0.0"));
            Eventually.within(SOON, () -> slow.page("/metrics").contains("podium_lambda_async_queued 0.0"));
            assertThat(lines("ran")).hasSize(1);
        }
    }

    @Test
    void invokeAsyncIsAnEvent() throws Exception {
        String name = server.python(NOTES);
        String payload = "{\"file\": \"%s\", \"mark\": \"h\", \"fail\": false}".formatted(folder.resolve("ran"));
        int status;
        try (HttpClient http = HttpClient.newHttpClient()) {
            status = http.send(
                            HttpRequest.newBuilder(server.endpoint()
                                            .resolve("/2014-11-13/functions/" + name + "/invoke-async/"))
                                    .POST(HttpRequest.BodyPublishers.ofString(payload))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
        assertThat(status).isEqualTo(202);
        Eventually.within(SOON, () -> lines("ran").equals(List.of("h")));
    }

    /// The time of the next attempt counts from when the last one is done.
    private static void awaitsItsRetry(TestServer server) throws Exception {
        Eventually.within(SOON, () -> {
            String metrics = server.page("/metrics");
            return metrics.contains("podium_lambda_async_queued 0.0")
                    && metrics.contains("podium_lambda_async_waiting 1.0");
        });
    }

    private static String queue(String name) {
        return "arn:aws:sqs:us-east-1:000000000000:" + name;
    }

    private static String topic(String name) {
        return "arn:aws:sns:us-east-1:000000000000:" + name;
    }

    private static String arn(String function) {
        return "arn:aws:lambda:us-east-1:000000000000:function:" + function;
    }

    private static JsonNode sent(String requestId) throws Exception {
        Eventually.within(SOON, () -> upstream.calls(requestId).size() == 1);
        return json(upstream.calls(requestId).getFirst().body());
    }

    private static JsonNode json(String text) throws Exception {
        return Json.MAPPER.readTree(text);
    }

    private List<String> lines(String file) throws Exception {
        Path path = folder.resolve(file);
        return Files.exists(path) ? Files.readAllLines(path) : List.of();
    }
}
