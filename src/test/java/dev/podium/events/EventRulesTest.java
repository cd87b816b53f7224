package dev.podium.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.Eventually;
import dev.podium.TestServer;
import dev.podium.codec.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.EventBridgeException;
import software.amazon.awssdk.services.eventbridge.model.EventBus;
import software.amazon.awssdk.services.eventbridge.model.LimitExceededException;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.ResourceNotFoundException;
import software.amazon.awssdk.services.eventbridge.model.RuleState;
import software.amazon.awssdk.services.eventbridge.model.Tag;
import software.amazon.awssdk.services.eventbridge.model.Target;
import software.amazon.awssdk.services.sqs.SqsClient;

/// What rules and their targets may be, and what changes of them leave as it was.
@NullMarked
@SuppressWarnings("unchecked") // the varargs of the SDK
final class EventRulesTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final String QUEUE = "arn:aws:sqs:us-east-1:000000000000:q";

    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of());

    @AutoClose
    @SuppressWarnings("NullAway.Init")
    private static EventBridgeClient events;

    @AutoClose
    @SuppressWarnings("NullAway.Init")
    private static SqsClient sqs;

    @BeforeAll
    static void connect() {
        events = client(Region.US_EAST_1);
        sqs = TestServer.sqs(server.endpoint(), Region.US_EAST_1);
    }

    private static EventBridgeClient client(Region region) {
        return TestServer.aimed(EventBridgeClient.builder(), server.endpoint(), region)
                .build();
    }

    private static String rule() {
        String name = "r-" + UUID.randomUUID();
        events.putRule(b -> b.name(name).eventPattern("{\"source\":[\"" + name + "\"]}"));
        return name;
    }

    private static Target target(String id) {
        return Target.builder().id(id).arn(QUEUE).build();
    }

    private static List<Target> targets(int count) {
        return IntStream.range(0, count).mapToObj(i -> target("t" + i)).toList();
    }

    static Stream<Arguments> wrongTargets() {
        return Stream.of(
                arguments(
                        "Only one of Input, InputPath, or InputTransformer must be provided for target t.",
                        target("t").toBuilder().input("{}").inputPath("$.id").build()),
                arguments(
                        "JSON syntax error in input for target t.",
                        target("t").toBuilder().input("{").build()),
                arguments(
                        "Invalid InputPath for target t : detail.",
                        target("t").toBuilder().inputPath("detail").build()),
                arguments(
                        "Invalid InputPath for target t : id.",
                        target("t").toBuilder()
                                .inputTransformer(
                                        i -> i.inputPathsMap(Map.of("x", "id")).inputTemplate("<x>"))
                                .build()),
                arguments(
                        "Parameter(s) EcsParameters must be specified for target: t.",
                        target("t").toBuilder()
                                .arn("arn:aws:ecs:us-east-1:000000000000:cluster/c")
                                .build()),
                arguments(
                        "Provided Arn is not in correct format.",
                        target("t").toBuilder()
                                .arn("arn:aws:scheduler:::aws-sdk:sqs:sendMessage")
                                .build()));
    }

    @ParameterizedTest
    @MethodSource("wrongTargets")
    void whatIsNoTargetIsRefused(String why, Target target) {
        String rule = rule();
        assertThatThrownBy(() -> events.putTargets(b -> b.rule(rule).targets(target)))
                .isInstanceOf(EventBridgeException.class)
                .hasMessageContaining(why);
        assertThat(events.listTargetsByRule(b -> b.rule(rule)).targets()).isEmpty();
    }

    @Test
    void aRuleHasFiveTargetsAtMost() {
        String rule = rule();
        events.putTargets(b -> b.rule(rule).targets(targets(5)));
        // The same one again is another version of it.
        events.putTargets(b -> b.rule(rule).targets(target("t0")));
        assertThatThrownBy(() -> events.putTargets(b -> b.rule(rule).targets(target("more"))))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("The requested resource exceeds the maximum number allowed.");
    }

    @Test
    void targetsComeInPages() {
        String rule = rule();
        events.putTargets(b -> b.rule(rule).targets(targets(5)));
        List<String> ids = new ArrayList<>();
        String token = null;
        for (int i = 0; i < 3; i++) {
            String from = token;
            var page = events.listTargetsByRule(b -> b.rule(rule).limit(2).nextToken(from));
            page.targets().forEach(target -> ids.add(target.id()));
            token = page.nextToken();
        }
        assertThat(token).isNull();
        assertThat(ids).containsExactly("t0", "t1", "t2", "t3", "t4");
    }

    @Test
    void aBusHasThreeHundredRulesAtMost() {
        try (EventBridgeClient other = client(Region.EU_NORTH_1)) {
            for (int i = 0; i < 300; i++) {
                String name = "r" + i;
                other.putRule(b -> b.name(name).scheduleExpression("rate(1 day)"));
            }
            other.putRule(b -> b.name("r7").scheduleExpression("rate(2 days)"));
            assertThatThrownBy(() -> other.putRule(b -> b.name("more").scheduleExpression("rate(1 day)")))
                    .isInstanceOf(LimitExceededException.class);
        }
    }

    @Test
    void aRuleThatIsPutAgainKeepsTargetsAndTags() {
        String rule = rule();
        events.putTargets(b -> b.rule(rule).targets(target("t")));
        String arn = events.describeRule(b -> b.name(rule)).arn();
        events.tagResource(b -> b.resourceARN(arn)
                .tags(t -> t.key("team").value("a"), t -> t.key("x").value("y")));
        events.putRule(b -> b.name(rule)
                .scheduleExpression("rate(1 day)")
                .state(RuleState.DISABLED)
                .tags(t -> t.key("other").value("ignored")));
        var shown = events.describeRule(b -> b.name(rule));
        assertThat(shown.eventPattern()).isNull();
        assertThat(shown.state()).isEqualTo(RuleState.DISABLED);
        assertThat(events.listTargetsByRule(b -> b.rule(rule)).targets()).containsExactly(target("t"));
        assertThat(events.listTagsForResource(b -> b.resourceARN(arn)).tags())
                .extracting(Tag::key)
                .containsExactlyInAnyOrder("team", "x");
    }

    @Test
    void whatIsNoRuleOfTheCallerHasNoTags() {
        for (String arn : List.of(
                "arn:aws:events:us-east-1:000000000000:event-bus/default",
                "arn:aws:events:us-east-1:111111111111:rule/r",
                "arn:aws:events:eu-west-1:000000000000:rule/r")) {
            assertThatThrownBy(() -> events.listTagsForResource(b -> b.resourceARN(arn)))
                    .as(arn)
                    .isInstanceOf(ResourceNotFoundException.class)
                    .hasMessageContaining("Resource " + arn + " does not exist.");
        }
    }

    @Test
    void theDefaultBusIsListed() {
        assertThat(events.listEventBuses(b -> {}).eventBuses())
                .extracting(EventBus::name, EventBus::arn)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(
                        "default", "arn:aws:events:us-east-1:000000000000:event-bus/default"));
        assertThat(events.listEventBuses(b -> b.namePrefix("def")).eventBuses()).hasSize(1);
        assertThat(events.listEventBuses(b -> b.namePrefix("other")).eventBuses())
                .isEmpty();
    }

    private static PutEventsRequestEntry.Builder event(String source) {
        return PutEventsRequestEntry.builder()
                .source(source)
                .detailType("d")
                .detail("{}")
                .eventBusName("arn:aws:events:us-east-1:000000000000:event-bus/default");
    }

    @Test
    void anEventHasItsTimeAndComesToRulesThatAreSwitchedOn() throws Exception {
        String name = "q-" + UUID.randomUUID();
        String url = sqs.createQueue(b -> b.queueName(name)).queueUrl();
        String arn = "arn:aws:sqs:us-east-1:000000000000:" + name;
        String rule = rule();
        events.putTargets(b -> b.rule(rule).targets(t -> t.id("t").arn(arn)));
        events.disableRule(b -> b.name(rule));
        events.putEvents(
                b -> b.entries(event(rule).detailType("while it is off").build()));
        events.enableRule(b -> b.name(rule));
        Instant time = Instant.parse("2026-01-02T03:04:05Z");
        events.putEvents(b -> b.entries(event(rule).time(time).build()));
        List<JsonNode> got = new ArrayList<>();
        Eventually.within(SOON, () -> {
            for (var message :
                    sqs.receiveMessage(b -> b.queueUrl(url).waitTimeSeconds(1)).messages()) {
                got.add(Json.MAPPER.readTree(message.body()));
            }
            return got.stream()
                    .anyMatch(event -> event.path("detail-type").asText().equals("d"));
        });
        assertThat(got).hasSize(1);
        assertThat(got.getFirst().path("time").asText()).isEqualTo(time.toString());
    }

    @Test
    void entriesOfAMebibyteAreTooMuch() {
        String half = "{\"x\":\"" + "\u00e4".repeat(300_000) + "\"}";
        assertThatThrownBy(() -> events.putEvents(b -> b.entries(
                        event("a").detail(half).build(), event("a").detail(half).build())))
                .isInstanceOf(EventBridgeException.class)
                .hasMessageContaining("Total size of the entries in the request is over the limit.");
        assertThat(events.putEvents(b -> b.entries(event("a").detail(half).build()))
                        .failedEntryCount())
                .isZero();
    }

    @Test
    void anEventToTestAPatternWithHasAllFields() {
        assertThatThrownBy(() -> events.testEventPattern(
                        b -> b.eventPattern("{\"source\":[\"a\"]}").event("{\"source\":\"a\"}")))
                .isInstanceOf(EventBridgeException.class)
                .hasMessageContaining("Parameter Event is not valid. Reason: id is required.");
        assertThatThrownBy(() -> events.testEventPattern(
                        b -> b.eventPattern("{\"source\":[\"a\"]}").event("{")))
                .hasMessageContaining("Parameter Event is not valid.");
    }
}
