package dev.podium.ec2;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.http.wire.VirtualHosts;
import dev.podium.pods.PodRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Builds the pods of instances, and reads back whose a pod is.
final class InstancePods {
    /// The container of the instance.
    static final String CONTAINER = "instance";
    /// Label with the instance's id.
    static final String LABEL = "podium.dev/instance-id";
    /// Label of each of the instance's security groups.
    static final String GROUP_LABEL = "podium.dev/";

    private static final String OWNER = "podium.dev/instance-key";
    private static final String GENERATION = "podium.dev/generation";
    /// Who runs an instance where nobody may be root.
    private static final int USER = 1000;

    private static final String CLOUD = "/var/lib/cloud";

    private final Ec2Settings settings;

    InstancePods(Ec2Settings settings) {
        this.settings = settings;
    }

    /// Whose pod this is.
    record Identity(String pod, String key, int generation) {}

    /// Reads back a pod that an earlier server made.
    static Optional<Identity> identity(JsonNode pod) {
        JsonNode annotations = pod.path("metadata").path("annotations");
        String key = annotations.path(OWNER).asText("");
        return key.isEmpty()
                ? Optional.empty()
                : Optional.of(new Identity(
                        pod.path("metadata").path("name").asText(),
                        key,
                        annotations.path(GENERATION).asInt()));
    }

    /// The pod of an instance; with its user data when it has not booted before.
    ///
    /// @param restricted whether it must not run as root, as the image may have it
    PodRequest request(StoredInstance instance, boolean restricted) {
        Definition definition = instance.definition();
        ObjectNode spec = Json.object();
        spec.putArray("hostAliases")
                .addObject()
                .put("ip", settings.selfIp())
                .putArray("hostnames")
                .add(definition.token() + VirtualHosts.DOMAIN);
        spec.put("restartPolicy", "Never")
                .put("terminationGracePeriodSeconds", 30)
                .put("hostname", instance.id());
        if (!settings.ignoreArchitecture()) {
            boolean arm = definition.architecture().equals("arm64");
            spec.putObject("nodeSelector").put("kubernetes.io/arch", arm ? "arm64" : "amd64");
        }
        if (restricted) {
            ObjectNode security = spec.putObject("securityContext");
            security.put("runAsNonRoot", true)
                    .put("runAsUser", USER)
                    .put("runAsGroup", USER)
                    .put("fsGroup", USER);
            security.putObject("seccompProfile").put("type", "RuntimeDefault");
        }
        spec.putArray("volumes").addObject().put("name", "cloud").putObject("emptyDir");
        ObjectNode container = spec.putArray("containers").addObject();
        container.put("name", CONTAINER).put("image", definition.image());
        container.putArray("command").add("/bin/sh").add("-c").add(script());
        ArrayNode env = container.putArray("env");
        env.addObject()
                .put("name", "PODIUM_POD_IP")
                .putObject("valueFrom")
                .putObject("fieldRef")
                .put("fieldPath", "status.podIP");
        variable(
                env,
                "AWS_EC2_METADATA_SERVICE_ENDPOINT",
                "http://" + definition.token() + VirtualHosts.DOMAIN + ":" + settings.selfPort());
        String script = instance.life().booted() ? null : text(definition.userData());
        if (script != null) {
            variable(env, "PODIUM_USER_DATA", script);
        }
        container.putArray("volumeMounts").addObject().put("name", "cloud").put("mountPath", CLOUD);
        InstanceType type = InstanceType.of(definition.instanceType()).orElseThrow();
        ObjectNode resources = container.putObject("resources");
        resources.putObject("requests").put("cpu", type.cpuMillis() + "m").put("memory", type.memoryMib() + "Mi");
        resources.putObject("limits").put("memory", type.memoryMib() + "Mi");
        Map<String, String> labels = new HashMap<>();
        labels.put(LABEL, instance.id());
        definition.groups().forEach(group -> labels.put(GROUP_LABEL + group, "true"));
        return new PodRequest(
                "i",
                instance.id(),
                "ec2",
                labels,
                Map.of(
                        OWNER,
                        instance.key(),
                        GENERATION,
                        String.valueOf(instance.life().generation())),
                spec,
                null);
    }

    private static void variable(ArrayNode env, String name, String value) {
        env.addObject().put("name", name).put("value", value);
    }

    /// User data as text; null when there is none, or it is no text: then only the metadata service has it.
    private static @Nullable String text(@Nullable String userData) {
        if (userData == null) {
            return null;
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Base64.getMimeDecoder().decode(userData)))
                    .toString();
            return text.isBlank() || text.indexOf(0) >= 0 ? null : text;
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static String script() {
        try (InputStream in = InstancePods.class.getResourceAsStream("start.sh")) {
            if (in == null) {
                throw new IllegalStateException("start.sh is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
