package dev.podium.schedules;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What comes when: an index of names by their times, and one thread for all that waits for the first of
/// them.
///
/// The thread begins with the first entry. It looks at the clock once a second at least, since clocks are
/// set.
public final class Timetable implements AutoCloseable {
    private static final Logger LOG = System.getLogger("schedules");
    private static final long LONGEST_WAIT_MILLIS = 1000;
    private static final int TOGETHER = 64;
    private static final long PUT_BACK_MILLIS = 86_400_000;

    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final TreeSet<Entry> order = new TreeSet<>();
    private final Map<String, Entry> entries = new HashMap<>();
    private final List<Runnable> putBack = new CopyOnWriteArrayList<>();
    private long lastMillis;
    private boolean closed;
    private @Nullable Thread thread;

    /// Takes names whose time has come, on a thread of its own.
    @FunctionalInterface
    interface Due {
        void come(List<String> names);
    }

    private record Entry(long at, String name, Due due) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : name.compareTo(other.name);
        }
    }

    /// Starts nothing yet.
    public Timetable(Clock clock) {
        this.clock = clock;
    }

    Clock clock() {
        return clock;
    }

    /// Has somebody called, on a thread of its own, after the clock was put back by more than a day: times
    /// far off may be wrong then.
    void onClockPutBack(Runnable listener) {
        putBack.add(listener);
    }

    /// Says when a name's time comes, instead of what was said of it before.
    ///
    /// @param at in epoch milliseconds
    void set(String name, long at, Due due) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            Entry entry = new Entry(at, name, due);
            drop(entries.put(name, entry));
            order.add(entry);
            if (thread == null) {
                thread = Thread.ofPlatform().daemon().name("schedules").start(this::run);
            } else if (order.first().equals(entry)) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Forgets a name.
    void remove(String name) {
        lock.lock();
        try {
            drop(entries.remove(name));
        } finally {
            lock.unlock();
        }
    }

    private void drop(@Nullable Entry entry) {
        if (entry != null) {
            order.remove(entry);
        }
    }

    /// Forgets everything.
    public void clear() {
        lock.lock();
        try {
            order.clear();
            entries.clear();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (true) {
            try {
                await().forEach(Timetable::hand);
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException | Error e) {
                LOG.log(Level.ERROR, "the timer failed, it goes on", e);
            }
        }
    }

    /// In small groups, so that the first needn't wait for the last, but those of a group share a write to
    /// the disk.
    private static void hand(Due due, List<String> names) {
        for (int from = 0; from < names.size(); from += TOGETHER) {
            List<String> some = names.subList(from, Math.min(names.size(), from + TOGETHER));
            Thread.ofVirtual().name("schedules-due").start(() -> due.come(some));
        }
    }

    private Map<Due, List<String>> await() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                if (closed) {
                    throw new InterruptedException();
                }
                long now = clock.millis();
                if (now < lastMillis - PUT_BACK_MILLIS) {
                    putBack.forEach(listener ->
                            Thread.ofVirtual().name("schedules-clock").start(listener));
                }
                lastMillis = now;
                Map<Due, List<String>> due = new LinkedHashMap<>();
                while (!order.isEmpty() && order.first().at <= now) {
                    Entry first = order.removeFirst();
                    entries.remove(first.name);
                    due.computeIfAbsent(first.due, key -> new ArrayList<>()).add(first.name);
                }
                if (!due.isEmpty()) {
                    return due;
                }
                if (order.isEmpty()) {
                    changed.await();
                } else {
                    long wait = Math.min(order.first().at - now, LONGEST_WAIT_MILLIS);
                    changed.awaitNanos(TimeUnit.MILLISECONDS.toNanos(wait));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }
}
