package dev.podium.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.TemporaryCredentials.Issued;
import dev.podium.codec.Json;
import dev.podium.http.wire.VirtualHosts;
import dev.podium.pods.Labels;
import dev.podium.pods.PodRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Words the pod of a task, and reads back after a restart what the pod alone knows.
final class TaskPods {
    private static final String ARN = "podium.dev/task-arn";
    private static final String CREDENTIALS = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    private static final String AUTHORIZATION = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
    private static final int DEFAULT_STOP_SECONDS = 30;

    private final EcsSettings settings;

    TaskPods(EcsSettings settings) {
        this.settings = settings;
    }

    /// The secrets by which a task's containers are known.
    ///
    /// @param host their name on the port for pods
    /// @param authorization what they show for their credentials
    record Tokens(String host, String authorization) {
        static Tokens random() {
            return new Tokens(Names.id(), Names.id());
        }
    }

    /// A pod of an earlier run.
    record Known(String podName, String taskId, Tokens tokens, JsonNode pod) {}

    /// Reads back an earlier pod.
    static Optional<Known> known(JsonNode pod) {
        String host = "";
        String authorization = "";
        for (JsonNode variable : pod.path("spec").path("containers").path(0).path("env")) {
            String value = variable.path("value").asText();
            int domain = value.indexOf(VirtualHosts.DOMAIN);
            switch (variable.path("name").asText()) {
                case "ECS_CONTAINER_METADATA_URI_V4" -> host = domain < 0 ? "" : value.substring(7, domain);
                case "PODIUM_TASK_TOKEN", AUTHORIZATION -> authorization = value;
                default -> {}
            }
        }
        String id = pod.path("metadata").path("labels").path(Labels.TASK).asText();
        return host.isEmpty() || id.isEmpty()
                ? Optional.empty()
                : Optional.of(new Known(
                        pod.path("metadata").path("name").asText(), id, new Tokens(host, authorization), pod));
    }

    /// Kubernetes' name of a container: lower case, with dashes, at most 63 characters.
    static String containerName(String name) {
        String plain = name.toLowerCase(Locale.ROOT).replace('_', '-').replaceAll("^-+|-+$", "");
        boolean same = plain.equals(name) && plain.length() <= 63;
        // Names that differ only in what a pod can't express must stay different.
        String mark = "-" + Integer.toHexString(name.hashCode());
        return same ? name : plain.substring(0, Math.min(plain.length(), 63 - mark.length())) + mark;
    }

    /// How long the pod's containers may take to end: Kubernetes has one time for all of a pod.
    static int stopSeconds(TaskSpec task) {
        int most = 0;
        for (JsonNode container : task.definition().containers()) {
            most = Math.max(most, container.path("stopTimeout").asInt(DEFAULT_STOP_SECONDS));
        }
        return most;
    }

    /// The pod of a task.
    ///
    /// @param secrets values of the containers' secrets, by container and name
    PodRequest request(TaskSpec task, Tokens tokens, Map<String, Map<String, String>> secrets) {
        ObjectNode spec = Json.object();
        ArrayNode aliases = spec.putArray("hostAliases");
        aliases.addObject().put("ip", settings.selfIp()).putArray("hostnames").add(tokens.host() + VirtualHosts.DOMAIN);
        spec.put("terminationGracePeriodSeconds", stopSeconds(task));
        ObjectNode selector = Json.object();
        String architecture = architecture(task);
        if (architecture != null && !settings.embedded()) {
            selector.put("kubernetes.io/arch", architecture);
        }
        if (task.node() != null) {
            selector.put("kubernetes.io/hostname", task.node());
        }
        if (!selector.isEmpty()) {
            spec.set("nodeSelector", selector);
        }
        ArrayNode volumes = spec.putArray("volumes");
        task.definition()
                .document()
                .path("volumes")
                .forEach(volume -> volumes.addObject()
                        .put("name", containerName(volume.path("name").asText()))
                        .putObject("emptyDir"));
        ContainerOrder order = ContainerOrder.of(task.definition().containers());
        ArrayNode first = spec.putArray("initContainers");
        ArrayNode rest = spec.putArray("containers");
        for (JsonNode container : order.first()) {
            TaskContainer shape = new TaskContainer(task, container, settings, order);
            if (shape.needsShell() && !volumes.path(0).path("name").asText().equals(CommandLine.SHELL)) {
                volumes.insertObject(0).put("name", CommandLine.SHELL).putObject("emptyDir");
                first.insert(0, CommandLine.shellCopy(settings.initImage()));
            }
            first.add(container(shape, tokens, secrets));
            hosts(container, aliases);
        }
        for (JsonNode container : order.rest()) {
            rest.add(container(new TaskContainer(task, container, settings, order), tokens, secrets));
            hosts(container, aliases);
        }
        return new PodRequest(
                "task",
                task.definition().family(),
                "ecs",
                Map.of(Labels.TASK, task.id()),
                Map.of(ARN, task.arn()),
                spec,
                null);
    }

