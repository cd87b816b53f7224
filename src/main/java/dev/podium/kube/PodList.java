package dev.podium.kube;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// All pods of a selector at one moment.
///
/// @param pods the pods, without their `managedFields`
/// @param resourceVersion the moment, from which a watch can go on
public record PodList(List<ObjectNode> pods, String resourceVersion) {
    /// Keeps its own list.
    public PodList {
        pods = List.copyOf(pods);
    }
}
