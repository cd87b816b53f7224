package dev.podium.kube.embedded;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private static final long SESSIONS = Duration.ofSeconds(2).toNanos();
    private static final long NOTABLE_BYTES = 1 << 20;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final Map<ContainerRun, Watched> containers = new HashMap<>();
    private final Runnable everySecond;
    private @Nullable Thread thread;
    private boolean closed;
    private Map<Long, List<Long>> sessions = Map.of();
    private long sessionsRead = System.nanoTime() - SESSIONS;
    private long secondBegan = System.nanoTime();

    private static final class Watched {
        long due;
        long interval = SHORT;
        long memory;

        Watched(long due) {
            this.due = due;
        }
    }

    /// @param everySecond done about once a second while there are containers
    Housekeeping(Runnable everySecond) {
        this.everySecond = everySecond;
    }

    void add(ContainerRun container) {
        lock.lock();
        try {
            containers.put(container, new Watched(System.nanoTime() + SHORT));
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
            containers.remove(container);
        } finally {
            lock.unlock();
        }
    }

    private void loop() {
        try {
            while (true) {
                List<Map.Entry<ContainerRun, Watched>> all = next();
                if (all.isEmpty()) {
                    return;
                }
                long now = System.nanoTime();
                for (Map.Entry<ContainerRun, Watched> entry : all) {
                    if (entry.getValue().due - now <= 0) {
                        check(entry.getKey(), entry.getValue(), now);
                    }
                }
                if (now - secondBegan > 1_000_000_000) {
                    secondBegan = now;
                    everySecond.run();
                }
                Thread.sleep(Duration.ofNanos(SHORT));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits for a container; empty when closed.
    private List<Map.Entry<ContainerRun, Watched>> next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (containers.isEmpty() && !closed) {
                more.await();
            }
            return closed ? List.of() : List.copyOf(containers.entrySet());
        } finally {
            lock.unlock();
        }
    }

    private void check(ContainerRun container, Watched watched, long now) {
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
        watched.due = now + watched.interval;
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
