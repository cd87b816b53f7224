package dev.podium.lambda.invoke;

import dev.podium.store.Table;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Events that wait for their next attempt, on disk in the order of their time: one timer waits for the first
/// of them.
final class WaitingEvents implements AutoCloseable {
    private static final Logger LOG = System.getLogger("lambda");
    private static final int PAGE = 64;
    /// The clock may be set: so that is looked at more often than the first event needs.
    private static final long LONGEST_WAIT_MILLIS = 1000;

    private final Table<AsyncEvent> table;
    private final Clock clock;
    /// Takes the rest of a key and an event whose time has come; when it returns the event is on disk elsewhere.
    private final BiConsumer<String, AsyncEvent> due;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition added = lock.newCondition();
    private boolean news;
    private volatile boolean closed;
    private @Nullable Thread timer;

    WaitingEvents(Table<AsyncEvent> table, Clock clock, BiConsumer<String, AsyncEvent> due) {
        this.table = table;
        this.clock = clock;
        this.due = due;
    }

    void start() {
        timer = Thread.ofVirtual().name("lambda-async-timer").start(this::watch);
    }

    /// Keeps an event until its time comes: when this returns it is on disk.
    void add(String key, AsyncEvent event, Instant until) {
        table.put(String.format(Locale.ROOT, "%013x/%s", until.toEpochMilli(), key), event);
        lock.lock();
        try {
            news = true;
            added.signal();
        } finally {
            lock.unlock();
        }
    }

    long size() {
        return table.size();
    }

    private void watch() {
        while (!closed) {
            try {
                await(serve());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "waiting events can't be read, tried again", e);
                if (!closed) {
                    pause();
                }
            }
        }
    }

    private void pause() {
        try {
            await(LONGEST_WAIT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    /// Hands over what is due.
    ///
    /// @return milliseconds until the next one, or -1 when there is none
    private long serve() throws InterruptedException {
        while (true) {
            List<String> keys = table.keys("", null, PAGE);
            if (keys.isEmpty()) {
                return -1;
            }
            long now = clock.millis();
            List<String> ready = keys.stream().filter(key -> millis(key) <= now).toList();
            if (ready.isEmpty()) {
                return Math.min(millis(keys.getFirst()) - now, LONGEST_WAIT_MILLIS);
            }
            // Together, so that they share their waits for the disk.
            List<Thread> movers = new ArrayList<>();
            for (String key : ready) {
                movers.add(Thread.ofVirtual().name("lambda-async-due").start(() -> move(key)));
            }
            for (Thread mover : movers) {
                mover.join();
            }
        }
    }

    private void move(String key) {
        try {
            table.get(key).ifPresent(event -> due.accept(key.substring(key.indexOf('/') + 1), event));
            table.remove(key);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "waiting event can't be moved, tried again key=" + key, e);
            pause();
        }
    }

    private static long millis(String key) {
        return Long.parseLong(key, 0, key.indexOf('/'), 16);
    }

    @SuppressWarnings("WaitNotInLoop") // the caller's loop looks again at everything
    private void await(long millis) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (!news && millis < 0) {
                added.await();
            } else if (!news) {
                added.awaitNanos(TimeUnit.MILLISECONDS.toNanos(millis));
            }
            news = false;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        closed = true;
        Thread current = timer;
        if (current != null) {
            current.interrupt();
        }
    }
}
