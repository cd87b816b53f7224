package dev.podium.ecs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.ecs.Names.ClusterName;
import dev.podium.pods.PodException;
import dev.podium.store.Entry;
import dev.podium.store.Table;
import dev.podium.store.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// All tasks: those that run, and for an hour those that have ended.
final class Tasks implements TaskRun.Keeper {
    private static final int MOST = 100_000;
    private static final int MOST_STOPPED = 2_000;
    private static final Duration STOPPED_VISIBLE = Duration.ofHours(1);

    private final Table<StoredTask> table;
    private final Surroundings on;
    private final Map<String, TaskRun> runs = new ConcurrentHashMap<>();
    /// Of services, by the service's key: a service looks at its own tasks only.
    private final Map<String, Map<String, TaskRun>> ofServices = new ConcurrentHashMap<>();
    private final Deque<TaskRun> ended = new ConcurrentLinkedDeque<>();
    private volatile Consumer<TaskRun> watcher = run -> {};
    private volatile boolean closed;

    Tasks(Surroundings on) {
        this.on = on;
        this.table = on.store().table("ecs-tasks", StoredTask.class);
    }

    /// Has somebody told of each change of a task; it does not block.
    void watch(Consumer<TaskRun> listener) {
        watcher = listener;
    }

    /// Reads what an earlier run has left; its tasks wait for [#adopt] and [#settle].
    void load() {
        for (Entry<StoredTask> entry : table.page("", null, MOST)) {
            StoredTask stored = entry.value();
            TaskDocument document = TaskDocument.kept(stored.task(), stored.document());
            TaskRun run = new TaskRun(stored.task(), document, on, this);
            add(run);
            if (document.text("lastStatus").equals("STOPPED")) {
                ended(run);
            }
        }
    }

    /// Takes in the pods of an earlier run, and deletes those whose tasks are gone.
    void adopt() throws PodException, InterruptedException {
        for (ObjectNode pod : on.pods().left("ecs")) {
            Optional<TaskPods.Known> known = TaskPods.known(pod);
            TaskRun run = known.flatMap(k ->
                            live().filter(r -> r.task().id().equals(k.taskId())).findFirst())
                    .orElse(null);
            if (known.isEmpty() || run == null) {
                on.reaper().delete(pod.path("metadata").path("name").asText());
            } else if (!run.adopted()) {
                run.adopt(known.get());
            }
        }
    }

    /// Goes on with all tasks of the earlier run: those whose pods are missing have ended, or are made now.
    void settle() {
        live().toList().forEach(TaskRun::resume);
    }

    /// Begins new tasks, which are on disk before anything else happens.
    ///
    /// @return what the API shows of them before their first step
    List<ObjectNode> run(List<TaskSpec> specs) {
        if (runs.size() + specs.size() > MOST) {
            throw EcsError.client("There are " + MOST + " tasks already: stop some.");
        }
        List<TaskRun> made = new ArrayList<>();
        List<Write<?>> writes = new ArrayList<>();
        for (TaskSpec spec : specs) {
            TaskDocument document = TaskDocument.created(spec, on.clock().instant());
            TaskRun run = new TaskRun(spec, document, on, this);
            made.add(run);
            writes.add(Write.put(table, spec.key(), new StoredTask(spec, document.copy())));
        }
        made.forEach(this::add);
        on.store().write(writes);
        List<ObjectNode> shown = made.stream().map(TaskRun::shown).toList();
        made.forEach(TaskRun::start);
        return shown;
    }

    private void add(TaskRun run) {
        runs.put(run.task().key(), run);
        String service = run.task().serviceKey();
        if (service != null) {
            ofServices
                    .computeIfAbsent(service, k -> new ConcurrentHashMap<>())
                    .put(run.task().id(), run);
        }
    }

    @Override
    public void changed(TaskRun run, boolean keep) {
        if (closed || runs.get(run.task().key()) != run) {
            return;
        }
        if (keep) {
            table.put(run.task().key(), new StoredTask(run.task(), run.shown()));
        }
        watcher.accept(run);
    }

    @Override
    public void ended(TaskRun run) {
        if (closed) {
            return;
        }
        ended.add(run);
        Instant limit = on.clock().instant().minus(STOPPED_VISIBLE);
        for (TaskRun oldest = ended.peek(); oldest != null; oldest = ended.peek()) {
            boolean old = Instant.parse(oldest.text("stoppedAt")).isBefore(limit);
            if (!old && ended.size() <= MOST_STOPPED) {
                return;
            }
            ended.remove(oldest);
            forget(oldest);
        }
    }

    private void forget(TaskRun run) {
        runs.remove(run.task().key(), run);
        table.remove(run.task().key());
        String service = run.task().serviceKey();
        if (service != null) {
            ofServices.computeIfPresent(service, (key, all) -> {
                all.remove(run.task().id());
                return all.isEmpty() ? null : all;
            });
        }
    }

    /// All tasks of a cluster, in no order.
    Stream<TaskRun> of(ClusterName cluster) {
        return runs.values().stream().filter(run -> run.task().cluster().equals(cluster));
    }

    /// All tasks of a service, those too that have just ended.
    List<TaskRun> ofService(String serviceKey) {
        return List.copyOf(ofServices.getOrDefault(serviceKey, Map.of()).values());
    }

    /// A task by its id or ARN.
    Optional<TaskRun> find(String reference, ClusterName cluster) {
        return Optional.ofNullable(runs.get(cluster.key() + "/" + Names.last(reference)));
    }

    private Stream<TaskRun> live() {
        return runs.values().stream().filter(run -> !run.text("lastStatus").equals("STOPPED"));
    }

    /// The health of targets has changed in a target group.
    void targetsChanged(String targetGroupArn) {
        live().filter(run -> run.targets().in(targetGroupArn)).forEach(run -> {
            run.wake();
            watcher.accept(run);
        });
    }

    /// Leaves everything to the next run of the server.
    void leave() throws InterruptedException {
        List<TaskRun> all = List.copyOf(runs.values());
        closed = true;
        for (TaskRun run : all) {
            run.leave();
        }
    }

    /// Ends and forgets everything.
    void clear() {
        List<TaskRun> all = List.copyOf(runs.values());
        runs.clear();
        ofServices.clear();
        ended.clear();
        all.forEach(run -> run.stop(Stop.terminated("all state was emptied")));
    }
}
