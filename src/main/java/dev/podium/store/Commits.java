package dev.podium.store;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.h2.mvstore.MVStore;
import org.jspecify.annotations.Nullable;

/// Puts changes on disk: one loop opens the file, then commits and syncs for everybody who is waiting, so
/// that concurrent writers share a sync.
final class Commits implements AutoCloseable {
    /// When the file has grown by so much, sparse parts of it are rewritten so that their space can be used again.
    private static final long COMPACTION_STEP_BYTES = 4L << 20;

    private static final int COMPACTION_FILL_PERCENT = 60;
    private static final int CLOSE_COMPACTION_MILLIS = 50;

    private final FutureTask<MVStore> file;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wanted = lock.newCondition();
    private final Condition done = lock.newCondition();
    private long requested;
    private long durable;
    private boolean stopping;
    private @Nullable Throwable failure;
    private @Nullable Thread loop;

    private Commits(Callable<MVStore> opening) {
        this.file = new FutureTask<>(opening);
    }

    /// Starts the loop, which opens the file while the caller does something else.
    static Commits start(Callable<MVStore> opening) {
        Commits commits = new Commits(opening);
        commits.loop = Thread.ofVirtual().name("podium-store").start(commits::run);
        return commits;
    }

    /// Gives the file, waiting until it is open; an interrupt is kept for later.
    ///
    /// @throws StoreException if it could not be opened
    MVStore file() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return file.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw e.getCause() instanceof StoreException known
                            ? new StoreException(String.valueOf(known.getMessage()), known)
                            : new StoreException("the store cannot be opened: " + e.getCause(), e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
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
        file.run();
        try {
            MVStore opened = file();
            long compactAt = opened.getFileStore().size() + COMPACTION_STEP_BYTES;
            for (long upTo = next(); upTo >= 0; upTo = next()) {
                opened.commit();
                opened.sync();
                finish(upTo, null);
                if (opened.getFileStore().size() > compactAt) {
                    opened.compact(COMPACTION_FILL_PERCENT, (int) COMPACTION_STEP_BYTES);
                    compactAt = opened.getFileStore().size() + COMPACTION_STEP_BYTES;
                }
            }
            opened.close(CLOSE_COMPACTION_MILLIS);
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

    /// Serves those who are waiting, closes the file and ends the loop.
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
