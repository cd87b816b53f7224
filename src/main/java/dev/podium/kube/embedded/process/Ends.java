package dev.podium.kube.embedded.process;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Waits for the ends of all processes with one thread, which is there while a process is.
final class Ends {
    private static final Logger LOG = System.getLogger(Ends.class.getName());

    private final PosixCalls posix;
    private final int poll;
    private final ReentrantLock lock = new ReentrantLock();
    /// By their descriptors; guarded by `lock`.
    private final Map<Integer, SpawnedProcess> running = new HashMap<>();

    private boolean waiting;

    private Ends(PosixCalls posix, int poll) {
        this.posix = posix;
        this.poll = poll;
    }

    /// Nothing when this process has no descriptor left for it.
    static @Nullable Ends create(PosixCalls posix) {
        int poll = posix.poll();
        return poll < 0 ? null : new Ends(posix, poll);
    }

    /// Waits for a process from now on.
    ///
    /// @return false when it can't be waited for
    boolean watch(SpawnedProcess process) {
        int descriptor = posix.openPid((int) process.pid());
        if (descriptor < 0) {
            return false;
        }
        lock.lock();
        try {
            running.put(descriptor, process);
            if (!posix.watch(poll, descriptor)) {
                running.remove(descriptor);
                posix.close(descriptor);
                return false;
            }
            if (!waiting) {
                waiting = true;
                Thread.ofPlatform().daemon().name("kubelet-ends").start(this::run);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (true) {
            try {
                if (!next()) {
                    return;
                }
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "the end of a process may have gone unseen", e);
                LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
            }
        }
    }

    /// Waits for an end; false when there is nothing to wait for any more.
    private boolean next() {
        int descriptor = posix.await(poll);
        if (descriptor < 0) {
            return true;
        }
        @Nullable SpawnedProcess ended;
        boolean more;
        lock.lock();
        try {
            ended = running.remove(descriptor);
            posix.unwatch(poll, descriptor);
            posix.close(descriptor);
            more = !running.isEmpty();
            waiting = more;
        } finally {
            lock.unlock();
        }
        if (ended != null) {
            ended.reap();
        }
        return more;
    }
}
