package dev.podium.patterns;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// A condition on events, which are JSON objects.
///
/// Immutable and quick to ask: a pattern is parsed once.
public final class EventPattern {
    private final Fields fields;

    private EventPattern(Fields fields) {
        this.fields = fields;
    }

    /// Reads a pattern: a JSON object of fields and the values they may have.
    ///
    /// @throws PatternException with AWS's reason when it is none
    public static EventPattern parse(String json) throws PatternException {
        return new EventPattern(PatternReader.read(json));
    }

    /// Tells whether an event is one of those the pattern means.
    ///
    /// An array in the event matches when one of its elements does; conditions on several members of an
    /// object
    /// in an array have to be met by the same object.
    public boolean matches(JsonNode event) {
        return fields.matches(event, List.of(event));
    }
}
