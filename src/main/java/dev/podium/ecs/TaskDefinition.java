package dev.podium.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// A revision of a task definition, as it is shown and kept.
///
/// @param document the model's TaskDefinition; never changed in place
record TaskDefinition(ObjectNode document, List<Tag> tags) {
    String arn() {
        return document.path("taskDefinitionArn").asText();
    }

    String family() {
        return document.path("family").asText();
    }

    int revision() {
        return document.path("revision").asInt();
    }

    /// `ACTIVE`, `INACTIVE` or `DELETE_IN_PROGRESS`.
    String status() {
        return document.path("status").asText();
    }

    JsonNode containers() {
        return document.path("containerDefinitions");
    }

    /// The same in another status.
    ///
    /// @param time name of the member that tells when
    TaskDefinition become(String status, String time, String now) {
        ObjectNode changed = document.deepCopy();
        changed.put("status", status).put(time, now);
        return new TaskDefinition(changed, tags);
    }

    TaskDefinition withTags(List<Tag> changed) {
        return new TaskDefinition(document, changed);
    }
}
