package dev.podium.lambda.sources;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The workers of an enabled mapping: one waits for records, the others are busy with batches. Another one
/// begins
/// when nobody waits, as long as the source and the function's reserved concurrency have room.
final class Workers {
    private static final Logger LOG = System.getLogger("lambda");
    /// Batches at a time that a queue begins with, and how many more each second: AWS's numbers.
    private static final int FIRST = 5;
    private static final long SECOND_NANOS = 1_000_000_000;
    private static final long SOON_NANOS = SECOND_NANOS / 10;
    private static final Duration REST = Duration.ofMillis(200);

    private final MappingLoop loop;
    private final EventSourceMapping mapping;
    private final Source source;
    private final Runs runs;
    private final BatchWork work;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private final Set<Thread> all = new HashSet<>();
    private final Set<Thread> waiting = new HashSet<>();
    /// How many batches a queue may have at a time by now.
    private int allowed = FIRST;
    private long grown = System.nanoTime();
    private boolean stopping;

    Workers(MappingLoop loop, EventSourceMapping mapping, Source source, Runs runs) {
        this.loop = loop;
        this.mapping = mapping;
        this.source = source;
        this.runs = runs;
        this.work = new BatchWork(loop, mapping, runs);
    }

    /// Works until [#stop], and waits for the batches under way.
    void run() throws InterruptedException {
        lock.lock();
        try {
            if (!stopping) {
                add();
            }
            while (!all.isEmpty()) {
                ended.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /// No more batches; those under way go on.
    void stop() {
        lock.lock();
        try {
            stopping = true;
            waiting.forEach(Thread::interrupt);
        } finally {
            lock.unlock();
        }
    }

    /// Ends everything.
    void abandon() {
        lock.lock();
        try {
            stopping = true;
            all.forEach(Thread::interrupt);
        } finally {
            lock.unlock();
        }
    }

    private void add() {
        Thread worker =
                Thread.ofVirtual().name("event-source-worker-" + mapping.uuid()).unstarted(this::work);
        all.add(worker);
        worker.start();
    }

    private void work() {
        try {
            int failures = 0;
            while (goOn()) {
                try {
                    Optional<String> obstacle = runs.obstacle(mapping);
                    if (obstacle.isPresent()) {
                        loop.problem(obstacle.get());
                        loop.pause(BatchWork.backoff(failures++));
                        continue;
                    }
                    long asked = System.nanoTime();
                    Batch batch = poll();
                    if (batch == null) {
                        failures = 0;
                        shrink();
                        rest(asked);
                        continue;
                    }
                    try (batch) {
                        relieve();
                        work.run(batch, source.ordered());
                        failures = 0;
                    }
                } catch (SourceException | RuntimeException e) {
                    loop.problem(String.valueOf(e.getMessage()));
                    if (!(e instanceof SourceException)) {
                        LOG.log(Level.ERROR, "a batch of event source mapping " + mapping.uuid() + " failed", e);
                    }
                    loop.pause(BatchWork.backoff(failures++ + 2));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.lock();
            try {
                all.remove(Thread.currentThread());
                ended.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /// A source that has nothing should have waited for it; one that answers at once must not be asked
    /// busily.
    private void rest(long asked) throws InterruptedException {
        if (System.nanoTime() - asked < SOON_NANOS && goOn()) {
            loop.pause(REST);
        }
    }

    /// @return false for a worker that isn't needed: somebody else waits already, or the mapping is stopped
    private boolean goOn() {
        lock.lock();
        try {
            return !stopping && waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Batch poll() throws SourceException, InterruptedException {
        Thread me = Thread.currentThread();
        lock.lock();
        try {
            if (stopping) {
                return null;
            }
            waiting.add(me);
        } finally {
            lock.unlock();
        }
        try {
            return source.next(MappingLoop.patience());
        } finally {
            lock.lock();
            try {
                waiting.remove(me);
                if (stopping && !loop.closing()) {
                    // The interrupt was for the wait alone: a batch that came all the same is worked through.
                    Thread.interrupted();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /// Has somebody else wait, now that this worker has a batch.
    private void relieve() {
        lock.lock();
        try {
            if (!stopping && waiting.isEmpty() && all.size() < limit()) {
                add();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Queues grow by steps while there is more than their workers can do.
    private int limit() {
        int room = source.parallelism();
        if (source.ordered()) {
            return room;
        }
        long now = System.nanoTime();
        if (all.size() >= allowed && now - grown > SECOND_NANOS) {
            allowed += FIRST;
            grown = now;
        }
        return Math.min(
                Math.min(room, allowed), Math.max(1, runs.reserved(mapping).orElse(Integer.MAX_VALUE)));
    }

    /// The source has nothing more.
    private void shrink() {
        lock.lock();
        try {
            allowed = FIRST;
        } finally {
            lock.unlock();
        }
    }
}
