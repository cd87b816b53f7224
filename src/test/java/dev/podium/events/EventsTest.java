package dev.podium.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.Eventually;
import dev.podium.MovableClock;
import dev.podium.TestServer;
import dev.podium.codec.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.EventBridgeException;
import software.amazon.awssdk.services.eventbridge.model.InvalidEventPatternException;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResultEntry;
import software.amazon.awssdk.services.eventbridge.model.ResourceNotFoundException;
import software.amazon.awssdk.services.eventbridge.model.Rule;
import software.amazon.awssdk.services.eventbridge.model.Target;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

/// Rules and events through the SDK, with a clock that the tests put forward.
@NullMarked
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings({"NullAway.Init", "unchecked"}) // the varargs of the SDK
final class EventsTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private final MovableClock clock = new MovableClock();
    private TestServer server;
    private EventBridgeClient events;
    private SqsClient sqs;

    @BeforeAll
    void start() throws Exception {
        server = TestServer.start(Map.of(), clock);
        events = TestServer.aimed(EventBridgeClient.builder(), server.endpoint(), Region.US_EAST_1)
                .build();
        sqs = TestServer.sqs(server.endpoint(), Region.US_EAST_1);
    }

    @AfterAll
    void stop() throws Exception {
        events.close();
        sqs.close();
        server.close();
    }

    private record Queue(String url, String arn) {}

    private static String attribute(Message message, String name) {
        return Objects.requireNonNull(message.messageAttributes().get(name)).stringValue();
    }

    private Queue queue() {
        String name = "q-" + UUID.randomUUID();
        String url = sqs.createQueue(b -> b.queueName(name)).queueUrl();
        return new Queue(url, "arn:aws:sqs:us-east-1:000000000000:" + name);
    }

    private Message receive(Queue queue) throws Exception {
        List<Message> all = new ArrayList<>();
        Eventually.within(SOON, () -> {
            all.addAll(sqs.receiveMessage(
                            b -> b.queueUrl(queue.url).waitTimeSeconds(1).messageAttributeNames("All"))
                    .messages());
            return !all.isEmpty();
        });
        sqs.deleteMessage(
                b -> b.queueUrl(queue.url).receiptHandle(all.getFirst().receiptHandle()));
        return all.getFirst();
    }

    private String pattern(String pattern, Target... targets) {
        String name = "r-" + UUID.randomUUID();
        events.putRule(b -> b.name(name).eventPattern(pattern));
        events.putTargets(b -> b.rule(name).targets(targets));
        return name;
    }

    private static Target target(String id, Queue queue) {
        return Target.builder().id(id).arn(queue.arn).build();
    }

    private List<PutEventsResultEntry> put(String source, String detail) {
        return events.putEvents(b -> b.entries(PutEventsRequestEntry.builder()
                        .source(source)
                        .detailType("Order")
                        .detail(detail)
                        .resources("one")
                        .build()))
                .entries();
    }

    @Test
    void anEventComesToTheTargetsOfTheRulesThatItMatches() throws Exception {
        Queue all = queue();
        Queue part = queue();
        String source = "shop." + UUID.randomUUID();
        pattern(
                "{\"source\":[\"" + source + "\"],\"detail\":{\"total\":[{\"numeric\":[\">\",10]}]}}",
                target("all", all),
                Target.builder()
                        .id("part")
                        .arn(part.arn)
                        .inputTransformer(t ->
                                t.inputPathsMap(Map.of("n", "$.detail.total")).inputTemplate("{\"total\": <n>}"))
                        .build());
        Queue other = queue();
        pattern("{\"source\":[\"" + source + "\"],\"detail-type\":[\"Return\"]}", target("t", other));
        put(source, "{\"total\":5}");
        String id = put(source, "{\"total\":50}").getFirst().eventId();
        JsonNode event = Json.MAPPER.readTree(receive(all).body());
        assertThat(event.path("id").asText()).isEqualTo(id);
        assertThat(event.path("source").asText()).isEqualTo(source);
        assertThat(event.path("detail-type").asText()).isEqualTo("Order");
        assertThat(event.path("account").asText()).isEqualTo("000000000000");
        assertThat(event.path("region").asText()).isEqualTo("us-east-1");
        assertThat(event.path("version").asText()).isEqualTo("0");
        assertThat(event.path("resources").path(0).asText()).isEqualTo("one");
        assertThat(event.at("/detail/total").asInt()).isEqualTo(50);
        assertThat(receive(part).body()).isEqualTo("{\"total\": 50}");
        assertThat(sqs.receiveMessage(b -> b.queueUrl(all.url)).messages()).isEmpty();
        assertThat(sqs.receiveMessage(b -> b.queueUrl(other.url)).messages()).isEmpty();
    }

    @Test
    void aScheduleSendsTheScheduledEvent() throws Exception {
        Queue queue = queue();
        String name = "r-" + UUID.randomUUID();
        String arn = events.putRule(b -> b.name(name).scheduleExpression("rate(1 hour)"))
                .ruleArn();
        events.putTargets(b -> b.rule(name).targets(target("t", queue)));
        clock.forward(Duration.ofMinutes(61));
        JsonNode event = Json.MAPPER.readTree(receive(queue).body());
        assertThat(event.path("detail-type").asText()).isEqualTo("Scheduled Event");
        assertThat(event.path("source").asText()).isEqualTo("aws.events");
        assertThat(event.path("resources").path(0).asText()).isEqualTo(arn);
        assertThat(event.path("detail").isObject()).isTrue();
        assertThat(event.path("detail").isEmpty()).isTrue();
        Eventually.within(SOON, () -> server.page("/_podium/schedules/" + arn).contains("ExecutionId"));
        events.disableRule(b -> b.name(name));
        clock.forward(Duration.ofHours(3));
        events.enableRule(b -> b.name(name));
        assertThat(sqs.receiveMessage(b -> b.queueUrl(queue.url).waitTimeSeconds(1))
                        .messages())
                .isEmpty();
        events.removeTargets(b -> b.rule(name).ids("t"));
        events.deleteRule(b -> b.name(name));
        assertThat(server.page("/_podium/schedules/" + arn)).startsWith("404");
    }

    @Test
    void whatCannotBeDeliveredGoesToTheDeadLetterQueue() throws Exception {
        Queue dead = queue();
        String source = "shop." + UUID.randomUUID();
        String rule = pattern(
                "{\"source\":[\"" + source + "\"]}",
                Target.builder()
                        .id("t")
                        .arn("arn:aws:lambda:us-east-1:000000000000:function:absent")
                        .deadLetterConfig(d -> d.arn(dead.arn))
                        .build());
        put(source, "{}");
        Message message = receive(dead);
        assertThat(Json.MAPPER.readTree(message.body()).path("source").asText()).isEqualTo(source);
        assertThat(attribute(message, "RULE_ARN")).endsWith(":rule/" + rule);
        assertThat(attribute(message, "ERROR_CODE")).isEqualTo("ResourceNotFoundException");
    }

    @Test
    void aFunctionsDestinationMayBeTheDefaultBus() throws Exception {
        Queue queue = queue();
        String function = server.python("def handler(event, context):\n    return event\n");
        pattern(
                "{\"source\":[\"lambda\"],\"detail\":{\"requestPayload\":{\"key\":[\"destination\"]}}}",
                target("t", queue));
        server.lambda()
                .putFunctionEventInvokeConfig(b -> b.functionName(function)
                        .destinationConfig(d -> d.onSuccess(
                                s -> s.destination("arn:aws:events:us-east-1:000000000000:event-bus/default"))));
        server.event(function, "{\"key\":\"destination\"}");
        JsonNode event = Json.MAPPER.readTree(receive(queue).body());
        assertThat(event.path("detail-type").asText()).isEqualTo("Lambda Function Invocation Result - Success");
        assertThat(event.at("/detail/responsePayload/key").asText()).isEqualTo("destination");
    }

    @Test
    void badEntriesFailOneByOne() {
        List<PutEventsResultEntry> results = events.putEvents(b -> b.entries(
                        PutEventsRequestEntry.builder()
                                .detailType("d")
                                .detail("{}")
                                .build(),
                        PutEventsRequestEntry.builder()
                                .source("a")
                                .detailType("d")
                                .detail("[]")
                                .build(),
                        PutEventsRequestEntry.builder()
                                .source("aws.s3")
                                .detailType("d")
                                .detail("{}")
                                .build(),
                        PutEventsRequestEntry.builder()
                                .source("a")
                                .detailType("d")
                                .detail("{}")
                                .eventBusName("other")
                                .build(),
                        PutEventsRequestEntry.builder()
                                .source("a")
                                .detailType("d")
                                .detail("{}")
                                .build()))
                .entries();
        assertThat(results)
                .extracting(PutEventsResultEntry::errorCode)
                .containsExactly(
                        "InvalidArgument", "MalformedDetail", "NotAuthorizedForSource", "InvalidArgument", null);
        assertThat(results.getFirst().errorMessage())
                .isEqualTo("Parameter Source is not valid. Reason: Source is a required argument.");
        assertThat(results.getLast().eventId()).isNotNull();
    }

    @Test
    void rulesAreListedAndFound() {
        Queue queue = queue();
        String prefix = "list-" + UUID.randomUUID() + "-";
        for (int i = 0; i < 5; i++) {
            String name = prefix + i;
            events.putRule(b -> b.name(name)
                    .eventPattern("{\"source\":[\"x\"]}")
                    .tags(t -> t.key("a").value("b")));
        }
        events.putTargets(b -> b.rule(prefix + "3").targets(target("t", queue)));
        var first = events.listRules(b -> b.namePrefix(prefix).limit(3));
        assertThat(first.rules()).extracting(Rule::name).containsExactly(prefix + "0", prefix + "1", prefix + "2");
        assertThat(events.listRules(b -> b.namePrefix(prefix).nextToken(first.nextToken()))
                        .rules())
                .hasSize(2);
        assertThat(events.listRuleNamesByTarget(b -> b.targetArn(queue.arn)).ruleNames())
                .containsExactly(prefix + "3");
        assertThat(events.listTargetsByRule(b -> b.rule(prefix + "3")).targets())
                .containsExactly(target("t", queue));
        String arn = first.rules().getFirst().arn();
        assertThat(events.listTagsForResource(b -> b.resourceARN(arn)).tags()).hasSize(1);
        events.untagResource(b -> b.resourceARN(arn).tagKeys("a"));
        assertThat(events.listTagsForResource(b -> b.resourceARN(arn)).tags()).isEmpty();
        assertThatThrownBy(() -> events.deleteRule(b -> b.name(prefix + "3")))
                .isInstanceOf(EventBridgeException.class)
                .hasMessageContaining("Rule can't be deleted since it has targets.");
        assertThat(events.describeEventBus(b -> b.name("default")).arn())
                .isEqualTo("arn:aws:events:us-east-1:000000000000:event-bus/default");
    }

    @Test
    void badRulesAreRefusedInTheWordsOfAws() {
        for (String bad :
                List.of("rate(1 minutes)", "rate(5 minute)", "at(2030-01-01T00:00:00)", "cron(0 10 * * * *)")) {
            assertThatThrownBy(() -> events.putRule(b -> b.name("bad").scheduleExpression(bad)))
                    .isInstanceOf(EventBridgeException.class)
                    .hasMessageContaining("Parameter ScheduleExpression is not valid.");
        }
        assertThatThrownBy(() -> events.putRule(b -> b.name("bad")))
                .hasMessageContaining("Parameter(s) EventPattern or ScheduleExpression must be specified.");
        assertThatThrownBy(() -> events.putRule(b -> b.name("bad").eventPattern("{\"source\":\"x\"}")))
                .isInstanceOf(InvalidEventPatternException.class)
                .hasMessageContaining("Event pattern is not valid. Reason: ");
        assertThatThrownBy(() -> events.describeRule(b -> b.name("absent")))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessageContaining("Rule absent does not exist on EventBus default.");
        assertThatThrownBy(() -> events.putRule(
                        b -> b.name("r").scheduleExpression("rate(1 hour)").eventBusName("other")))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessageContaining("Event bus other does not exist.");
        events.putRule(b -> b.name("targets").scheduleExpression("rate(1 day)"));
        assertThatThrownBy(() -> events.putTargets(b -> b.rule("targets")
                        .targets(Target.builder()
                                .id("t")
                                .arn("arn:aws:sqs:us-east-1:000000000000:q.fifo")
                                .build())))
                .hasMessageContaining("Parameter(s) SqsParameters must be specified for target: t.");
        assertThatThrownBy(() -> events.putTargets(b -> b.rule("targets")
                        .targets(Target.builder()
                                .id("t")
                                .arn("arn:aws:batch:us-east-1:000000000000:job-queue/q")
                                .build())))
                .hasMessageContaining("is not supported by Podium");
        assertThat(events.testEventPattern(b -> b.eventPattern("{\"source\":[\"a\"]}")
                                .event(
                                        "{\"id\":\"1\",\"account\":\"1\",\"source\":\"a\",\"time\":\"2026-01-01T00:00:00Z\","
                                                + "\"region\":\"r\",\"resources\":[],\"detail-type\":\"d\"}"))
                        .result())
                .isTrue();
    }
}
