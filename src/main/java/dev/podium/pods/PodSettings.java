package dev.podium.pods;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What the operator sets for all pods.
///
/// @param instance id of this Podium, stable across restarts; a legal label value
/// @param template partial Pod manifest that is merged under every pod
/// @param labels added to every pod; Podium's own keys win
/// @param annotations added to every pod; Podium's own keys win
/// @param dnsServers name servers for the pods, empty for the cluster's
/// @param owner gives the ownerReference of a new pod, or null; asked for each
/// @param containerSecurityContext its members go over the "restricted" default of the containers
/// @param imagePrefix put before every image name that has no registry
/// @param pullSecret name of an image pull secret
/// @param deleteGrace how long an ended pod's processes may take
public record PodSettings(
        String instance,
        ObjectNode template,
        Map<String, String> labels,
        Map<String, String> annotations,
        List<String> dnsServers,
        Supplier<@Nullable ObjectNode> owner,
        ObjectNode containerSecurityContext,
        String imagePrefix,
        @Nullable String pullSecret,
        Duration deleteGrace) {

    /// Copies the maps.
    public PodSettings {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        dnsServers = List.copyOf(dnsServers);
    }
}
