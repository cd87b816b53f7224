package dev.podium.ecs;

import dev.podium.ecs.Names.ClusterName;
import dev.podium.ecs.Names.ServiceName;
import dev.podium.store.Entry;
import dev.podium.store.Table;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// All services; deleted ones stay visible until one of the name is made again.
final class Services {
    private static final int MOST = 10_000;

    private final Table<StoredService> table;
    private final Tasks tasks;
    private final Surroundings on;
    private final Map<String, ServiceRun> runs = new ConcurrentHashMap<>();

    Services(Tasks tasks, Surroundings on) {
        this.table = on.store().table("ecs-services", StoredService.class);
        this.tasks = tasks;
        this.on = on;
        tasks.watch(this::taskChanged);
    }

    /// Reads what an earlier run has left; nothing is done before [#settle].
    void load() {
        for (Entry<StoredService> entry : table.page("", null, MOST)) {
            runs.put(entry.key(), new ServiceRun(entry.value(), tasks, on, this::changed));
        }
    }

    /// The tasks of the earlier run are taken in: their services go on.
    void settle() {
        runs.values().forEach(ServiceRun::start);
    }

    private void changed(ServiceRun run, StoredService stored) {
        if (runs.get(run.name().key()) == run) {
            table.put(run.name().key(), stored);
        }
    }

    private void taskChanged(TaskRun task) {
        String key = task.task().serviceKey();
        ServiceRun run = key == null ? null : runs.get(key);
        if (run != null) {
            run.wake();
        }
    }

    /// Begins a new service.
    ServiceRun create(StoredService stored) {
        ServiceRun run = new ServiceRun(stored, tasks, on, this::changed);
        ServiceRun before = runs.put(stored.name().key(), run);
        if (before != null) {
            before.forget();
        }
        table.put(stored.name().key(), stored);
        run.start();
        return run;
    }

    /// A service, deleted ones too.
    Optional<ServiceRun> find(ServiceName name) {
        return Optional.ofNullable(runs.get(name.key()));
    }

    /// A service that can be changed.
    ///
    /// @throws dev.podium.aws.AwsException ServiceNotFoundException, ServiceNotActiveException
    ServiceRun active(ServiceName name) {
        ServiceRun run = find(name).orElseThrow(() -> EcsError.serviceNotFound());
        if (!run.text("status").equals("ACTIVE")) {
            throw EcsError.serviceNotActive();
        }
        return run;
    }

    /// All services of a cluster, deleted ones too, in no order.
    Stream<ServiceRun> of(ClusterName cluster) {
        return List.copyOf(runs.values()).stream()
                .filter(run -> run.name().cluster().equals(cluster));
    }

    /// Leaves everything to the next run of the server.
    void leave() throws InterruptedException {
        for (ServiceRun run : List.copyOf(runs.values())) {
            run.leave();
        }
    }

    /// Forgets everything.
    void clear() {
        List<ServiceRun> all = List.copyOf(runs.values());
        runs.clear();
        all.forEach(ServiceRun::forget);
    }
}
