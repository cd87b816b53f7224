package dev.podium.kube.embedded;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Looks after running containers: how far their logs have come, and whether they use more memory than they
/// may.
///
/// One thread for all, which exists only once there is a container and sleeps when there is none. A container
/// in which something happens is looked at every 20 ms, a quiet one ever less often, down to 400 ms.
final class Housekeeping implements AutoCloseable {
    private static final long SHORT = Duration.ofMillis(20).toNanos();
    private static final long FOLLOWED = Duration.ofMillis(60).toNanos();
    private static final long LONG = Duration.ofMillis(400).toNanos();
    private static final long TOGETHER = Duration.ofMillis(10).toNanos();
    private static final long FAILED = Duration.ofSeconds(5).toNanos();
    private static final long SESSIONS = Duration.ofSeconds(2).toNanos();
    private static final long NOTABLE_BYTES = 1 << 20;

    private static final Logger LOG = System.getLogger(Housekeeping.class.getName());

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final Map<ContainerRun, Watched> containers = new HashMap<>();
    private final PriorityQueue<Watched> queue = new PriorityQueue<>((a, b) -> Long.signum(a.due - b.due));
    private final Runnable everySecond;
    private @Nullable Thread thread;
    private boolean closed;
    private Map<Long, List<Long>> sessions = Map.of();
    private long sessionsRead = System.nanoTime() - SESSIONS;
    private long secondBegan = System.nanoTime();

    private static final class Watched {
        final ContainerRun container;
        long due = System.nanoTime() + SHORT;
        long interval = SHORT;
        long memory;

        Watched(ContainerRun container) {
            this.container = container;
        }
    }

    /// @param everySecond done about once a second while there are containers
    Housekeeping(Runnable everySecond) {
        this.everySecond = everySecond;
    }

    void add(ContainerRun container) {
        lock.lock();
        try {
            Watched watched = new Watched(container);
            containers.put(container, watched);
            queue.add(watched);
            if (thread == null && !closed) {
                thread = Thread.ofVirtual().name("kubelet-housekeeping").start(this::loop);
            }
            more.signal();
        } finally {
            lock.unlock();
        }
    }

    void remove(ContainerRun container) {
        lock.lock();
        try {
            Watched watched = containers.remove(container);
            if (watched != null) {
                queue.remove(watched);
            }
        } finally {
            lock.unlock();
        }
    }

    private void loop() {
        try {
            for (Watched next = next(); next != null; next = next()) {
                long now = System.nanoTime();
                try {
                    check(next, now);
                    if (now - secondBegan > 1_000_000_000) {
                        secondBegan = now;
                        everySecond.run();
                    }
                } catch (RuntimeException e) {
                    // The other containers still need this loop, and this one may do better next time.
                    LOG.log(
                            Level.ERROR,
                            "check failed container=" + next.container.spec().name(),
                            e);
                    next.interval = FAILED;
                }
                again(next, now);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits until a container is due, and takes it; null when closed.
    private @Nullable Watched next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed) {
                Watched first = queue.peek();
                if (first == null) {
                    more.await();
                    continue;
                }
                long wait = first.due - System.nanoTime();
                if (wait <= 0) {
                    return queue.poll();
                }
                // Not less, so that many containers are looked at together.
                more.awaitNanos(Math.max(wait, TOGETHER));
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void again(Watched watched, long now) {
        lock.lock();
        try {
            watched.due = now + watched.interval;
            if (containers.containsKey(watched.container)) {
                queue.add(watched);
            }
        } finally {
            lock.unlock();
        }
    }

    private void check(Watched watched, long now) {
        ContainerRun container = watched.container;
        boolean grown = container.log().look();
        long used = container.spec().memoryBytes() > 0 ? used(container, now) : 0;
        boolean notable = Math.abs(used - watched.memory) > NOTABLE_BYTES;
        if (notable) {
            watched.memory = used;
        }
        if (used > container.spec().memoryBytes() && used > 0) {
            container.killOutOfMemory();
        }
        long longest = container.log().followed() ? FOLLOWED : LONG;
        watched.interval = grown || notable ? SHORT : Math.min(longest, watched.interval * 3 / 2);
    }

    /// The most that the container is known to have used at one time.
    private long used(ContainerRun container, long now) {
        long resident = 0;
        long peak = 0;
        for (long leader : container.leaders()) {
            ProcessTree.Memory first = ProcessTree.memory(leader);
            resident += first.resident();
            peak = Math.max(peak, first.peak());
            for (long pid : session(leader, now)) {
                if (pid != leader) {
                    resident += ProcessTree.memory(pid).resident();
                }
            }
        }
        return Math.max(resident, peak);
    }

    private List<Long> session(long leader, long now) {
        if (now - sessionsRead >= SESSIONS) {
            sessions = ProcessTree.sessions();
            sessionsRead = now;
        }
        return sessions.getOrDefault(leader, List.of());
    }

    @Override
    public void close() {
        Thread running;
        lock.lock();
        try {
            closed = true;
            running = thread;
            more.signal();
        } finally {
            lock.unlock();
        }
        if (running != null) {
            running.interrupt();
            try {
                running.join(Duration.ofSeconds(2));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
