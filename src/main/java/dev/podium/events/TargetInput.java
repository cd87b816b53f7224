package dev.podium.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.podium.codec.Json;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a target gets of an event: all of it, a part, something else, or a text made from parts.
///
/// @see <a
/// href="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html">Input
/// transformation</a>
final class TargetInput {
    private static final Pattern VARIABLE = Pattern.compile("<([A-Za-z0-9_.-]+)>");

    private TargetInput() {}

    static String of(RuleTarget target, Rule rule, ObjectNode event) {
        if (target.input() != null) {
            return target.input();
        }
        if (target.inputPath() != null) {
            JsonNode part = EventPath.of(event, target.inputPath());
            return part.isMissingNode() ? "{}" : part.toString();
        }
        RuleTarget.InputTransformer transformer = target.inputTransformer();
        return transformer == null ? event.toString() : transformed(transformer, rule, event);
    }

    /// Within quotes a variable becomes text, elsewhere a JSON value. What the event lacks is empty, or null.
    private static String transformed(RuleTarget.InputTransformer transformer, Rule rule, ObjectNode event) {
        String template = transformer.inputTemplate();
        StringBuilder text = new StringBuilder();
        Matcher variable = VARIABLE.matcher(template);
        boolean quoted = false;
        int from = 0;
        while (variable.find(from)) {
            quoted = quotedAfter(template, from, variable.start(), quoted);
            text.append(template, from, variable.start());
            JsonNode value = value(variable.group(1), transformer.inputPathsMap(), rule, event);
            if (value == null) {
                text.append(variable.group());
            } else if (quoted) {
                String json = new TextNode(value.isValueNode() ? value.asText() : value.toString()).toString();
                text.append(value.isMissingNode() ? "" : json.substring(1, json.length() - 1));
            } else {
                text.append(value.isMissingNode() ? "null" : value.toString());
            }
            from = variable.end();
        }
        return text.append(template.substring(from)).toString();
    }

    private static boolean quotedAfter(String template, int from, int to, boolean before) {
        boolean quoted = before;
        for (int i = from; i < to; i++) {
            char c = template.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            }
        }
        return quoted;
    }

    /// The value of a variable; null when there is no such variable.
    private static @Nullable JsonNode value(
            String name, @Nullable Map<String, String> paths, Rule rule, ObjectNode event) {
        return switch (name) {
            case "aws.events.rule-arn" -> new TextNode(rule.arn());
            case "aws.events.rule-name" -> new TextNode(rule.name());
            case "aws.events.event.ingestion-time" -> event.path("time");
            case "aws.events.event.json" -> event;
            case "aws.events.event" -> {
                ObjectNode without = Json.object();
                event.properties().forEach(field -> without.set(field.getKey(), field.getValue()));
                yield without.without("detail");
            }
            default -> {
                String path = paths == null ? null : paths.get(name);
                yield path == null ? null : EventPath.of(event, path);
            }
        };
    }
}
