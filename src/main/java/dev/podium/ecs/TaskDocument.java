package dev.podium.ecs;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A task as the API shows it (the model's Task). Not thread-safe: its [TaskRun] guards it.
final class TaskDocument {
    private static final String INTERFACE = "ElasticNetworkInterface";

    private final TaskSpec task;
    private final ObjectNode document;

    private TaskDocument(TaskSpec task, ObjectNode document) {
        this.task = task;
        this.document = document;
    }

    /// A task that was kept.
    static TaskDocument kept(TaskSpec task, ObjectNode document) {
        return new TaskDocument(task, document.deepCopy());
    }

    /// A new task, PROVISIONING.
    static TaskDocument created(TaskSpec task, Instant now) {
        ObjectNode document = Json.object();
        TaskDocument made = new TaskDocument(task, document);
        made.attachment(document.putArray("attachments"));
        document.putArray("attributes")
                .addObject()
                .put("name", "ecs.cpu-architecture")
                .put("value", made.architecture());
        document.put("availabilityZone", task.scope().region() + "a");
        if (task.launching().capacityProvider() != null) {
            document.put("capacityProviderName", task.launching().capacityProvider());
        }
        document.put("clusterArn", task.cluster().arn());
        made.containers(document.putArray("containers"));
        made.size("cpu");
        document.put("createdAt", now.toString());
        document.put("desiredStatus", "RUNNING");
        document.put("enableExecuteCommand", false);
        document.put("group", task.group());
        document.put("healthStatus", "UNKNOWN");
        document.put("lastStatus", "PROVISIONING");
        document.put("launchType", task.launching().launchType());
        made.size("memory");
        document.set("overrides", made.overrides());
        if (task.launching().fargate()) {
            String version = task.launching().platformVersion();
            document.put("platformVersion", version == null || version.equals("LATEST") ? "1.4.0" : version);
            document.put("platformFamily", "Linux");
        }
        if (task.startedBy() != null) {
            document.put("startedBy", task.startedBy());
        }
        document.set("tags", Json.MAPPER.valueToTree(task.tags()));
        document.put("taskArn", task.arn());
        document.put("taskDefinitionArn", task.definition().arn());
        document.put("version", 1);
        if (task.launching().fargate()) {
            JsonNode own = task.definition().document().at("/ephemeralStorage/sizeInGiB");
            int size = task.overrides().at("/ephemeralStorage/sizeInGiB").asInt(own.asInt(20));
            document.putObject("ephemeralStorage").put("sizeInGiB", size);
            document.putObject("fargateEphemeralStorage").put("sizeInGiB", size);
        }
        return made;
    }

    /// AWS's id of a container: that of the task with a number.
    static String runtimeId(TaskSpec task, String container) {
        return task.id() + "-" + Integer.toUnsignedString(container.hashCode());
    }

    private String architecture() {
        JsonNode platform = task.definition().document().path("runtimePlatform");
        return platform.path("cpuArchitecture").asText("X86_64").equals("ARM64") ? "arm64" : "x86_64";
    }

    private void size(String member) {
        String value = task.setting(member);
        if (value != null) {
            document.put(member, String.valueOf(TaskDefinitionRules.number(value)));
        } else if (member.equals("cpu") || member.equals("memory")) {
            int sum = 0;
            for (JsonNode container : task.definition().containers()) {
                int own = container.path(member).asInt(0);
                sum += own == 0 && member.equals("memory")
                        ? container.path("memoryReservation").asInt(0)
                        : own;
            }
            document.put(member, Integer.toString(sum));
        }
    }

    private ObjectNode overrides() {
        ObjectNode overrides = task.overrides().deepCopy();
        ArrayNode containers = Json.MAPPER.createArrayNode();
        for (JsonNode container : task.definition().containers()) {
            String name = container.path("name").asText();
            JsonNode own = task.override(name);
            containers.add(own.isEmpty() ? Json.object().put("name", name) : own.deepCopy());
        }
        overrides.set("containerOverrides", containers);
        if (!overrides.has("inferenceAcceleratorOverrides")) {
            overrides.putArray("inferenceAcceleratorOverrides");
        }
        return overrides;
    }

    private void containers(ArrayNode containers) {
        for (JsonNode definition : task.definition().containers()) {
            String name = definition.path("name").asText();
            ObjectNode container = containers.addObject();
            container.put(
                    "containerArn",
                    task.cluster()
                            .arnOf(
                                    "container",
                                    task.id() + "/"
                                            + UUID.nameUUIDFromBytes((task.id() + name)
                                                    .getBytes(java.nio.charset.StandardCharsets.UTF_8))));
            container.put("taskArn", task.arn()).put("name", name);
            container.put("image", definition.path("image").asText());
            container.put("lastStatus", "PENDING");
            container.putArray("networkInterfaces");
            if (!task.awsvpc()) {
                container.putArray("networkBindings");
            }
            if (definition.has("healthCheck")) {
                container.put("healthStatus", "UNKNOWN");
            }
            JsonNode override = task.override(name);
            for (String member : List.of("cpu", "memory", "memoryReservation")) {
                JsonNode value = override.has(member) ? override.path(member) : definition.path(member);
                if (!value.isMissingNode()) {
                    container.put(member, value.asText());
                }
            }
        }
    }

    private void attachment(ArrayNode attachments) {
        if (!task.awsvpc()) {
            return;
        }
        ObjectNode attachment =
                attachments.addObject().put("id", UUID.randomUUID().toString());
        attachment.put("type", INTERFACE).put("status", "PRECREATED");
        JsonNode network = task.launching().network();
        String subnet = network == null
                ? ""
                : network.path("awsvpcConfiguration").path("subnets").path(0).asText("");
        detail(attachment, "subnetId", subnet);
    }

    private static void detail(ObjectNode attachment, String name, String value) {
        attachment.withArrayProperty("details").addObject().put("name", name).put("value", value);
    }

    /// The pod has an address.
    void address(String ip) {
        for (JsonNode each : document.path("attachments")) {
            ObjectNode attachment = (ObjectNode) each;
            if (!attachment.path("status").asText().equals("PRECREATED")) {
                return;
            }
            attachment.put("status", "ATTACHED");
            String id = task.id();
            detail(attachment, "networkInterfaceId", "eni-0" + id.substring(0, 16));
            detail(attachment, "macAddress", "0a:" + id.substring(0, 10).replaceAll("..(?!$)", "$0:"));
            detail(attachment, "privateDnsName", "ip-" + ip.replace('.', '-') + ".ec2.internal");
            detail(attachment, "privateIPv4Address", ip);
        }
        int index = 0;
        for (JsonNode each : document.path("containers")) {
            ObjectNode container = (ObjectNode) each;
            if (task.awsvpc()) {
                container
                        .putArray("networkInterfaces")
                        .addObject()
                        .put(
                                "attachmentId",
                                document.path("attachments").path(0).path("id").asText())
                        .put("privateIpv4Address", ip);
            } else {
                ArrayNode bindings = container.putArray("networkBindings");
                for (JsonNode port : task.definition().containers().path(index).path("portMappings")) {
                    bindings.addObject()
                            .put("bindIP", ip)
                            .put("containerPort", port.path("containerPort").asInt())
                            .put("hostPort", port.path("containerPort").asInt())
                            .put("protocol", port.path("protocol").asText("tcp"));
                }
            }
            index++;
        }
    }

    /// The pod's address, once it is known.
    @Nullable
    String ip() {
        for (JsonNode container : document.path("containers")) {
            String ip = container
                    .path("networkInterfaces")
                    .path(0)
                    .path("privateIpv4Address")
                    .asText(container
                            .path("networkBindings")
                            .path(0)
                            .path("bindIP")
                            .asText(""));
            if (!ip.isEmpty()) {
                return ip;
            }
        }
        return null;
    }

    /// The pod is gone.
    void detached() {
        for (JsonNode attachment : document.path("attachments")) {
            ((ObjectNode) attachment).put("status", "DELETED");
        }
    }

    /// A container as the API shows it; null for an unknown one.
    @Nullable
    ObjectNode container(String name) {
        for (JsonNode container : document.path("containers")) {
            if (container.path("name").asText().equals(name)) {
                return (ObjectNode) container;
            }
        }
        return null;
    }

    /// Sets a text member; tells whether that changed it.
    boolean set(String member, String value) {
        boolean other = !document.path(member).asText("").equals(value);
        document.put(member, value);
        if (other) {
            document.put("version", document.path("version").asInt() + 1);
        }
        return other;
    }

    /// Sets a time unless it is known.
    void time(String member, Instant time) {
        if (!document.has(member)) {
            document.put(member, time.toString());
        }
    }

    String text(String member) {
        return document.path(member).asText("");
    }

    List<Tag> tags() {
        return Json.MAPPER.convertValue(document.path("tags"), new TypeReference<List<Tag>>() {});
    }

    /// Replaces the tags.
    void tags(List<Tag> tags) {
        document.set("tags", Json.MAPPER.valueToTree(tags));
    }

    /// A copy for others.
    ObjectNode copy() {
        return document.deepCopy();
    }
}
