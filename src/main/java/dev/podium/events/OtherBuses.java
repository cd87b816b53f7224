package dev.podium.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Scope;
import java.io.IOException;

/// Event buses that Podium does not have: those of the upstream.
public interface OtherBuses {
    /// Tells whether there may be any.
    boolean exist();

    /// Puts events on them.
    ///
    /// @param request as PutEvents has it
    /// @return the answer of PutEvents
    JsonNode putEvents(Scope scope, ObjectNode request) throws IOException, InterruptedException;
}
