package dev.podium.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The pods that a watch has told of, by uid: only as much of each as it takes to tell that it is gone.
final class KnownPods {
    private static final List<String> KEPT =
            List.of("name", "namespace", "uid", "resourceVersion", "labels", "annotations");

    private Map<String, ObjectNode> known = new HashMap<>();

    /// Notes a new or changed pod.
    void put(ObjectNode pod) {
        known.put(uid(pod), kept(pod));
    }

    /// Notes a pod that is gone.
    void remove(ObjectNode pod) {
        known.remove(uid(pod));
    }

    /// Takes a list for the truth, and tells what it changes.
    Difference replace(Collection<ObjectNode> all) {
        Map<String, ObjectNode> now = HashMap.newHashMap(all.size());
        List<ObjectNode> changed = new ArrayList<>();
        for (ObjectNode pod : all) {
            String uid = uid(pod);
            ObjectNode kept = kept(pod);
            ObjectNode before = known.remove(uid);
            now.put(uid, kept);
            if (before == null || !version(before).equals(version(kept))) {
                changed.add(pod);
            }
        }
        List<ObjectNode> vanished = List.copyOf(known.values());
        known = now;
        return new Difference(changed, vanished);
    }

    private static ObjectNode kept(ObjectNode pod) {
        ObjectNode metadata = Json.object();
        for (String member : KEPT) {
            JsonNode value = pod.path("metadata").get(member);
            if (value != null) {
                metadata.set(member, value);
            }
        }
        ObjectNode kept = Json.object();
        kept.set("metadata", metadata);
        return kept;
    }

    private static String uid(ObjectNode pod) {
        return pod.path("metadata").path("uid").asText("");
    }

    private static String version(ObjectNode pod) {
        return pod.path("metadata").path("resourceVersion").asText("");
    }

    /// @param changed pods that are new or have another resourceVersion
    /// @param vanished what is known of pods that are gone
    record Difference(List<ObjectNode> changed, List<ObjectNode> vanished) {
        /// Tells whether nothing has changed.
        boolean isEmpty() {
            return changed.isEmpty() && vanished.isEmpty();
        }
    }
}
