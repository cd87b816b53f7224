package dev.podium.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.aws.Scope;
import dev.podium.pods.ContainerStatus;
import dev.podium.pods.PodException;
import dev.podium.pods.PodState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Takes what a task's containers write to their log groups, where their log driver is `awslogs`.
///
/// A thread per container reads its log as it is written; it ends with the container.
final class LogShipping implements AutoCloseable {
    private static final Logger LOG = System.getLogger("ecs");
    private static final Duration LAST_LINES = Duration.ofSeconds(5);
    private static final int BATCH = 200;

    private final TaskSpec task;
    private final Surroundings on;
    private final Instant since;
    private final Map<String, Thread> following = new ConcurrentHashMap<>();

    LogShipping(TaskSpec task, Surroundings on) {
        this.task = task;
        this.on = on;
        this.since = on.clock().instant();
    }

    /// Where a container's lines go.
    record Stream(Scope scope, String group, String name) {}

    /// The stream of a container, by the options of its log driver.
    static Stream stream(TaskSpec task, String container, JsonNode options) {
        String prefix = options.path("awslogs-stream-prefix").asText("");
        String name =
                prefix.isEmpty() ? TaskDocument.runtimeId(task, container) : prefix + "/" + container + "/" + task.id();
        String region = options.path("awslogs-region").asText(task.scope().region());
        return new Stream(
                new Scope(task.scope().account(), region),
                options.path("awslogs-group").asText(),
                name);
    }

    /// Reads the logs of containers that have begun to run.
    void follow(String podName, PodState pod) {
        for (JsonNode definition : task.definition().containers()) {
            JsonNode logs = definition.path("logConfiguration");
            String name = TaskPods.containerName(definition.path("name").asText());
            if (!logs.path("logDriver").asText().equals("awslogs") || following.containsKey(name)) {
                continue;
            }
            boolean begun = java.util.stream.Stream.concat(pod.initContainers().stream(), pod.containers().stream())
                    .anyMatch(c -> c.name().equals(name) && c.phase() != ContainerStatus.Phase.WAITING);
            if (begun) {
                Stream to = stream(task, definition.path("name").asText(), logs.path("options"));
                Thread thread = Thread.ofVirtual()
                        .name("ecs-log-" + task.id() + "-" + name)
                        .unstarted(() -> ship(podName, name, to));
                following.put(name, thread);
                thread.start();
            }
        }
    }

    private void ship(String podName, String container, Stream to) {
        // After a restart only what is new; for a new task that is everything.
        Instant from = since.minusSeconds(1);
        try (InputStream log = on.pods().follow(podName, container, from);
                BufferedReader reader = new BufferedReader(new InputStreamReader(log, StandardCharsets.UTF_8))) {
            List<TaskLogs.Line> batch = new ArrayList<>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                batch.add(line(line));
                if (!reader.ready() || batch.size() >= BATCH) {
                    on.logs().write(to.scope(), to.group(), to.name(), List.copyOf(batch));
                    batch.clear();
                }
            }
        } catch (PodException | IOException e) {
            LOG.log(Level.WARNING, "log not read task={0} container={1} why={2}", task.id(), container, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "log given up task=" + task.id(), e);
        }
    }

    private TaskLogs.Line line(String text) {
        int space = text.indexOf(' ');
        try {
            return new TaskLogs.Line(
                    Instant.parse(text.substring(0, Math.max(0, space))).toEpochMilli(), text.substring(space + 1));
        } catch (DateTimeParseException e) {
            return new TaskLogs.Line(on.clock().millis(), text);
        }
    }

    /// Waits a moment for the last lines.
    void awaitEnd() throws InterruptedException {
        long end = System.nanoTime() + LAST_LINES.toNanos();
        for (Thread thread : following.values()) {
            long left = end - System.nanoTime();
            if (left > 0) {
                thread.join(Duration.ofNanos(left));
            }
        }
    }

    @Override
    public void close() {
        following.values().forEach(Thread::interrupt);
    }
}
