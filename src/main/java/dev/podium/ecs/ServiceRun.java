package dev.podium.ecs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.ecs.Names.ServiceName;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Keeps one service as it is wanted, on a thread of its own that sleeps until something happens to it.
final class ServiceRun {
    private static final Logger LOG = System.getLogger("ecs");
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private final ServiceName name;
    private final Keeper keeper;
    private final Tasks tasks;
    private final ServiceState state;
    private final Reconciliation reconciliation;
    private final Signal signal;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile boolean forgotten;
    private volatile @Nullable Thread thread;

    /// Keeps services on disk.
    @FunctionalInterface
    interface Keeper {
        /// A service is different.
        void changed(ServiceRun run, StoredService stored);
    }

    ServiceRun(StoredService stored, Tasks tasks, Surroundings on, Keeper keeper) {
        this.name = stored.name();
        this.keeper = keeper;
        this.tasks = tasks;
        this.state = new ServiceState(stored, on.clock());
        this.signal = new Signal(on.clock());
        this.reconciliation = new Reconciliation(name, state, tasks, on);
    }

    ServiceName name() {
        return name;
    }

    /// Begins to keep it. A second call does nothing.
    void start() {
        if (!started.compareAndSet(false, true)) {
            return;
        }
        thread = Thread.ofVirtual().name("ecs-service-" + name.name()).start(this::run);
    }

    /// Leaves the service to the next run of the server.
    void leave() throws InterruptedException {
        forgotten = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
            running.join(AFTER_FAILURE);
        }
    }

    private void run() {
        try {
            while (!forgotten && !text("status").equals("INACTIVE")) {
                signal.await(turn());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Looks at the service once.
    ///
    /// @return when to look again though nothing happens, or null
    private @Nullable Instant turn() throws InterruptedException {
        try {
            // Outside the lock: starting and stopping tasks waits for the disk.
            reconciliation.observe();
            Reconciliation.Step step = change(s -> reconciliation.decide());
            step.actions().forEach(Runnable::run);
            return step.next();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "service not reconciled service=" + name.name(), e);
            return Instant.now().plus(AFTER_FAILURE);
        }
    }

    /// Something may be different.
    void wake() {
        signal.raise();
    }

    private <T> T read(Function<ServiceState, T> reader) {
        lock.lock();
        try {
            return reader.apply(state);
        } finally {
            lock.unlock();
        }
    }

    /// Whether something is true of the state.
    boolean is(Predicate<ServiceState> test) {
        return read(test::test);
    }

    /// Changes the state, keeps it, and has the service follow.
    void update(Consumer<ServiceState> change) {
        change(s -> {
            change.accept(s);
            return true;
        });
        wake();
    }

    private <T> T change(Function<ServiceState, T> change) {
        StoredService before;
        StoredService after;
        T result;
        lock.lock();
        try {
            before = state.stored();
            result = change.apply(state);
            after = state.stored();
        } finally {
            lock.unlock();
        }
        if (!before.equals(after) && !forgotten) {
            keeper.changed(this, after);
        }
        return result;
    }

    /// A member of the document.
    String text(String member) {
        return read(s -> s.text(member));
    }

    List<Tag> tags() {
        return read(ServiceState::tags);
    }

    /// As the API shows it.
    ObjectNode shown(boolean tags) {
        List<TaskRun> own = tasks.ofService(name.key());
        return read(s -> s.shown(own, tags));
    }

    /// Ends without a trace.
    void forget() {
        forgotten = true;
        wake();
    }
}
