package dev.podium.store;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.h2.mvstore.MVStore;
import org.jspecify.annotations.Nullable;

/// Puts changes on disk: one loop commits and syncs for everybody who is waiting, so that concurrent writers share a
/// sync.
final class Commits implements AutoCloseable {
    /// So often the loop looks whether half of the file is dead, and rewrites a part of it.
    private static final int COMMITS_PER_COMPACTION = 512;

    private static final int COMPACTION_FILL_PERCENT = 50;
    private static final int COMPACTION_BYTES = 1 << 20;

    private final MVStore file;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wanted = lock.newCondition();
    private final Condition done = lock.newCondition();
    private long requested;
    private long durable;
    private boolean stopping;
    private @Nullable Throwable failure;
    private @Nullable Thread loop;

    private Commits(MVStore file) {
        this.file = file;
    }

    /// Starts the loop.
    static Commits start(MVStore file) {
        Commits commits = new Commits(file);
        commits.loop = Thread.ofVirtual().name("podium-store").start(commits::run);
        return commits;
    }

    /// Returns when everything that the caller changed before is on disk; an interrupt is kept for later.
    ///
    /// @throws StoreException if that failed, now or earlier: the store takes no more changes then
    void await() {
        lock.lock();
        try {
            long ticket = ++requested;
            wanted.signal();
            while (durable < ticket && failure == null) {
                done.awaitUninterruptibly();
            }
            if (durable < ticket && failure != null) {
                throw new StoreException("the change could not be written: " + failure.getMessage(), failure);
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        int sinceCompaction = 0;
        try {
            for (long upTo = next(); upTo >= 0; upTo = next()) {
                file.commit();
                file.sync();
                finish(upTo, null);
                if (++sinceCompaction >= COMMITS_PER_COMPACTION) {
                    sinceCompaction = 0;
                    file.compact(COMPACTION_FILL_PERCENT, COMPACTION_BYTES);
                }
            }
            finish(-1, new IllegalStateException("the store is closed"));
        } catch (RuntimeException | Error e) {
            finish(-1, e);
        }
    }

    /// Waits for the next round of writers; -1 when closing and nobody is waiting.
    private long next() {
        lock.lock();
        try {
            while (requested == durable && !stopping) {
                wanted.awaitUninterruptibly();
            }
            return requested == durable ? -1 : requested;
        } finally {
            lock.unlock();
        }
    }

    private void finish(long upTo, @Nullable Throwable problem) {
        lock.lock();
        try {
            durable = Math.max(durable, upTo);
            failure = problem;
            done.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Serves those who are waiting and ends the loop.
    @Override
    public void close() {
        lock.lock();
        try {
            stopping = true;
            wanted.signal();
        } finally {
            lock.unlock();
        }
        Thread running = loop;
        boolean interrupted = false;
        while (running != null && running.isAlive()) {
            try {
                running.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
