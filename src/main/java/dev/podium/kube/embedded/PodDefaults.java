package dev.podium.kube.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;

/// Fills in what the API server fills in when a pod is created.
final class PodDefaults {
    private static final String SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789";
    private static final SecureRandom RANDOM = new SecureRandom();

    private PodDefaults() {}

    /// Gives the pod its name: its own, or `generateName` and five random letters.
    static void name(ObjectNode pod) {
        ObjectNode metadata = object(pod, "metadata");
        String prefix = metadata.path("generateName").asText("");
        if (metadata.path("name").asText("").isEmpty() && !prefix.isEmpty()) {
            StringBuilder name = new StringBuilder(prefix.substring(0, Math.min(prefix.length(), 58)));
            for (int i = 0; i < 5; i++) {
                name.append(SUFFIX_LETTERS.charAt(RANDOM.nextInt(SUFFIX_LETTERS.length())));
            }
            metadata.put("name", name.toString());
        }
    }

    /// Completes a valid pod; what only the server may set is replaced.
    static void complete(ObjectNode pod, String namespace, Instant now) {
        ObjectNode metadata = object(pod, "metadata");
        metadata.put("namespace", namespace).put("uid", UUID.randomUUID().toString());
        metadata.put("creationTimestamp", PodStatus.time(now)).put("generation", 1);
        metadata.remove("deletionTimestamp");
        metadata.remove("deletionGracePeriodSeconds");
        ObjectNode spec = object(pod, "spec");
        text(spec, "restartPolicy", "Always");
        if (!spec.has("terminationGracePeriodSeconds")) {
            spec.put("terminationGracePeriodSeconds", 30);
        }
        text(spec, "dnsPolicy", "ClusterFirst");
        text(spec, "serviceAccountName", "default");
        text(spec, "schedulerName", "default-scheduler");
        text(spec, "preemptionPolicy", "PreemptLowerPriority");
        object(spec, "securityContext");
        if (!spec.has("enableServiceLinks")) {
            spec.put("enableServiceLinks", true);
        }
        if (!spec.has("priority")) {
            spec.put("priority", 0);
        }
        for (JsonNode volume : spec.path("volumes")) {
            if (volume.size() == 1) {
                ((ObjectNode) volume).putObject("emptyDir");
            }
        }
        spec.path("initContainers").forEach(c -> container((ObjectNode) c));
        spec.path("containers").forEach(c -> container((ObjectNode) c));
        pod.set("status", PodStatus.pending(qosClass(spec)));
    }

    private static void container(ObjectNode container) {
        text(container, "terminationMessagePath", "/dev/termination-log");
        text(container, "terminationMessagePolicy", "File");
        String image = container.path("image").asText();
        String last = image.substring(image.lastIndexOf('/') + 1);
        boolean latest = !image.contains("@") && (!last.contains(":") || last.endsWith(":latest"));
        text(container, "imagePullPolicy", latest ? "Always" : "IfNotPresent");
        ObjectNode resources = object(container, "resources");
        JsonNode limits = resources.path("limits");
        if (!limits.isEmpty()) {
            ObjectNode requests = object(resources, "requests");
            limits.properties().forEach(l -> {
                if (!requests.has(l.getKey())) {
                    requests.set(l.getKey(), l.getValue());
                }
            });
        }
    }

    private static String qosClass(JsonNode spec) {
        boolean any = false;
        boolean guaranteed = true;
        for (String list : new String[] {"initContainers", "containers"}) {
            for (JsonNode c : spec.path(list)) {
                JsonNode limits = c.path("resources").path("limits");
                JsonNode requests = c.path("resources").path("requests");
                any |= !requests.isEmpty() || !limits.isEmpty();
                guaranteed &= limits.has("cpu") && limits.has("memory") && limits.equals(requests);
            }
        }
        return !any ? "BestEffort" : guaranteed ? "Guaranteed" : "Burstable";
    }

    private static void text(ObjectNode node, String member, String value) {
        if (node.path(member).asText("").isEmpty()) {
            node.put(member, value);
        }
    }

    private static ObjectNode object(ObjectNode node, String member) {
        return node.get(member) instanceof ObjectNode there ? there : node.putObject(member);
    }
}
