package dev.podium.pods;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A pod to be made.
///
/// @param kind short word for the name: `fn`, `i`, `task`
/// @param name what the pod runs, e.g. the function's name
/// @param service value of [Labels#SERVICE]
/// @param labels Podium's own labels, legal already
/// @param annotations Podium's own annotations
/// @param spec the pod's `spec`
/// @param template partial manifest of this resource, merged between the operator's and the spec; null for none
public record PodRequest(
        String kind,
        String name,
        String service,
        Map<String, String> labels,
        Map<String, String> annotations,
        ObjectNode spec,
        @Nullable ObjectNode template) {}
