package dev.podium.kube.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What the kubelet needs to know of a container.
///
/// @param command the image's entry point is replaced by it; empty: none given
/// @param env in the order of the manifest
/// @param workingDir empty: the image's own
/// @param memoryBytes the memory limit, or 0 for none
/// @param endPath where it may say why it ends (`terminationMessagePath`), or empty
/// @param sidecar an init container that runs on beside the main ones (`restartPolicy: Always`)
record ContainerSpec(
        String name,
        String image,
        String pullPolicy,
        List<String> command,
        List<String> args,
        List<Variable> env,
        List<Mount> mounts,
        String workingDir,
        long memoryBytes,
        List<Probe> probes,
        String endPath,
        boolean sidecar) {
    /// A volume at a path.
    record Mount(String volume, String path, String subPath) {}

    /// An environment variable.
    ///
    /// @param problem why it can't be given a value here, or empty
    record Variable(String name, String value, String problem) {}

    /// Reads a container of a validated pod.
    static ContainerSpec read(JsonNode container, JsonNode pod) {
        List<Mount> mounts = new ArrayList<>();
        for (JsonNode m : container.path("volumeMounts")) {
            mounts.add(new Mount(
                    m.path("name").asText(),
                    m.path("mountPath").asText(),
                    m.path("subPath").asText("")));
        }
        List<Variable> env = new ArrayList<>();
        for (JsonNode v : container.path("env")) {
            env.add(variable(v, pod));
        }
        String memory =
                container.path("resources").path("limits").path("memory").asText("");
        return new ContainerSpec(
                container.path("name").asText(),
                container.path("image").asText(),
                container.path("imagePullPolicy").asText(),
                strings(container.path("command")),
                strings(container.path("args")),
                List.copyOf(env),
                List.copyOf(mounts),
                container.path("workingDir").asText(""),
                memory.isEmpty() ? 0 : Quantity.parse(memory).orElse(0),
                Probe.read(container),
                container.path("terminationMessagePath").asText(""),
                container.path("restartPolicy").asText("").equals("Always"));
    }

    /// Expands `$(NAME)` as Kubernetes does: `$$` is a dollar sign, unknown names stay as they are.
    static String expand(String text, Map<String, String> known) {
        if (text.indexOf('$') < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            char next = i + 1 < text.length() ? text.charAt(i + 1) : 0;
            int end = next == '(' ? text.indexOf(')', i) : -1;
            if (c == '$' && next == '$') {
                out.append('$');
                i += 2;
            } else if (c == '$' && end > 0) {
                String value = known.get(text.substring(i + 2, end));
                out.append(value == null ? text.substring(i, end + 1) : value);
                i = end + 1;
            } else {
                out.append(c);
                i++;
            }
        }
        return out.toString();
    }

    /// The environment of the manifest with references to earlier variables expanded.
    Map<String, String> environment() {
        Map<String, String> values = new TreeMap<>();
        for (Variable v : env) {
            values.put(v.name(), expand(v.value(), values));
        }
        return values;
    }

    private static Variable variable(JsonNode v, JsonNode pod) {
        String name = v.path("name").asText();
        JsonNode from = v.path("valueFrom");
        if (from.isMissingNode() || from.isNull()) {
            return new Variable(name, v.path("value").asText(""), "");
        }
        JsonNode field = from.path("fieldRef").path("fieldPath");
        if (field.isTextual()) {
            return new Variable(name, field(field.asText(), pod), "");
        }
        String kind = from.has("secretKeyRef") ? "secret" : from.has("configMapKeyRef") ? "configmap" : "resource";
        JsonNode reference = from.path(kind.equals("secret") ? "secretKeyRef" : "configMapKeyRef");
        String missing = kind + " \"" + reference.path("name").asText() + "\" not found";
        return new Variable(name, "", reference.path("optional").asBoolean() ? "" : missing);
    }

    private static String field(String path, JsonNode pod) {
        for (String map : new String[] {"labels", "annotations"}) {
            String head = "metadata." + map + "['";
            if (path.startsWith(head) && path.endsWith("']")) {
                String key = path.substring(head.length(), path.length() - 2);
                return pod.path("metadata").path(map).path(key).asText("");
            }
        }
        return switch (path) {
            case "status.podIP", "status.podIPs" -> PodAddresses.of(pod);
            case "status.hostIP", "status.hostIPs" -> PodAddresses.HOST;
            case "spec.nodeName" -> Kubelet.NODE;
            default -> pod.at("/" + path.replace('.', '/')).asText("");
        };
    }

    static List<String> strings(JsonNode array) {
        List<String> all = new ArrayList<>();
        array.forEach(a -> all.add(a.asText()));
        return List.copyOf(all);
    }
}
