package dev.podium.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.RoleCredentials;
import dev.podium.aws.TemporaryCredentials.Issued;
import dev.podium.codec.Json;
import dev.podium.http.wire.WireExchange;
import dev.podium.http.wire.WireHandler;
import dev.podium.http.wire.WireHeaders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Answers a task's containers on the port for pods: the task metadata endpoint, version 4, and the
/// credentials of the
/// task's role.
///
/// @see <a href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4.html">Task
/// metadata</a>
record TaskMetadata(TaskRun run, TaskPods.Tokens tokens, TaskStats stats, RoleCredentials keys) implements WireHandler {
    /// Before the container's id.
    static final String PATH = "/v4/";
    /// Path of the role's credentials.
    static final String CREDENTIALS = "/v2/credentials";

    private static final Duration LIFE = Duration.ofHours(6);

    @Override
    public void handle(WireExchange exchange) throws IOException {
        if (!exchange.method().equals("GET")) {
            answer(exchange, 405, error("Method not allowed"));
            return;
        }
        String path = exchange.rawPath();
        if (path.equals(CREDENTIALS)) {
            credentials(exchange);
            return;
        }
        ObjectNode task = run.shown();
        String rest = path.startsWith(PATH) ? path.substring(PATH.length()) : "";
        int slash = rest.indexOf('/');
        String id = slash < 0 ? rest : rest.substring(0, slash);
        JsonNode container = container(task, id);
        if (container == null) {
            answer(exchange, 404, error("V4 container metadata handler: unable to get container ID from request"));
            return;
        }
        String what = slash < 0 ? "" : rest.substring(slash).replaceFirst("/$", "");
        switch (what) {
            case "" -> answer(exchange, 200, container(task, container));
            case "/task", "/taskWithTags" -> answer(exchange, 200, task(task, what.endsWith("Tags")));
            case "/stats" -> answer(exchange, 200, stats(container));
            case "/task/stats" -> {
                ObjectNode all = Json.object();
                task.path("containers").forEach(c -> all.set(id(c), stats(c)));
                answer(exchange, 200, all);
            }
            default -> answer(exchange, 404, error("404 page not found"));
        }
    }

    private void credentials(WireExchange exchange) throws IOException {
        String shown = exchange.headers().first("Authorization");
        String role = run.task().setting("taskRoleArn");
        if (shown == null
                || !MessageDigest.isEqual(
                        shown.getBytes(StandardCharsets.UTF_8),
                        tokens.authorization().getBytes(StandardCharsets.UTF_8))) {
            answer(exchange, 401, error("Authorization is missing or wrong"));
        } else if (role == null) {
            answer(exchange, 404, error("The task has no role"));
        } else {
            TaskSpec task = run.task();
            Issued issued = keys.of(task.scope().account(), role, task.id(), LIFE);
            answer(
                    exchange,
                    200,
                    Json.object()
                            .put("RoleArn", role)
                            .put("AccessKeyId", issued.accessKeyId())
                            .put("SecretAccessKey", issued.secretAccessKey())
                            .put("Token", issued.sessionToken())
                            .put("Expiration", issued.expiration().toString()));
        }
    }

    private @Nullable JsonNode container(ObjectNode task, String id) {
        for (JsonNode container : task.path("containers")) {
            if (id(container).equals(id)) {
                return container;
            }
        }
        return null;
    }

    private String id(JsonNode container) {
        return TaskDocument.runtimeId(run.task(), container.path("name").asText());
    }

