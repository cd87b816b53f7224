package dev.podium.lambda.sources;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.podium.aws.AwsException;
import dev.podium.codec.Json;
import dev.podium.lambda.LambdaError;
import dev.podium.patterns.EventPattern;
import dev.podium.patterns.PatternException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// A mapping's FilterCriteria: a record passes when one of the patterns matches it, or there are none.
public record Filters(List<EventPattern> patterns) {
    /// Reads a mapping's filters.
    ///
    /// @throws AwsException InvalidParameterValueException for a pattern that is none
    public static Filters of(EventSourceMapping mapping) {
        List<EventPattern> patterns = new ArrayList<>();
        for (String filter : mapping.filters()) {
            try {
                // A filter without a pattern is allowed, and lets everything pass.
                if (filter.replaceAll("\\s", "").equals("{}")) {
                    return new Filters(List.of());
                }
                patterns.add(EventPattern.parse(filter));
            } catch (PatternException e) {
                throw new AwsException(
                        new LambdaError.InvalidParameterValue("Invalid filter pattern definition. " + e.getMessage()));
            }
        }
        return new Filters(List.copyOf(patterns));
    }

    /// Whether a record passes.
    ///
    /// @param seen makes what patterns are matched with, its data decoded and parsed; asked only if there are some
    public boolean pass(Supplier<JsonNode> seen) {
        if (patterns.isEmpty()) {
            return true;
        }
        JsonNode record = seen.get();
        return patterns.stream().anyMatch(pattern -> pattern.matches(record));
    }

    /// Data that is JSON as what it is, any other data as the text that it is.
    public static JsonNode parsed(String data) {
        try {
            JsonNode tree = Json.MAPPER.readTree(data);
            return tree.isContainerNode() ? tree : TextNode.valueOf(data);
        } catch (JsonProcessingException e) {
            return TextNode.valueOf(data);
        }
    }
}
