package dev.podium.lambda.sources;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.aws.AwsException;
import dev.podium.lambda.LambdaError;
import dev.podium.patterns.EventPattern;
import dev.podium.patterns.PatternException;
import java.util.ArrayList;
import java.util.List;

/// A mapping's FilterCriteria: a record passes when one of the patterns matches it, or there are none.
record Filters(List<EventPattern> patterns) {
    /// Reads a mapping's filters.
    ///
    /// @throws AwsException InvalidParameterValueException for a pattern that is none
    static Filters of(EventSourceMapping mapping) {
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

    boolean pass(SourceRecord record) {
        JsonNode seen = record.filtered() == null ? record.json() : record.filtered();
        return patterns.isEmpty() || patterns.stream().anyMatch(pattern -> pattern.matches(seen));
    }
}
