package dev.podium.ecs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// A cluster on disk.
///
/// @param details members of the model's Cluster that were given: settings, configuration, capacity providers
/// @param active false once it was deleted
record StoredCluster(String name, ObjectNode details, List<Tag> tags, boolean active) {
    StoredCluster withDetails(ObjectNode changed) {
        return new StoredCluster(name, changed, tags, active);
    }

    StoredCluster withTags(List<Tag> changed) {
        return new StoredCluster(name, details, changed, active);
    }

    StoredCluster deleted() {
        return new StoredCluster(name, details, List.of(), false);
    }
}
