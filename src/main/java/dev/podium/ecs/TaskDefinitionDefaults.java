package dev.podium.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.ecs.TaskDefinitionsApi.RegisterTaskDefinitionRequest;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Makes of a request the definition that AWS shows: with defaults, compatibilities and required attributes.
final class TaskDefinitionDefaults {
    private static final String CAPABILITY = "com.amazonaws.ecs.capability.";
    private static final List<String> LISTS =
            List.of("portMappings", "environment", "mountPoints", "volumesFrom", "systemControls");

    private TaskDefinitionDefaults() {}

    static ObjectNode document(RegisterTaskDefinitionRequest request, String arn, int revision) {
        ObjectNode document = Json.object().put("taskDefinitionArn", arn);
        ArrayNode containers = document.putArray("containerDefinitions");
        boolean awsvpc = "awsvpc".equals(request.networkMode());
        for (ObjectNode container : request.containerDefinitions()) {
            containers.add(container(container.deepCopy(), awsvpc));
        }
        document.put("family", request.family());
        text(document, "taskRoleArn", request.taskRoleArn());
        text(document, "executionRoleArn", request.executionRoleArn());
        text(document, "networkMode", request.networkMode());
        document.put("revision", revision);
        tree(document, "volumes", request.volumes() == null ? Json.MAPPER.createArrayNode() : request.volumes());
        for (JsonNode volume : document.path("volumes")) {
            if (!volume.has("dockerVolumeConfiguration") && !volume.has("host")) {
                ((ObjectNode) volume).putObject("host");
            }
        }
        document.put("status", "ACTIVE");
        attributes(document.putArray("requiresAttributes"), request);
        document.putArray("placementConstraints");
        boolean fargate = awsvpc && request.cpu() != null && request.memory() != null;
        ArrayNode compatibilities = document.putArray("compatibilities").add("EC2");
        if (fargate) {
            compatibilities.add("FARGATE");
        }
        tree(document, "runtimePlatform", request.runtimePlatform());
        List<String> required = request.requiresCompatibilities();
        if (required != null && !required.isEmpty()) {
            ArrayNode list = document.putArray("requiresCompatibilities");
            required.forEach(list::add);
        }
        number(document, "cpu", request.cpu());
        number(document, "memory", request.memory());
        text(document, "ipcMode", request.ipcMode());
        tree(document, "ephemeralStorage", request.ephemeralStorage());
        if (request.enableFaultInjection() != null) {
            document.put("enableFaultInjection", request.enableFaultInjection());
        }
        return document;
    }

    private static ObjectNode container(ObjectNode container, boolean awsvpc) {
        if (!container.has("cpu")) {
            container.put("cpu", 0);
        }
        if (!container.has("essential")) {
            container.put("essential", true);
        }
        for (String list : LISTS) {
            if (!container.has(list)) {
                container.putArray(list);
            }
        }
        for (JsonNode mapping : container.path("portMappings")) {
            ObjectNode port = (ObjectNode) mapping;
            if (!port.has("protocol")) {
                port.put("protocol", "tcp");
            }
            if (!port.has("hostPort")) {
                port.put("hostPort", awsvpc ? port.path("containerPort").asInt() : 0);
            }
        }
        if (container.get("healthCheck") instanceof ObjectNode check) {
            defaults(check, "interval", 30);
            defaults(check, "timeout", 5);
            defaults(check, "retries", 3);
        }
        return container;
    }

    private static void attributes(ArrayNode all, RegisterTaskDefinitionRequest request) {
        Set<String> names = new TreeSet<>();
        names.add(CAPABILITY + "docker-remote-api.1.18");
        for (JsonNode container : request.containerDefinitions()) {
            if (container.path("logConfiguration").path("logDriver").asText().equals("awslogs")) {
                names.add(CAPABILITY + "logging-driver.awslogs");
                names.add(CAPABILITY + "docker-remote-api.1.19");
                if (request.executionRoleArn() != null) {
                    names.add("ecs.capability.execution-role-awslogs");
                }
            }
            if (container.has("dependsOn")) {
                names.add("ecs.capability.container-ordering");
            }
            if (container.has("healthCheck")) {
                names.add("ecs.capability.container-health-check");
            }
            if (container.path("memoryReservation").asInt(0) > 0) {
                names.add(CAPABILITY + "docker-remote-api.1.21");
            }
            for (JsonNode secret : container.path("secrets")) {
                boolean manager = secret.path("valueFrom").asText().contains(":secretsmanager:");
                names.add("ecs.capability.secrets." + (manager ? "asm" : "ssm") + ".environment-variables");
            }
        }
        if (request.taskRoleArn() != null) {
            names.add(CAPABILITY + "task-iam-role");
        }
        if ("awsvpc".equals(request.networkMode())) {
            names.add("ecs.capability.task-eni");
        }
        names.forEach(name -> all.addObject().put("name", name));
    }

    private static void defaults(ObjectNode node, String member, int value) {
        if (!node.has(member)) {
            node.put(member, value);
        }
    }

    private static void text(ObjectNode node, String member, @Nullable String value) {
        if (value != null) {
            node.put(member, value);
        }
    }

    private static void number(ObjectNode node, String member, @Nullable String value) {
        Integer number = TaskDefinitionRules.number(value);
        if (number != null) {
            node.put(member, number.toString());
        }
    }

    private static void tree(ObjectNode node, String member, @Nullable JsonNode value) {
        if (value != null) {
            node.set(member, value.deepCopy());
        }
    }
}
