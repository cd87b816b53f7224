package dev.podium.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.aws.AwsException;
import dev.podium.ecs.TaskDefinitionsApi.RegisterTaskDefinitionRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a task definition has to be like, and what of it Podium refuses by name.
///
/// @see <a href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html">Task
/// definition parameters</a>
final class TaskDefinitionRules {
    /// Members of a container that a pod has nothing for.
    private static final List<String> REFUSED = List.of(
            "ulimits",
            "privileged",
            "links",
            "firelensConfiguration",
            "resourceRequirements",
            "repositoryCredentials",
            "credentialSpecs",
            "dockerSecurityOptions",
            "systemControls",
            "environmentFiles",
            "restartPolicy",
            "disableNetworking",
            "dnsServers",
            "dnsSearchDomains",
            "hostname",
            "linuxParameters");

    private static final List<String> REFUSED_VOLUMES = List.of(
            "efsVolumeConfiguration",
            "fsxWindowsFileServerVolumeConfiguration",
            "s3filesVolumeConfiguration",
            "configuredAtLaunch");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,255}");

    /// Memory in MiB by CPU units: least, most, step.
    private static final Map<Integer, int[]> FARGATE = Map.of(
            512, new int[] {1024, 4096, 1024},
            1024, new int[] {2048, 8192, 1024},
            2048, new int[] {4096, 16384, 1024},
            4096, new int[] {8192, 30720, 1024},
            8192, new int[] {16384, 61440, 4096},
            16384, new int[] {32768, 122880, 8192});

    private TaskDefinitionRules() {}

    /// Checks a definition.
    ///
    /// @throws AwsException ClientException or InvalidParameterException with the first thing that is wrong
    static void check(RegisterTaskDefinitionRequest request) {
        if (!NAME.matcher(request.family()).matches()) {
            throw EcsError.client("Family contains invalid characters.");
        }
        if (request.containerDefinitions().isEmpty()) {
            throw EcsError.client("Container list cannot be empty.");
        }
        refuse(request);
        Set<String> volumes = volumes(request.volumes());
        Set<String> names = new HashSet<>();
        boolean essential = false;
        for (JsonNode container : request.containerDefinitions()) {
            container(container, request.memory() != null, volumes);
            if (!names.add(container.path("name").asText())) {
                throw EcsError.client(
                        "Duplicate container name: " + container.path("name").asText() + ".");
            }
            essential |= container.path("essential").asBoolean(true);
        }
        if (!essential) {
            throw EcsError.client("At least one container must be marked as essential.");
        }
        ContainerOrder.check(request.containerDefinitions());
        fargate(request);
    }

    private static void refuse(RegisterTaskDefinitionRequest request) {
        EcsError.refuse(request.proxyConfiguration() != null, "proxyConfiguration");
        EcsError.refuse(notEmpty(request.inferenceAccelerators()), "inferenceAccelerators");
        EcsError.refuse(notEmpty(request.placementConstraints()), "placementConstraints");
        EcsError.refuse(request.pidMode() != null, "pidMode");
        EcsError.refuse(request.ipcMode() != null && !request.ipcMode().equals("none"), "ipcMode");
        EcsError.refuse(Boolean.TRUE.equals(request.enableFaultInjection()), "enableFaultInjection");
        EcsError.refuse("none".equals(request.networkMode()), "networkMode none");
        JsonNode platform = request.runtimePlatform();
        EcsError.refuse(
                platform != null
                        && platform.path("operatingSystemFamily").asText("").startsWith("WINDOWS"),
                "operatingSystemFamily of Windows");
    }

    private static Set<String> volumes(@Nullable JsonNode volumes) {
        Set<String> names = new HashSet<>();
        for (JsonNode volume : volumes == null ? List.<JsonNode>of() : volumes) {
            String name = volume.path("name").asText("");
            for (String member : REFUSED_VOLUMES) {
                EcsError.refuse(set(volume.path(member)), member + " of volume '" + name + "'");
            }
            EcsError.refuse(volume.path("host").has("sourcePath"), "host.sourcePath of volume '" + name + "'");
            EcsError.refuse(
                    volume.path("dockerVolumeConfiguration")
                            .path("scope")
                            .asText("task")
                            .equals("shared"),
                    "the scope shared of volume '" + name + "'");
            String driver = volume.at("/dockerVolumeConfiguration/driver").asText("local");
            EcsError.refuse(!driver.equals("local"), "the driver " + driver + " of volume '" + name + "'");
            EcsError.refuse(
                    !volume.at("/dockerVolumeConfiguration/driverOpts").isEmpty(),
                    "driverOpts of volume '" + name + "'");
            if (!names.add(name)) {
                throw EcsError.client("Duplicate volume name: " + name + ".");
            }
        }
        return names;
    }

    private static void container(JsonNode container, boolean taskMemory, Set<String> volumes) {
        String name = container.path("name").asText("");
        if (name.isEmpty()) {
            throw EcsError.client("Container.name should not be null or empty.");
        }
        if (!NAME.matcher(name).matches()) {
            throw EcsError.client("Container.name contains invalid characters.");
        }
        if (container.path("image").asText("").isEmpty()) {
            throw EcsError.client("Container.image should not be null or empty.");
        }
        for (String member : REFUSED) {
            EcsError.refuse(set(container.path(member)), member + " of container '" + name + "'");
        }
        int memory = container.path("memory").asInt(0);
        int reservation = container.path("memoryReservation").asInt(0);
        if (memory == 0 && reservation == 0 && !taskMemory) {
            throw EcsError.client("Invalid setting for container '" + name
                    + "'. At least one of 'memory' or 'memoryReservation' must be specified.");
        }
        if (memory != 0 && memory < 6) {
            throw EcsError.client("Invalid setting for container '" + name + "'. 'memory' must be at least 6.");
        }
        if (memory != 0 && reservation > memory) {
            throw EcsError.client(
                    "Invalid setting for container '" + name + "'. 'memory' must be greater than 'memoryReservation'.");
        }
        for (JsonNode mount : container.path("mountPoints")) {
            String volume = mount.path("sourceVolume").asText("");
            if (!volumes.contains(volume)) {
                throw EcsError.client("Unknown volume '" + volume + "'.");
            }
        }
        EcsError.refuse(
                !container.at("/logConfiguration/secretOptions").isEmpty(),
                "secretOptions of the log of container '" + name + "'");
        String driver = container.path("logConfiguration").path("logDriver").asText("awslogs");
        EcsError.refuse(
                !driver.equals("awslogs") && !driver.equals("json-file"),
                "the log driver " + driver + " of container '" + name + "'");
        if (container.has("logConfiguration") && driver.equals("awslogs")) {
            awslogs(container.path("logConfiguration").path("options"));
        }
    }

    private static void awslogs(JsonNode options) {
        for (String option : List.of("awslogs-group", "awslogs-region")) {
            if (options.path(option).asText("").isEmpty()) {
                throw EcsError.client("Log driver awslogs requires options: " + option);
            }
        }
    }

    private static void fargate(RegisterTaskDefinitionRequest request) {
        List<String> wanted = request.requiresCompatibilities();
        if (wanted == null || !wanted.contains("FARGATE")) {
            return;
        }
        if (!"awsvpc".equals(request.networkMode())) {
            throw EcsError.client("Fargate only supports network mode ‘awsvpc’.");
        }
        Integer cpu = number(request.cpu());
        Integer memory = number(request.memory());
        if (cpu == null) {
            throw EcsError.client("Fargate requires that 'cpu' be defined at the task level.");
        }
        if (memory == null) {
            throw EcsError.client("Fargate requires that 'memory' be defined at the task level.");
        }
        int[] range = FARGATE.get(cpu);
        boolean fits = cpu == 256
                ? memory == 512 || memory == 1024 || memory == 2048
                : range != null && memory >= range[0] && memory <= range[1] && memory % range[2] == 0;
        if (!fits) {
            throw EcsError.client("No Fargate configuration exists for given values: " + cpu + " CPU, " + memory
                    + " memory. See the Amazon ECS documentation for the valid values.");
        }
    }

    /// Units of CPU or MiB of memory: a number, or one with `vCPU` or `GB`.
    static @Nullable Integer number(@Nullable String text) {
        if (text == null) {
            return null;
        }
        String plain = text.strip().toLowerCase(java.util.Locale.ROOT);
        boolean thousands = plain.endsWith("vcpu") || plain.endsWith("gb");
        String digits = plain.replaceFirst("\\s*(vcpu|gb)$", "");
        try {
            return thousands ? (int) Math.round(Double.parseDouble(digits) * 1024) : Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw EcsError.client("Invalid 'cpu' or 'memory' setting for task: " + text + ".");
        }
    }

    private static boolean notEmpty(@Nullable JsonNode node) {
        return node != null && !node.isEmpty();
    }

    /// Whether a member says anything: `false`, an empty list and an init process say nothing.
    private static boolean set(JsonNode node) {
        if (node.isObject()) {
            boolean nothing = node.has("enabled") && !node.path("enabled").asBoolean();
            boolean initOnly = node.size() == 1 && node.has("initProcessEnabled");
            return !nothing && !initOnly && !node.isEmpty();
        }
        return node.isArray() ? !node.isEmpty() : node.isTextual() || node.asBoolean();
    }
}
