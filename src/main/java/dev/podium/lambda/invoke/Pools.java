package dev.podium.lambda.invoke;

import dev.podium.lambda.runtime.RuntimePort;
import dev.podium.pods.PodException;
import dev.podium.pods.Pods;
import dev.podium.pods.Reaper;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Spare pods, kept ready for cold invocations: a few of every shape that was used lately.
///
/// One loop fills them up when nothing starts that somebody waits for, and drops those that nobody has used
/// for the
/// keepalive time. A shape whose pods don't come up is tried ever more rarely, and all of them are given up
/// when an
/// environment finds no room.
final class Pools implements AutoCloseable {
    private static final Logger LOG = System.getLogger("lambda");
    private final FunctionPods manifests;
    private final Pods pods;
    private final Reaper reaper;
    private final RuntimePort port;
    private final InvokeSettings settings;
    private final ShellKnowledge shells;
    private final Images images;
    private final ReentrantLock lock = new ReentrantLock();
    /// Has a permit when the loop should look again.
    private final Semaphore changes = new Semaphore(0);
    private final PoolTable table; // under the lock
    private @Nullable Thread thread;

    private final SparePod.Keeper keeper = new SparePod.Keeper() {
        @Override
        public void waiting(SparePod spare) {
            came(spare);
        }

        @Override
        public void useless(SparePod spare, String why, boolean noShell, boolean noRoom) {
            discard(spare, why, noShell, noRoom);
        }
    };

    /// Makes empty pools; nothing is filled before [#start].
    ///
    /// @param images says which image a runtime of the settings means
    Pools(
            FunctionPods manifests,
            Pods pods,
            Reaper reaper,
            RuntimePort port,
            InvokeSettings settings,
            ShellKnowledge shells,
            Images images) {
        this.manifests = manifests;
        this.pods = pods;
        this.reaper = reaper;
        this.port = port;
        this.settings = settings;
        this.shells = shells;
        this.images = images;
        this.table = new PoolTable(settings, shells, images);
    }