    private static @Nullable String architecture(TaskSpec task) {
        return switch (task.definition()
                .document()
                .path("runtimePlatform")
                .path("cpuArchitecture")
                .asText("")) {
            case "ARM64" -> "arm64";
            case "X86_64" -> "amd64";
            default -> task.launching().fargate() ? "amd64" : null;
        };
    }

    private static void hosts(JsonNode container, ArrayNode aliases) {
        container
                .path("extraHosts")
                .forEach(host -> aliases.addObject()
                        .put("ip", host.path("ipAddress").asText())
                        .putArray("hostnames")
                        .add(host.path("hostname").asText()));
    }

    private ObjectNode container(TaskContainer shape, Tokens tokens, Map<String, Map<String, String>> secrets) {
        JsonNode definition = shape.definition();
        String name = definition.path("name").asText();
        Map<String, String> env = environment(shape.task(), name, tokens);
        for (JsonNode given : List.of(definition, shape.task().override(name))) {
            given.path("environment")
                    .forEach(v ->
                            env.put(v.path("name").asText(), v.path("value").asText("")));
        }
        env.putAll(secrets.getOrDefault(name, Map.of()));
        ObjectNode container = shape.manifest();
        ArrayNode variables = container.putArray("env");
        variables
                .addObject()
                .put("name", "PODIUM_POD_IP")
                .putObject("valueFrom")
                .putObject("fieldRef")
                .put("fieldPath", "status.podIP");
        env.forEach((key, value) -> variables.addObject().put("name", key).put("value", value));
        return container;
    }

    private Map<String, String> environment(TaskSpec task, String container, Tokens tokens) {
        String base = "http://" + tokens.host() + VirtualHosts.DOMAIN + ":" + settings.selfPort();
        Map<String, String> env = new LinkedHashMap<>();
        env.put("AWS_EXECUTION_ENV", task.launching().fargate() ? "AWS_ECS_FARGATE" : "AWS_ECS_EC2");
        env.put("AWS_REGION", task.scope().region());
        env.put("AWS_DEFAULT_REGION", task.scope().region());
        env.put("ECS_CONTAINER_METADATA_URI_V4", base + TaskMetadata.PATH + TaskDocument.runtimeId(task, container));
        String role = task.setting("taskRoleArn");
        if (role == null) {
            env.put("PODIUM_TASK_TOKEN", tokens.authorization());
            return env;
        }
        env.put(CREDENTIALS, base + TaskMetadata.CREDENTIALS);
        env.put(AUTHORIZATION, tokens.authorization());
        if (!settings.embedded()) {
            Issued issued = settings.credentials().unrenewed(task.scope().account(), role, task.id());
            env.put("AWS_ACCESS_KEY_ID", issued.accessKeyId());
            env.put("AWS_SECRET_ACCESS_KEY", issued.secretAccessKey());
            env.put("AWS_SESSION_TOKEN", issued.sessionToken());
        }
        return env;
    }
}
