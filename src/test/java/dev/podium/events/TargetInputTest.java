package dev.podium.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.events.RuleTarget.InputTransformer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What targets get of an event.
@NullMarked
final class TargetInputTest {
    private static final Rule RULE = new Rule(
            "123456789012",
            "eu-west-1",
            "r",
            "id",
            new Rule.Settings("{}", null, "ENABLED", null, null),
            Map.of(),
            List.of(),
            Instant.EPOCH);

    private static String of(@Nullable String input, @Nullable String path, @Nullable InputTransformer transformer)
            throws Exception {
        ObjectNode event = (ObjectNode) Json.MAPPER.readTree("""
                {"time":"2026-11-20T09:00:00Z","detail":{"state":"run\\"ning","n":5,"list":[{"a":1},{"a":2}],"o":{"x":true}}}
                """);
        RuleTarget target = new RuleTarget("t", "arn", null, input, path, transformer, null, null, null, null, null);
        return TargetInput.of(target, RULE, event);
    }

    private static String transformed(String template, String... paths) throws Exception {
        Map<String, String> map = new java.util.LinkedHashMap<>();
        for (int i = 0; i < paths.length; i += 2) {
            map.put(paths[i], paths[i + 1]);
        }
        return of(null, null, new InputTransformer(map, template));
    }

    @Test
    void aConstantAPartOrAllOfTheEvent() throws Exception {
        assertThat(of("\"constant\"", null, null)).isEqualTo("\"constant\"");
        assertThat(of(null, "$.detail.list[1].a", null)).isEqualTo("2");
        assertThat(of(null, "$.detail['o']", null)).isEqualTo("{\"x\":true}");
        assertThat(of(null, null, null)).contains("\"detail\":{\"state\"");
    }

    @Test
    void variablesAreTextWithinQuotesAndJsonElsewhere() throws Exception {
        assertThat(transformed("\"It is <s>, <n> times\"", "s", "$.detail.state", "n", "$.detail.n"))
                .isEqualTo("\"It is run\\\"ning, 5 times\"");
        assertThat(transformed(
                        "{\"a\": <s>, \"b\": <o>, \"c\": \"<n>\"}",
                        "s",
                        "$.detail.state",
                        "o",
                        "$.detail.o",
                        "n",
                        "$.detail.n"))
                .isEqualTo("{\"a\": \"run\\\"ning\", \"b\": {\"x\":true}, \"c\": \"5\"}");
    }

    @Test
    void whatIsNotThereIsEmptyAndWhatIsNoVariableStays() throws Exception {
        assertThat(transformed("{\"a\": \"<none>\", \"b\": <none>, \"c\": \"<html>\"}", "none", "$.detail.none"))
                .isEqualTo("{\"a\": \"\", \"b\": null, \"c\": \"<html>\"}");
    }

    @Test
    void predefinedVariablesTellOfTheRule() throws Exception {
        assertThat(transformed("\"<aws.events.rule-name> <aws.events.rule-arn> <aws.events.event.ingestion-time>\""))
                .isEqualTo("\"r arn:aws:events:eu-west-1:123456789012:rule/r 2026-11-20T09:00:00Z\"");
        assertThat(Json.MAPPER
                        .readTree(transformed("{\"e\": <aws.events.event.json>}"))
                        .at("/e/detail/n")
                        .asInt())
                .isEqualTo(5);
        assertThat(transformed("<aws.events.event>")).isEqualTo("{\"time\":\"2026-11-20T09:00:00Z\"}");
    }
}
