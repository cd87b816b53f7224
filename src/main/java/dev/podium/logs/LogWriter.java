package dev.podium.logs;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The one thread that changes files: it takes batches of events and other tasks from a bounded queue.
///
/// Events of functions never wait for it: when the queue is full they are dropped and counted.
final class LogWriter implements AutoCloseable {
    private static final Logger LOG = System.getLogger("logs");
    private static final int MAX_TASKS = 4096;
    private static final long MAX_QUEUED_BYTES = 16L << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration STOP = Duration.ofSeconds(2);

    private final BlockingQueue<Task> queue = new ArrayBlockingQueue<>(MAX_TASKS);
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final Consumer<List<Batch>> sink;
    private final Runnable tick;
    private final Duration tickEvery;
    private volatile boolean stopping;
    private @Nullable Thread thread;
    private long droppedBefore;

    /// @param sink writes batches
    /// @param tick done now and then
    LogWriter(Consumer<List<Batch>> sink, Runnable tick, Duration tickEvery) {
        this.sink = sink;
        this.tick = tick;
        this.tickEvery = tickEvery;
    }

    /// What the queue holds.
    sealed interface Task permits Batch, Command {}

    /// Events of one stream.
    record Batch(LogTarget target, List<LogEvent> events, long bytes) implements Task {}

    /// Something that somebody waits for.
    record Command(Runnable action, CountDownLatch done) implements Task {}

    void start() {
        // Not a virtual thread: writing files would take the carrier from invocations.
        thread = Thread.ofPlatform().daemon().name("logs-writer").start(this::run);
    }

    /// Hands over events; never waits.
    void offer(LogTarget target, List<LogEvent> events) {
        long bytes = 64;
        for (LogEvent event : events) {
            bytes += 64 + event.message().length();
        }
        if (queuedBytes.addAndGet(bytes) > MAX_QUEUED_BYTES || !queue.offer(new Batch(target, events, bytes))) {
            queuedBytes.addAndGet(-bytes);
            dropped.addAndGet(events.size());
        }
    }

    /// Events that were dropped since the start.
    long dropped() {
        return dropped.get();
    }

    /// Has something done on the writer's thread, behind all that was handed over before, and waits for it.
    <T> T ask(Callable<T> question) throws InterruptedException {
        List<T> answer = new ArrayList<>(1);
        List<Exception> failure = new ArrayList<>(1);
        CountDownLatch done = new CountDownLatch(1);
        Runnable action = () -> {
            try {
                answer.add(question.call());
            } catch (Exception e) {
                failure.add(e);
            }
        };
        boolean taken = !stopping
                && queue.offer(new Command(action, done), PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                && done.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (!taken) {
            throw new LogsError.ServiceUnavailable("The log store is busy or stopping. Please try again.").thrown();
        }
        if (!failure.isEmpty()) {
            Exception e = failure.getFirst();
            throw e instanceof RuntimeException known ? known : new IllegalStateException(e.getMessage(), e);
        }
        return answer.getFirst();
    }

    private void run() {
        List<Task> tasks = new ArrayList<>();
        long nextTick = System.nanoTime();
        while (true) {
            try {
                if (System.nanoTime() - nextTick >= 0) {
                    nextTick = System.nanoTime() + tickEvery.toNanos();
                    tick.run();
                    reportDropped();
                }
                Task first = stopping
                        ? queue.poll()
                        : queue.poll(Math.max(1, nextTick - System.nanoTime()), TimeUnit.NANOSECONDS);
                if (first == null) {
                    if (stopping) {
                        return;
                    }
                    continue;
                }
                tasks.add(first);
                queue.drainTo(tasks);
                carryOut(tasks);
            } catch (InterruptedException e) {
                stopping = true;
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "logs could not be written", e);
            } finally {
                tasks.clear();
            }
        }
    }

    private void carryOut(List<Task> tasks) {
        List<Batch> batches = new ArrayList<>();
        for (Task task : tasks) {
            switch (task) {
                case Batch batch -> {
                    queuedBytes.addAndGet(-batch.bytes());
                    batches.add(batch);
                }
                case Command(Runnable action, CountDownLatch done) -> {
                    try {
                        write(batches);
                        action.run();
                    } finally {
                        done.countDown();
                    }
                }
            }
        }
        write(batches);
    }

    private void write(List<Batch> batches) {
        if (!batches.isEmpty()) {
            try {
                sink.accept(List.copyOf(batches));
            } finally {
                batches.clear();
            }
        }
    }

    private void reportDropped() {
        long now = dropped.get();
        if (now > droppedBefore) {
            LOG.log(Level.WARNING, "log events dropped because the queue was full count={0}", now - droppedBefore);
            droppedBefore = now;
        }
    }

    /// Writes what is queued, within two seconds.
    @Override
    public void close() {
        Thread running = thread;
        stopping = true;
        if (running != null) {
            try {
                // Not by an interrupt, which would close the file that is being written.
                boolean woken = queue.offer(
                        new Command(() -> {}, new CountDownLatch(1)), STOP.toMillis(), TimeUnit.MILLISECONDS);
                if (!woken || !running.join(STOP)) {
                    LOG.log(Level.WARNING, "the writer of logs did not end in time");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