    /// Starts filling: at once for the images that the settings name.
    void start() {
        if (!settings.pool().on()) {
            return;
        }
        lock.lock();
        try {
            for (String runtime : settings.pool().sizes().keySet()) {
                String image = images.ofRuntime(runtime).orElse("");
                Pool pool = table.pool(PodShape.ofDefaults(image, shells.loads(image)));
                if (pool != null) {
                    pool.fixed = true;
                }
            }
            if (thread == null) {
                thread = Thread.ofVirtual().name("lambda-pools").start(this::run);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Takes a spare pod for an environment, which has its name and session then; false when none fits. In any
    /// case the shape counts as used.
    boolean take(PodShape shape, int entries, Environment environment) {
        List<SparePod> dropped = List.of();
        lock.lock();
        try {
            Pool pool = table.pool(shape);
            if (pool == null) {
                return false;
            }
            pool.used(environment);
            dropped = table.tooMany();
            SparePod spare = pool.best(shells.fits(entries));
            signal();
            if (spare == null) {
                return false;
            }
            pool.spares.remove(spare);
            environment.session(spare.session());
            environment.podName(String.valueOf(spare.podName()));
            spare.take(environment);
            return true;
        } finally {
            lock.unlock();
            dropped.forEach(this::delete);
        }
    }

    /// Notes that an environment starts with a pod of its own that has this shape.
    void used(PodShape shape, Environment environment) {
        lock.lock();
        try {
            Pool pool = table.pool(shape);
            if (pool != null) {
                pool.used(environment);
                signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Takes in a spare pod that an earlier run of this server left; false when it isn't wanted.
    boolean adopt(FunctionPods.Identity identity, PodShape shape) {
        lock.lock();
        try {
            Pool pool = table.pool(shape);
            if (pool == null || pool.spares.size() + pool.creating >= pool.size) {
                return false;
            }
            SparePod spare = new SparePod(shape, true, keeper);
            spare.podName(identity.podName());
            spare.session(port.open(identity.token(), identity.codeToken(), spare));
            pods.adopt(identity.podName(), spare);
            pool.spares.add(spare);
            signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Gives all spare pods up, because an environment finds no room; they come back later.
    ///
    /// @return whether there were any
    boolean giveUp() {
        List<SparePod> all;
        lock.lock();
        try {
            all = table.clear();
        } finally {
            lock.unlock();
        }
        if (!all.isEmpty()) {
            LOG.log(Level.INFO, "spare pods given up: a function needs their room pods={0}", all.size());
        }
        all.forEach(this::delete);
        return !all.isEmpty();
    }

    private void delete(SparePod spare) {
        spare.close();
        String name = spare.podName();
        if (name != null) {
            pods.forget(name);
            reaper.delete(name);
        }
    }

    private void came(SparePod spare) {
        lock.lock();
        try {
            Pool pool = table.get(spare.shape);
            if (pool != null) {
                pool.came();
            }
        } finally {
            lock.unlock();
        }
    }

    private void discard(SparePod spare, String why, boolean noShell, boolean noRoom) {
        boolean removed;
        lock.lock();
        try {
            Pool pool = table.get(spare.shape);
            removed = pool != null && pool.spares.remove(spare);
            if (noShell && shells.none(spare.shape.image())) {
                // The round drops this one.
                Pool other = table.pool(spare.shape.withoutShell());
                if (other != null && pool != null) {
                    other.fixed |= pool.fixed;
                }
            }
            if (noRoom) {
                table.hold();
            }
            if (removed && pool != null) {
                pool.failed(why);
                signal();
            }
        } finally {
            lock.unlock();
        }
        if (removed) {
            delete(spare);
        }
    }

    private void signal() {
        changes.release();
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    round();
                } catch (RuntimeException e) {
                    LOG.log(Level.ERROR, "filling of the pools failed", e);
                    Thread.sleep(1000);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void round() throws InterruptedException {
        List<SparePod> dropped = new ArrayList<>();
        Map<Pool, Integer> missing = new LinkedHashMap<>();
        long wait;
        lock.lock();
        try {
            wait = table.look(dropped, missing);
        } finally {
            lock.unlock();
        }
        if (dropped.isEmpty() && missing.isEmpty()) {
            int changed = changes.tryAcquire(wait, TimeUnit.NANOSECONDS) ? 1 + changes.drainPermits() : 0;
            LOG.log(Level.TRACE, "pools looked at changes={0}", changed);
            return;
        }
        dropped.forEach(this::delete);
        missing.forEach((pool, count) -> {
            for (int i = 0; i < count; i++) {
                Thread.ofVirtual().name("lambda-spare").start(() -> create(pool));
            }
        });
    }

    private void create(Pool pool) {
        SparePod spare = new SparePod(pool.shape, false, keeper);
        String why = null;
        try {
            String token = RuntimePort.newToken();
            String codeToken = RuntimePort.newToken();
            spare.session(port.open(token, codeToken, spare));
            spare.podName(pods.create(manifests.spare(pool.shape, token, codeToken), spare));
        } catch (PodException e) {
            if (e.mayPass()) {
                // The answer may have been lost on the way, and the pod be there.
                reaper.delete(e.podName());
            }
            why = e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            why = "the server is stopping";
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "start of a spare pod failed", e);
            why = "an internal error; see the log";
        }
        boolean kept = false;
        lock.lock();
        try {
            pool.creating--;
            // Its room may have been asked for while it was on its way.
            boolean room = !table.isHeld();
            if (why == null && spare.isUseless()) {
                why = "it failed at once";
            }
            if (why != null) {
                pool.failed(why);
                signal();
            } else if (room && table.get(pool.shape) == pool) {
                pool.spares.add(spare);
                kept = true;
                signal();
            }
        } finally {
            lock.unlock();
        }
        if (!kept) {
            delete(spare);
        }
    }

    @Override
    public void close() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }
}
