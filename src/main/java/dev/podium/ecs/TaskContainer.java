package dev.podium.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;

/// One container of a task as a container of a pod, but for its variables.
record TaskContainer(TaskSpec task, JsonNode definition, EcsSettings settings, ContainerOrder order) {
    /// Kubernetes would end a container whose startup probe fails; how long one may be unhealthy is judged here.
    private static final int NEVER = 100_000;

    ObjectNode manifest() {
        String name = definition.path("name").asText();
        ObjectNode container = Json.object()
                .put("name", TaskPods.containerName(name))
                .put("image", settings.images().apply(definition.path("image").asText()));
        ArrayNode mounts = container.putArray("volumeMounts");
        CommandLine line = line();
        if (order.anyEndAwaited(name)) {
            line = line.endingWell(settings.embedded());
            if (line.needsShell()) {
                mounts.add(CommandLine.shellMount());
            }
        }
        line.writeTo(container);
        String folder = definition.path("workingDirectory").asText("");
        if (!folder.isEmpty()) {
            container.put("workingDir", folder);
        }
        ports(container);
        mounts(mounts, definition);
        container.set("resources", resources());
        security(container);
        if (definition.path("interactive").asBoolean()) {
            container.put("stdin", true);
        }
        if (definition.path("pseudoTerminal").asBoolean()) {
            container.put("tty", true);
        }
        boolean end = order.endAwaited(name);
        if (order.awaited(name) && !end) {
            container.put("restartPolicy", "Always");
        }
        ArrayNode check = check();
        if (!check.isEmpty() && !end) {
            probe(container.putObject("readinessProbe"), check, 1);
            if (order.healthAwaited(name)) {
                probe(container.putObject("startupProbe"), check, NEVER);
            }
        }
        return container;
    }

    private CommandLine line() {
        JsonNode override = override();
        return CommandLine.of(
                definition.path("entryPoint"),
                override.has("command") ? override.path("command") : definition.path("command"),
                settings.embedded());
    }

    /// Whether it ends by a shell that its image may lack.
    boolean needsShell() {
        return order.anyEndAwaited(definition.path("name").asText())
                && line().endingWell(settings.embedded()).needsShell();
    }

    private JsonNode override() {
        return task.override(definition.path("name").asText());
    }

    private void ports(ObjectNode container) {
        ArrayNode ports = Json.MAPPER.createArrayNode();
        for (JsonNode mapping : definition.path("portMappings")) {
            if (mapping.has("containerPort")) {
                ports.addObject()
                        .put("containerPort", mapping.path("containerPort").asInt())
                        .put("protocol", mapping.path("protocol").asText("tcp").equals("udp") ? "UDP" : "TCP");
            }
        }
        if (!ports.isEmpty()) {
            container.set("ports", ports);
        }
    }

    private void mounts(ArrayNode mounts, JsonNode of) {
        for (JsonNode mount : of.path("mountPoints")) {
            mounts.addObject()
                    .put(
                            "name",
                            TaskPods.containerName(mount.path("sourceVolume").asText()))
                    .put("mountPath", mount.path("containerPath").asText())
                    .put("readOnly", mount.path("readOnly").asBoolean());
        }
        for (JsonNode from : definition.path("volumesFrom")) {
            for (JsonNode other : task.definition().containers()) {
                if (other.path("name").equals(from.path("sourceContainer"))) {
                    other.path("mountPoints")
                            .forEach(mount -> mounts.addObject()
                                    .put(
                                            "name",
                                            TaskPods.containerName(
                                                    mount.path("sourceVolume").asText()))
                                    .put(
                                            "mountPath",
                                            mount.path("containerPath").asText())
                                    .put("readOnly", from.path("readOnly").asBoolean()));
                }
            }
        }
    }

    private ObjectNode resources() {
        ObjectNode resources = Json.object();
        ObjectNode requests = Json.object();
        int cpu = number("cpu");
        int memory = number("memory");
        int reservation = number("memoryReservation");
        // The only one has the task's memory and CPU.
        boolean one = order.first().isEmpty() && order.rest().size() == 1;
        Integer taskCpu = TaskDefinitionRules.number(task.setting("cpu"));
        Integer taskMemory = TaskDefinitionRules.number(task.setting("memory"));
        if (cpu == 0 && one && taskCpu != null) {
            cpu = taskCpu;
        }
        if (cpu > 0) {
            requests.put("cpu", Math.max(1, cpu * 1000 / 1024) + "m");
        }
        int limit = memory == 0 && taskMemory != null ? taskMemory : memory;
        int request = reservation > 0 ? reservation : memory > 0 || one ? limit : 0;
        if (limit > 0) {
            resources.putObject("limits").put("memory", limit + "Mi");
            // Without a request Kubernetes would reserve the limit, which the containers of a task share.
            requests.put("memory", Math.max(1, request) + "Mi");
        } else if (request > 0) {
            requests.put("memory", request + "Mi");
        }
        if (!requests.isEmpty()) {
            resources.set("requests", requests);
        }
        return resources;
    }

    private int number(String member) {
        JsonNode override = override();
        return override.has(member)
                ? override.path(member).asInt()
                : definition.path(member).asInt(0);
    }

    private void security(ObjectNode container) {
        ObjectNode context = Json.object();
        String[] user = definition.path("user").asText("").split(":", 2);
        if (user[0].matches("\\d{1,9}")) {
            context.put("runAsUser", Integer.parseInt(user[0]));
        }
        if (user.length > 1 && user[1].matches("\\d{1,9}")) {
            context.put("runAsGroup", Integer.parseInt(user[1]));
        }
        if (definition.path("readonlyRootFilesystem").asBoolean()) {
            context.put("readOnlyRootFilesystem", true);
        }
        if (!context.isEmpty()) {
            container.set("securityContext", context);
        }
    }

    /// The health check as a command; empty when there is none.
    private ArrayNode check() {
        ArrayNode command = Json.MAPPER.createArrayNode();
        JsonNode given = definition.path("healthCheck").path("command");
        switch (given.path(0).asText("NONE")) {
            case "NONE" -> {}
            case "CMD-SHELL" ->
                command.add("/bin/sh").add("-c").add(given.path(1).asText());
            case "CMD" -> {
                for (int i = 1; i < given.size(); i++) {
                    command.add(given.path(i).asText());
                }
            }
            default -> given.forEach(command::add);
        }
        return command;
    }

    private void probe(ObjectNode probe, ArrayNode command, int failures) {
        JsonNode check = definition.path("healthCheck");
        probe.putObject("exec").set("command", command.deepCopy());
        probe.put("periodSeconds", check.path("interval").asInt(30));
        probe.put("timeoutSeconds", check.path("timeout").asInt(5));
        probe.put("failureThreshold", Math.max(failures, check.path("retries").asInt(3)));
    }
}
