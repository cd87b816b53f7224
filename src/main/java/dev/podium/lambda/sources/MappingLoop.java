package dev.podium.lambda.sources;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The loop of one mapping: it brings the mapping from each state to the one wanted, and while that is
/// Enabled keeps
/// its source open with the workers it needs. It has no thread while the mapping is disabled.
final class MappingLoop {
    private static final Logger LOG = System.getLogger("lambda");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final String key;
    private final EventSourceMappings mappings;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private volatile @Nullable Thread thread;
    private @Nullable Workers workers;
    private boolean changed;
    private long woken;
    private volatile boolean closing;
    private volatile String logged = "";
    private volatile String result;

    /// @param result how the last batch ended before the server was started
    MappingLoop(String key, EventSourceMappings mappings, String result) {
        this.key = key;
        this.mappings = mappings;
        this.result = result;
    }

    /// How the last batch ended, in AWS's words.
    String result() {
        return result;
    }

    /// Something kept the last batch from being processed.
    void problem(String what) {
        ended("PROBLEM: " + what);
        // A function that fails now and then would fill the log.
        if (!what.equals(logged)) {
            LOG.log(Level.WARNING, "event source mapping={0}: {1}", key, what);
            logged = what;
        }
    }

    /// The last batch was processed.
    void fine() {
        ended("OK");
    }

    private void ended(String now) {
        if (!now.equals(result)) {
            result = now;
            mappings.note(key, now);
        }
    }

    boolean closing() {
        return closing;
    }

    /// The mapping's record has changed, or something it waited for: look at once.
    void signal() {
        lock.lock();
        try {
            changed = true;
            Workers busy = workers;
            if (busy != null) {
                busy.stop();
            }
            if (thread == null && !closing) {
                thread = Thread.ofVirtual().name("event-source-" + key).start(this::loop);
            }
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Something that kept the mapping from working may be over.
    void wake() {
        lock.lock();
        try {
            woken++;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void loop() {
        int failures = 0;
        while (true) {
            try {
                if (!changed()) {
                    return;
                }
                EventSourceMapping mapping = mappings.settle(key);
                if (mapping != null && mapping.enabled()) {
                    work(mapping);
                    failures = 0;
                }
            } catch (InterruptedException e) {
                return;
            } catch (SourceException | RuntimeException e) {
                // A loop that ended here would stop the mapping for good, and nobody would know why.
                if (closing) {
                    return;
                }
                problem(String.valueOf(e.getMessage()));
                if (!(e instanceof SourceException)) {
                    LOG.log(Level.ERROR, "event source mapping " + key + " failed, it goes on in a while", e);
                }
                again(BatchWork.backoff(++failures + 3));
            }
        }
    }

    /// @return false when there is nothing to do; the thread is given up then
    private boolean changed() {
        lock.lock();
        try {
            if (closing || !changed) {
                thread = null;
                return false;
            }
            changed = false;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void again(Duration pause) {
        try {
            await(pause, () -> changed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        lock.lock();
        try {
            changed = true;
        } finally {
            lock.unlock();
        }
    }

    private void work(EventSourceMapping mapping) throws SourceException, InterruptedException {
        try (Source source = mappings.kind(mapping).open(mapping)) {
            Workers now = new Workers(this, mapping, source, mappings.runs());
            lock.lock();
            try {
                if (changed || closing) {
                    return;
                }
                workers = now;
            } finally {
                lock.unlock();
            }
            try {
                now.run();
            } finally {
                lock.lock();
                try {
                    workers = null;
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    /// Waits, unless the mapping is stopped or something is said to be over.
    ///
    /// @return whether to go on
    boolean pause(Duration time) throws InterruptedException {
        await(time, () -> changed);
        return !stopping();
    }

    boolean stopping() {
        lock.lock();
        try {
            return changed || closing;
        } finally {
            lock.unlock();
        }
    }

    private void await(Duration time, BooleanSupplier over) throws InterruptedException {
        lock.lock();
        try {
            long left = time.toNanos();
            long turn = woken;
            while (left > 0 && turn == woken && !over.getAsBoolean() && !closing) {
                left = moved.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /// How long a worker waits for records before it looks around.
    static Duration patience() {
        return PATIENCE;
    }

    /// Ends it, batches under way included: they come again after the next start.
    void stop() {
        lock.lock();
        try {
            closing = true;
            if (workers != null) {
                workers.abandon();
            }
            if (thread != null) {
                thread.interrupt();
            }
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits a moment until it has ended.
    void close() throws InterruptedException {
        Thread running = thread;
        if (running != null) {
            running.join(Duration.ofSeconds(5));
        }
    }
}
