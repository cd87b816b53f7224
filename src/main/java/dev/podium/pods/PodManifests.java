package dev.podium.pods;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import java.util.UUID;

/// Makes whole pod manifests: security defaults, ownership and labels around the spec of a service, over the
/// operator's template.
final class PodManifests {
    /// [dev.podium.kube.KubeClient#createPod] recognises its own pod by it after an ambiguous failure.
    private static final String CREATE_ID = "podium.dev/create-id";

    private final PodSettings settings;

    PodManifests(PodSettings settings) {
        this.settings = settings;
    }

    ObjectNode of(PodRequest request) {
        ObjectNode pod = Json.object().put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode metadata = pod.putObject("metadata");
        metadata.put("name", Labels.podName(request.kind(), request.name()));
        ObjectNode labels = metadata.putObject("labels");
        settings.labels().forEach(labels::put);
        request.labels().forEach(labels::put);
        labels.put(Labels.MANAGED_BY, "podium")
                .put(Labels.INSTANCE, settings.instance())
                .put(Labels.SERVICE, request.service());
        ObjectNode annotations = metadata.putObject("annotations");
        settings.annotations().forEach(annotations::put);
        request.annotations().forEach(annotations::put);
        annotations.put(CREATE_ID, UUID.randomUUID().toString());
        ObjectNode owner = settings.owner().get();
        if (owner != null) {
            metadata.putArray("ownerReferences").add(owner);
        }
        pod.set("spec", spec(request.spec().deepCopy()));
        ObjectNode template = request.template();
        ObjectNode base = template == null ? settings.template() : PodTemplate.merge(settings.template(), template);
        return base.isEmpty() ? pod : PodTemplate.merge(base, pod);
    }

    private ObjectNode spec(ObjectNode spec) {
        spec.put("automountServiceAccountToken", false).put("enableServiceLinks", false);
        if (!spec.has("restartPolicy")) {
            spec.put("restartPolicy", "Never");
        }
        String secret = settings.pullSecret();
        if (secret != null) {
            spec.withArray("/imagePullSecrets").addObject().put("name", secret);
        }
        if (!settings.dnsServers().isEmpty()) {
            ArrayNode servers =
                    spec.put("dnsPolicy", "None").putObject("dnsConfig").putArray("nameservers");
            settings.dnsServers().forEach(servers::add);
        }
        for (String group : new String[] {"initContainers", "containers"}) {
            for (JsonNode container : spec.path(group)) {
                finish((ObjectNode) container);
            }
        }
        return spec;
    }

    private void finish(ObjectNode container) {
        if (!container.has("imagePullPolicy")) {
            container.put("imagePullPolicy", "IfNotPresent");
        }
        ObjectNode context = PodTemplate.merge(restricted(), settings.containerSecurityContext());
        container.set(
                "securityContext",
                container.get("securityContext") instanceof ObjectNode own ? PodTemplate.merge(context, own) : context);
        // Kubernetes expands $(VAR) in these three and turns $$ into $: what AWS takes literally must be doubled.
        for (JsonNode variable : container.path("env")) {
            JsonNode value = variable.get("value");
            if (value != null) {
                ((ObjectNode) variable).put("value", literal(value.asText()));
            }
        }
        for (String member : new String[] {"command", "args"}) {
            if (container.get(member) instanceof ArrayNode words) {
                for (int i = 0; i < words.size(); i++) {
                    words.set(i, literal(words.get(i).asText()));
                }
            }
        }
    }

    private static String literal(String text) {
        return text.replace("$", "$$");
    }

    /// What Pod Security "restricted" asks of a container.
    private static ObjectNode restricted() {
        ObjectNode context = Json.object();
        context.put("allowPrivilegeEscalation", false);
        context.putObject("capabilities").putArray("drop").add("ALL");
        context.putObject("seccompProfile").put("type", "RuntimeDefault");
        return context;
    }
}
