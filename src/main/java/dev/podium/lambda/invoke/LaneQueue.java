package dev.podium.lambda.invoke;

import dev.podium.store.Table;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A durable queue in lanes: an item is on disk before it is accepted, and leaves when its work is done.
///
/// Each lane (a function, a target) is served in turn, and none may take more places than it leaves free: so
/// that one that is slow, or has a million items, doesn't hold up the others. A lane whose work is refused
/// pauses, 1 s at first and up to 5 min; the first item of one that has to wait is looked at each second, so that
/// an item whose time is over doesn't wait for a place. In memory are the first keys of each lane that has any; the
/// rest, and
/// all items, are on disk.
final class LaneQueue<T> implements AutoCloseable {
    private static final Logger LOG = System.getLogger("lambda");
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
    private static final long LOOK_NANOS = 1_000_000_000;

    private final String name;
    private final Table<T> table;
    private final Work<T> work;
    private final Predicate<T> late;
    private final AtomicLong sequence = new AtomicLong(System.currentTimeMillis() << 20);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, Lane> lanes = new HashMap<>();
    /// Lanes that may have something to run.
    private final Deque<Lane> turn = new ArrayDeque<>();
    /// Lanes that have all the places that they may take now.
    private final Deque<Lane> full = new ArrayDeque<>();

    private final PriorityQueue<Lane> paused = new PriorityQueue<>(Comparator.comparingLong(Lane::pausedUntil));
    private int free;
    private long lookedNanos = System.nanoTime();
    private final Set<Thread> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;
    private @Nullable Thread dispatcher;

    /// How the work on an item went.
    enum Verdict {
        /// It is done: the item goes.
        DONE,
        /// It was given up: the item goes, which says nothing about the next one.
        DROPPED,
        /// It can't be done now: the item stays, and its lane pauses.
        REFUSED,
        /// It was only looked at, and stays.
        KEPT
    }

    /// What is done with each item, on a thread of its own.
    @FunctionalInterface
    interface Work<T> {
        /// Works on one item.
        ///
        /// @throws InterruptedException when the queue is closed: the item stays
        Verdict run(String key, T item) throws InterruptedException;
    }

    /// Nothing runs before [#start].
    ///
    /// @param name of its threads
    /// @param places items worked on at a time: each holds a thread and its payload
    /// @param late whether an item's time is over: it is worked on then, even if its lane has to wait
    LaneQueue(String name, Table<T> table, int places, Work<T> work, Predicate<T> late) {
        this.name = name;
        this.table = table;
        this.free = places;
        this.work = work;
        this.late = late;
    }

    /// Finds the lanes that an earlier run left, and runs what there is and what comes.
    void start() {
        dispatcher = Thread.ofVirtual().name(name).start(this::dispatch);
    }

    /// A new item's own part of its key; later ones are larger.
    String nextId() {
        return String.format(Locale.ROOT, "%016x", sequence.incrementAndGet());
    }

    /// Accepts an item: when this returns it is on disk.
    ///
    /// @param lane such as `account/region/function`
    /// @param id from [#nextId]
    void add(String lane, String id, T item) {
        String key = lane + "/" + id;
        table.put(key, item);
        lock.lock();
        try {
            Lane to = lane(lane);
            to.add(key);
            list(to);
        } finally {
            lock.unlock();
        }
    }

    /// Items that wait or run.
    long size() {
        return table.size();
    }

    private Lane lane(String laneName) {
        return lanes.computeIfAbsent(laneName, Lane::new);
    }

    private void list(Lane lane) {
        if (lane.place == Lane.Place.NOWHERE) {
            lane.place = Lane.Place.TURN;
            turn.add(lane);
            changed.signal();
        }
    }

    /// One key of each lane is enough to know it: what follows is skipped.
    private void discover() {
        List<String> key = table.keys("", null, 1);
        while (!key.isEmpty() && !closed) {
            String laneName = key.getFirst().substring(0, key.getFirst().lastIndexOf('/'));
            lock.lock();
            try {
                Lane lane = lane(laneName);
                lane.discover();
                list(lane);
            } finally {
                lock.unlock();
            }
            key = table.keys("", laneName + "/\uffff", 1);
        }
    }

    private void dispatch() {
        boolean discovered = false;
        while (!closed) {
            try {
                if (!discovered) {
                    discover();
                    discovered = true;
                }
                Lane lane = next();
                if (lane.mustFill()) {
                    fill(lane);
                } else {
                    begin(lane);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "stored events can't be read, tried again in a minute queue=" + name, e);
                if (!slept()) {
                    return;
                }
                discovered = false;
            }
        }
    }

