package dev.podium.lambda.invoke;

import dev.podium.lambda.LambdaFunction;
import dev.podium.lambda.invoke.FunctionLogs.Destination;
import dev.podium.lambda.invoke.FunctionLogs.Line;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Writes the logs of all environments, on one thread.
///
/// Invokers put a note into a bounded queue and go on: nobody is woken, since the thread looks again after some
/// milliseconds while anything is going on. When the queue is full notes are dropped and counted.
public final class InvocationLogs implements AutoCloseable {
    private static final Logger LOG = System.getLogger("lambda");
    private static final int MAX_NOTES = 1 << 14;
    private static final Duration PASS = Duration.ofMillis(10);
    /// Between two looks at environments in which nothing was noted.
    private static final Duration LOOK = Duration.ofMillis(100);

    private static final Duration STOP = Duration.ofSeconds(2);

    private final PodLogs pods;
    private final FunctionLogs sink;
    private final BlockingQueue<Note> notes = new ArrayBlockingQueue<>(MAX_NOTES);
    private final AtomicLong dropped = new AtomicLong();
    private volatile boolean asleep;
    private volatile boolean hurried;
    private volatile boolean stopping;
    private @Nullable Thread thread;
    private long droppedBefore;

    /// Something that happened to an environment.
    private record Note(EnvironmentLog log, Runnable action) {}

    /// Connects pods' logs with where they go; nothing happens before [#start].
    public InvocationLogs(PodLogs pods, FunctionLogs sink) {
        this.pods = pods;
        this.sink = sink;
    }

    /// Starts the thread.
    public void start() {
        // Not a virtual thread: what it does must not keep invocations from the few carriers.
        thread = Thread.ofPlatform().daemon().name("lambda-logs").start(this::run);
    }

    /// The log of a new environment.
    EnvironmentLog open(Environment environment, LambdaFunction function, String stream) {
        return new EnvironmentLog(this, function, environment.provisioned, stream, environment::session);
    }

    /// Notes dropped since the start, because they came too fast.
    public long dropped() {
        return dropped.get();
    }

    /// Hands something over to the thread; never waits.
    ///
    /// @return false when it was dropped
    boolean note(EnvironmentLog log, Runnable action) {
        if (stopping || !notes.offer(new Note(log, action))) {
            dropped.incrementAndGet();
            return false;
        }
        if (asleep) {
            LockSupport.unpark(thread);
        }
        return true;
    }

    /// Has the thread look now: somebody waits for a log.
    void hurry() {
        hurried = true;
        LockSupport.unpark(thread);
    }

    @Nullable
    LogFeed open(String podName, Instant since) {
        try {
            return pods.open(podName, since).orElse(null);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the log of a pod can't be opened yet name={0}: {1}", podName, e.getMessage());
            return null;
        }
    }

    void write(Destination destination, List<Line> lines) {
        sink.write(destination, lines);
    }

    private void run() {
        Set<EnvironmentLog> active = new LinkedHashSet<>();
        List<Note> taken = new ArrayList<>();
        long looked = System.nanoTime();
        while (true) {
            boolean last = stopping;
            hurried = false;
            try {
                notes.drainTo(taken);
                Set<EnvironmentLog> touched = new LinkedHashSet<>();
                for (Note note : taken) {
                    note.action().run();
                    touched.add(note.log());
                }
                long now = System.nanoTime();
                boolean all = last || now - looked >= LOOK.toNanos();
                looked = all ? now : looked;
                active.addAll(touched);
                advance(active, log -> all || touched.contains(log) || log.pending(), now);
                reportDropped();
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "the logs of functions could not be written", e);
            } finally {
                taken.clear();
            }
            if (last) {
                return;
            }
            rest(active.isEmpty());
        }
    }

    private static void advance(Set<EnvironmentLog> active, Predicate<EnvironmentLog> due, long now) {
        for (Iterator<EnvironmentLog> i = active.iterator(); i.hasNext(); ) {
            EnvironmentLog log = i.next();
            if (!due.test(log)) {
                continue;
            }
            boolean more = false;
            try {
                more = log.advance(now);
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "the log of an environment could not be written", e);
            }
            if (!more) {
                i.remove();
            }
        }
    }

    private void rest(boolean idle) {
        if (hurried || stopping) {
            return;
        }
        if (!idle) {
            LockSupport.parkNanos(this, PASS.toNanos());
            return;
        }
        asleep = true;
        if (notes.isEmpty() && !hurried && !stopping) {
            LockSupport.park(this);
        }
        asleep = false;
    }

    private void reportDropped() {
        long now = dropped.get();
        if (now > droppedBefore && !stopping) {
            LOG.log(
                    Level.WARNING,
                    "notes for the logs dropped because they came too fast count={0}",
                    now - droppedBefore);
            droppedBefore = now;
        }
    }

    /// Writes what there is, within two seconds.
    @Override
    public void close() {
        stopping = true;
        Thread running = thread;
        if (running != null) {
            LockSupport.unpark(running);
            try {
                if (!running.join(STOP)) {
                    LOG.log(Level.WARNING, "the writer of functions' logs did not end in time");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
