package dev.podium;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.codec.Json;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindowMode;
import software.amazon.awssdk.services.scheduler.model.Target;
import software.amazon.awssdk.services.sqs.SqsClient;

/// Targets of schedules, rules and asynchronous invocations that the upstream has: topics, buses, streams,
/// state machines. What arrives there is looked at as it came over the wire.
@NullMarked
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings({"NullAway.Init", "unchecked"}) // the varargs of the SDK
final class UpstreamTargetsTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final String ARN = "arn:aws:%s:eu-west-1:000000000000:%s";
    private RecordingServer upstream;
    private TestServer server;
    private SchedulerClient scheduler;
    private EventBridgeClient events;

    @BeforeAll
    void start() throws Exception {
        upstream = RecordingServer.start();
        server = TestServer.start(Map.of("PODIUM_UPSTREAM_URL", upstream.url().toString()));
        scheduler = TestServer.aimed(SchedulerClient.builder(), server.endpoint(), Region.US_EAST_1)
                .build();
        events = TestServer.aimed(EventBridgeClient.builder(), server.endpoint(), Region.US_EAST_1)
                .build();
    }

    @AfterAll
    void stop() throws Exception {
        scheduler.close();
        events.close();
        server.close();
        upstream.close();
    }

    /// What the upstream is sent by a schedule that runs at once.
    ///
    /// @param mark a text that its input holds and no other's
    private RecordingServer.Call scheduled(String arn, String mark, Consumer<Target.Builder> change) throws Exception {
        scheduler.createSchedule(b -> b.name(mark)
                .scheduleExpression("rate(1 day)")
                .flexibleTimeWindow(w -> w.mode(FlexibleTimeWindowMode.OFF))
                .target(t -> {
                    t.arn(arn).roleArn(TestServer.ROLE).input("{\"m\":\"" + mark + "\"}");
                    change.accept(t);
                }));
        return arrived(mark);
    }

    private RecordingServer.Call arrived(String mark) throws Exception {
        Eventually.within(SOON, () -> !upstream.calls(mark).isEmpty());
        return upstream.calls(mark).getFirst();
    }

    private static String mark() {
        return "m" + UUID.randomUUID().toString().replace("-", "");
    }

    private static JsonNode json(RecordingServer.Call call, String target) throws Exception {
        assertThat(call.header("X-Amz-Target")).isEqualTo(target);
        return Json.MAPPER.readTree(call.body());
    }

    private static void isSignedFor(RecordingServer.Call call, String service) {
        assertThat(call.header("Authorization")).contains("/eu-west-1/" + service + "/aws4_request");
    }

    @Test
    void aScheduleCallsATopic() throws Exception {
        String topic = ARN.formatted("sns", "t");
        RecordingServer.Call call = scheduled(topic, mark(), t -> {});
        isSignedFor(call, "sns");
        assertThat(URLDecoder.decode(call.body(), StandardCharsets.UTF_8))
                .startsWith("Action=Publish&Version=2010-03-31&TopicArn=" + topic + "&Message={\"m\":");
    }

    @Test
    void aScheduleCallsAnotherBus() throws Exception {
        String bus = ARN.formatted("events", "event-bus/other");
        String mark = mark();
        RecordingServer.Call call = scheduled(
                bus, mark, t -> t.eventBridgeParameters(p -> p.source("s").detailType("d")));
        isSignedFor(call, "events");
        JsonNode entry = json(call, "AWSEvents.PutEvents").at("/Entries/0");
        assertThat(entry.path("EventBusName").asText()).isEqualTo(bus);
        assertThat(entry.path("Source").asText()).isEqualTo("s");
        assertThat(entry.path("DetailType").asText()).isEqualTo("d");
        assertThat(entry.path("Detail").asText()).isEqualTo("{\"m\":\"" + mark + "\"}");
    }

    @Test
    void aScheduleStartsAStateMachineAndFeedsAStream() throws Exception {
        String machine = ARN.formatted("states", "stateMachine:m");
        JsonNode start = json(scheduled(machine, mark(), t -> {}), "AWSStepFunctions.StartExecution");
        assertThat(start.path("stateMachineArn").asText()).isEqualTo(machine);
        String key = mark();
        String name = mark();
        scheduler.createSchedule(b -> b.name(name)
                .scheduleExpression("rate(1 day)")
                .flexibleTimeWindow(w -> w.mode(FlexibleTimeWindowMode.OFF))
                .target(t -> t.arn(ARN.formatted("kinesis", "stream/s"))
                        .roleArn(TestServer.ROLE)
                        .input("record")
                        .kinesisParameters(k -> k.partitionKey(key))));
        JsonNode put = json(arrived(key), "Kinesis_20131202.PutRecord");
        assertThat(put.path("StreamName").asText()).isEqualTo("s");
        assertThat(new String(Base64.getDecoder().decode(put.path("Data").asText()), StandardCharsets.UTF_8))
                .isEqualTo("record");
    }

    @Test
    void aScheduleCallsAnOperationOfTheUpstream() throws Exception {
        String mark = mark();
        JsonNode put = json(
                scheduled(
                        "arn:aws:scheduler:::aws-sdk:dynamodb:putItem",
                        mark,
                        t -> t.input("{\"TableName\":\"t\",\"Item\":{\"id\":{\"S\":\"" + mark + "\"}}}")),
                "DynamoDB_20120810.PutItem");
        assertThat(put.at("/Item/id/S").asText()).isEqualTo(mark);
    }

    @Test
    void aRulesTargetsMayBeThere() throws Exception {
        String source = mark();
        String topic = ARN.formatted("sns", "t");
        String bus = ARN.formatted("events", "event-bus/other");
        events.putRule(b -> b.name(source).eventPattern("{\"source\":[\"" + source + "\"]}"));
        events.putTargets(b -> b.rule(source)
                .targets(
                        t -> t.id("t").arn(topic).inputPath("$.detail"),
                        t -> t.id("b").arn(bus)));
        String detail = mark();
        events.putEvents(b -> b.entries(PutEventsRequestEntry.builder()
                .source(source)
                .detailType("Order")
                .detail("{\"m\":\"" + detail + "\"}")
                .build()));
        Eventually.within(SOON, () -> upstream.calls(detail).size() == 2);
        for (RecordingServer.Call call : upstream.calls(detail)) {
            if (call.header("X-Amz-Target").isEmpty()) {
                assertThat(URLDecoder.decode(call.body(), StandardCharsets.UTF_8))
                        .endsWith("Message={\"m\":\"" + detail + "\"}");
            } else {
                JsonNode entry = json(call, "AWSEvents.PutEvents").at("/Entries/0");
                assertThat(entry.path("Source").asText()).isEqualTo(source);
                assertThat(entry.path("Detail").asText()).isEqualTo("{\"m\":\"" + detail + "\"}");
            }
        }
    }

    @Test
    void anEventForAnotherBusGoesThere() throws Exception {
        String source = mark();
        events.putEvents(b -> b.entries(PutEventsRequestEntry.builder()
                .source(source)
                .detailType("Order")
                .detail("{}")
                .eventBusName("other")
                .build()));
        assertThat(json(arrived(source), "AWSEvents.PutEvents")
                        .at("/Entries/0/EventBusName")
                        .asText())
                .isEqualTo("other");
    }

    @Test
    void aFunctionsDestinationsMayBeThere() throws Exception {
        String topic = ARN.formatted("sns", "done");
        String bus = ARN.formatted("events", "event-bus/failed");
        String function = server.python("def handler(event, context):\n    return event['m']\n");
        server.lambda()
                .putFunctionEventInvokeConfig(b -> b.functionName(function)
                        .maximumRetryAttempts(0)
                        .destinationConfig(
                                d -> d.onSuccess(s -> s.destination(topic)).onFailure(f -> f.destination(bus))));
        String success = mark();
        server.event(function, "{\"m\":\"" + success + "\"}");
        RecordingServer.Call published = arrived(success);
        isSignedFor(published, "sns");
        String form = URLDecoder.decode(published.body(), StandardCharsets.UTF_8);
        assertThat(form).contains("TopicArn=" + topic).contains("\"condition\":\"Success\"");
        String failure = mark();
        server.event(function, "{\"n\":\"" + failure + "\"}");
        RecordingServer.Call put = arrived(failure);
        isSignedFor(put, "events");
        JsonNode entry = json(put, "AWSEvents.PutEvents").at("/Entries/0");
        assertThat(entry.path("EventBusName").asText()).isEqualTo(bus);
        assertThat(entry.path("DetailType").asText()).isEqualTo("Lambda Function Invocation Result - Failure");
        JsonNode detail = Json.MAPPER.readTree(entry.path("Detail").asText());
        assertThat(detail.at("/requestPayload/n").asText()).isEqualTo(failure);
    }

    @Test
    void whatTheUpstreamRefusesIsTriedAgainAndThenBuried() throws Exception {
        try (RecordingServer refusing = RecordingServer.start();
                TestServer other = TestServer.start(
                        Map.of("PODIUM_UPSTREAM_URL", refusing.url().toString()));
                SqsClient sqs = TestServer.sqs(other.endpoint(), Region.US_EAST_1);
                SchedulerClient client = TestServer.aimed(SchedulerClient.builder(), other.endpoint(), Region.US_EAST_1)
                        .build()) {
            refusing.answer(500);
            String url = sqs.createQueue(b -> b.queueName("dead")).queueUrl();
            client.createSchedule(b -> b.name("refused")
                    .scheduleExpression("rate(1 day)")
                    .flexibleTimeWindow(w -> w.mode(FlexibleTimeWindowMode.OFF))
                    .target(t -> t.arn(ARN.formatted("sns", "t"))
                            .roleArn(TestServer.ROLE)
                            .input("attempt <aws.scheduler.attempt-number>")
                            .retryPolicy(r -> r.maximumRetryAttempts(1))
                            .deadLetterConfig(d -> d.arn("arn:aws:sqs:us-east-1:000000000000:dead"))));
            Eventually.within(
                    SOON,
                    () -> sqs.receiveMessage(b -> b.queueUrl(url).waitTimeSeconds(1)).messages().stream()
                            .anyMatch(message -> message.body().equals("attempt 2")));
            assertThat(refusing.calls("Message=attempt")).hasSize(2);
        }
    }
}