    private ObjectNode task(ObjectNode task, boolean tags) {
        TaskSpec spec = run.task();
        ObjectNode answer = Json.object().put("Cluster", spec.cluster().arn()).put("TaskARN", spec.arn());
        answer.put("Family", spec.definition().family());
        answer.put("Revision", Integer.toString(spec.definition().revision()));
        answer.put("DesiredStatus", task.path("desiredStatus").asText());
        answer.put("KnownStatus", task.path("lastStatus").asText());
        ObjectNode limits = answer.putObject("Limits");
        limits.put("CPU", task.path("cpu").asInt() / 1024.0)
                .put("Memory", task.path("memory").asInt());
        copy(task, "pullStartedAt", answer, "PullStartedAt");
        copy(task, "pullStoppedAt", answer, "PullStoppedAt");
        answer.put("AvailabilityZone", task.path("availabilityZone").asText());
        answer.put("LaunchType", task.path("launchType").asText());
        if (spec.service() != null) {
            answer.put("ServiceName", spec.service());
        }
        if (tags) {
            ObjectNode all = answer.putObject("TaskTags");
            spec.tags().forEach(t -> all.put(String.valueOf(t.key()), t.value()));
        }
        ArrayNode containers = answer.putArray("Containers");
        task.path("containers").forEach(c -> containers.add(container(task, c)));
        return answer;
    }

    private ObjectNode container(ObjectNode task, JsonNode container) {
        TaskSpec spec = run.task();
        String name = container.path("name").asText();
        ObjectNode answer = Json.object().put("DockerId", id(container)).put("Name", name);
        answer.put("DockerName", name).put("Image", container.path("image").asText());
        answer.put("ImageID", container.path("imageDigest").asText(""));
        ObjectNode labels = answer.putObject("Labels");
        labels.put("com.amazonaws.ecs.cluster", spec.cluster().arn())
                .put("com.amazonaws.ecs.container-name", name)
                .put("com.amazonaws.ecs.task-arn", spec.arn())
                .put(
                        "com.amazonaws.ecs.task-definition-family",
                        spec.definition().family())
                .put(
                        "com.amazonaws.ecs.task-definition-version",
                        Integer.toString(spec.definition().revision()));
        answer.put("DesiredStatus", task.path("desiredStatus").asText());
        answer.put("KnownStatus", container.path("lastStatus").asText());
        if (container.has("exitCode")) {
            answer.put("ExitCode", container.path("exitCode").asInt());
        }
        ObjectNode limits =
                answer.putObject("Limits").put("CPU", container.path("cpu").asInt());
        if (container.has("memory")) {
            limits.put("Memory", container.path("memory").asInt());
        }
        copy(task, "createdAt", answer, "CreatedAt");
        copy(task, "startedAt", answer, "StartedAt");
        answer.put("Type", "NORMAL")
                .put("ContainerARN", container.path("containerArn").asText());
        for (JsonNode definition : spec.definition().containers()) {
            JsonNode logs = definition.path("logConfiguration");
            if (definition.path("name").asText().equals(name) && !logs.isMissingNode()) {
                answer.put("LogDriver", logs.path("logDriver").asText());
                answer.set("LogOptions", logs.path("options").deepCopy());
            }
        }
        ArrayNode networks = answer.putArray("Networks");
        String ip = container
                .path("networkInterfaces")
                .path(0)
                .path("privateIpv4Address")
                .asText(container.path("networkBindings").path(0).path("bindIP").asText(""));
        if (!ip.isEmpty()) {
            networks.addObject()
                    .put("NetworkMode", spec.awsvpc() ? "awsvpc" : "bridge")
                    .putArray("IPv4Addresses")
                    .add(ip);
        }
        return answer;
    }

    private JsonNode stats(JsonNode container) {
        return stats.of(run.podName(), container, id(container));
    }

    private static void copy(JsonNode from, String member, ObjectNode to, String name) {
        if (from.has(member)) {
            to.put(name, from.path(member).asText());
        }
    }

    private static ObjectNode error(String message) {
        return Json.object().put("error", message);
    }

    private static void answer(WireExchange exchange, int status, JsonNode body) throws IOException {
        exchange.respond(
                status, WireHeaders.of("Content-Type", "application/json"), Json.MAPPER.writeValueAsBytes(body));
    }
}