    private static boolean slept() {
        try {
            Thread.sleep(60_000);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Waits for a lane that may run something. It is in no list then.
    private Lane next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                long now = System.nanoTime();
                resume(now);
                look(now);
                for (Lane lane = free == 0 ? null : turn.poll(); lane != null; lane = turn.poll()) {
                    switch (lane.next(free, now)) {
                        case READY, LOOK -> {
                            lane.place = Lane.Place.NOWHERE;
                            return lane;
                        }
                        case FULL -> {
                            lane.place = Lane.Place.FULL;
                            full.add(lane);
                        }
                        case PAUSED -> {
                            lane.place = Lane.Place.PAUSED;
                            paused.add(lane);
                        }
                        case EMPTY -> {
                            lane.place = Lane.Place.NOWHERE;
                            forgetIdle(lane);
                        }
                    }
                }
                Lane first = paused.peek();
                long untilLook = lookedNanos + LOOK_NANOS - now;
                if (first != null) {
                    changed.awaitNanos(Math.max(1, Math.min(first.pausedUntil() - now, untilLook)));
                } else if (full.isEmpty()) {
                    changed.await();
                } else {
                    changed.awaitNanos(Math.max(1, untilLook));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void resume(long now) {
        for (Lane lane = paused.peek(); lane != null && lane.pausedUntil() - now <= 0; lane = paused.peek()) {
            paused.remove();
            lane.place = Lane.Place.TURN;
            turn.add(lane);
        }
    }

    /// Has the first items of all lanes that wait looked at, once a second.
    private void look(long now) {
        if (now - lookedNanos < LOOK_NANOS) {
            return;
        }
        lookedNanos = now;
        turnTo(paused);
        turnTo(full);
        turn.forEach(Lane::look);
    }

    private void turnTo(Collection<Lane> waiting) {
        for (Lane lane : waiting) {
            lane.place = Lane.Place.TURN;
            turn.add(lane);
        }
        waiting.clear();
    }

    /// Reads the next keys of a lane from the disk, outside the lock; what was added meanwhile is behind them.
    private void fill(Lane lane) {
        String after;
        int since;
        lock.lock();
        try {
            after = lane.cursor();
            since = lane.additions();
        } finally {
            lock.unlock();
        }
        List<String> page = table.keys(lane.name + "/", after, Lane.PAGE);
        lock.lock();
        try {
            if (after.equals(lane.cursor())) {
                lane.fill(page, page.size() < Lane.PAGE, since);
            }
            list(lane);
        } finally {
            lock.unlock();
        }
    }

    private void begin(Lane lane) {
        String key;
        boolean look;
        lock.lock();
        try {
            look = lane.takeLook(free, System.nanoTime());
            key = lane.take();
            free--;
            list(lane);
        } finally {
            lock.unlock();
        }
        Thread.ofVirtual().name(name + "-" + key).start(() -> {
            running.add(Thread.currentThread());
            try {
                run(lane, key, look);
            } finally {
                running.remove(Thread.currentThread());
            }
        });
    }

    private void run(Lane lane, String key, boolean look) {
        Verdict verdict = Verdict.REFUSED;
        try {
            T item = table.get(key).orElse(null);
            verdict = item == null ? Verdict.DROPPED : look && !late.test(item) ? Verdict.KEPT : work.run(key, item);
            if (item != null && (verdict == Verdict.DONE || verdict == Verdict.DROPPED)) {
                table.remove(key);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            verdict = Verdict.REFUSED;
            LOG.log(Level.ERROR, "event failed unexpectedly, it is kept and tried again key=" + key, e);
        } finally {
            finish(lane, key, verdict, look);
        }
    }

    private void finish(Lane lane, String key, Verdict verdict, boolean look) {
        lock.lock();
        try {
            free++;
            // The order in the list depends on what changes now.
            if (lane.place == Lane.Place.PAUSED) {
                paused.remove(lane);
                lane.place = Lane.Place.NOWHERE;
            }
            switch (verdict) {
                case DONE -> lane.done(key);
                case DROPPED -> lane.dropped(key);
                case REFUSED -> lane.refused(key, System.nanoTime());
                case KEPT -> lane.kept(key);
            }
            if (look && verdict == Verdict.DROPPED) {
                // The next one may be late as well.
                lane.look();
            }
            // A place more may let each of them go on; there are at most as many as places.
            turnTo(full);
            list(lane);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void forgetIdle(Lane lane) {
        if (lane.idle()) {
            lanes.remove(lane.name, lane);
        }
    }

    /// Stops at once: items under way stay in the queue, those that are done leave it.
    @Override
    public void close() {
        closed = true;
        Thread current = dispatcher;
        if (current != null) {
            current.interrupt();
        }
        running.forEach(Thread::interrupt);
        try {
            // What is done is to leave the queue before the store closes.
            for (Thread thread : running) {
                thread.join(CLOSE_LIMIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Tells whether the server is stopping: what ends now may have been cut off.
    boolean isClosed() {
        return closed;
    }
}
