package dev.podium.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The measurements of a task's containers as Docker words them. One that doesn't run, or whose cluster measures
/// nothing, has `null`, as from an ECS agent that has none.
///
/// @param before what was told last, by the container's name: Docker tells two moments, so that a client can
///     subtract
/// @see <a href="https://docs.docker.com/reference/api/engine/">Docker's `ContainerStats`</a>
record TaskStats(TaskUsage usage, Map<String, Moment> before) {
    /// What was measured when.
    record Moment(Instant at, TaskUsage.Usage usage) {}

    TaskStats(TaskUsage usage) {
        this(usage, new ConcurrentHashMap<>());
    }

    /// Those of a container.
    ///
    /// @param container as DescribeTasks shows it
    /// @param id its Docker id
    JsonNode of(String pod, JsonNode container, String id) {
        String name = container.path("name").asText();
        TaskUsage.Usage used = usage.of(pod, TaskPods.containerName(name)).orElse(null);
        if (used == null) {
            return NullNode.getInstance();
        }
        Moment now = new Moment(Instant.now(), used);
        Moment last = before.put(name, now);
        ObjectNode stats = Json.object().put("read", now.at().toString());
        stats.put("preread", last == null ? "0001-01-01T00:00:00Z" : last.at().toString());
        stats.putObject("pids_stats").put("current", used.processes());
        stats.put("num_procs", 0);
        cpu(stats.putObject("cpu_stats"), used);
        if (last == null) {
            stats.putObject("precpu_stats").putObject("cpu_usage").put("total_usage", 0);
        } else {
            cpu(stats.putObject("precpu_stats"), last.usage());
        }
        ObjectNode memory = stats.putObject("memory_stats").put("usage", used.memoryBytes());
        memory.put("max_usage", used.peakBytes());
        memory.putObject("stats").put("rss", used.memoryBytes());
        if (container.has("memory")) {
            memory.put("limit", container.path("memory").asLong() << 20);
        }
        return stats.put("name", name).put("id", id);
    }

    private static void cpu(ObjectNode cpu, TaskUsage.Usage used) {
        cpu.putObject("cpu_usage").put("total_usage", used.cpuNanos());
        cpu.put("system_cpu_usage", used.machineNanos());
        cpu.put("online_cpus", Runtime.getRuntime().availableProcessors());
    }
}
