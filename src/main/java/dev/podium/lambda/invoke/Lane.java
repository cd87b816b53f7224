package dev.podium.lambda.invoke;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The queue of one function, or of one target: what waits, what runs, and whether it has to pause. The first keys
/// are in memory, the rest only on disk. Guarded by the lock of its [LaneQueue].
final class Lane {
    /// Keys in memory.
    static final int PAGE = 256;
    /// A burst starts few environments at first: each costs more than many events do.
    private static final int FIRST_LIMIT = 8;
    private static final long GROWTH = 1_000_000_000;
    /// Environments that run so many events a second each do better without more of them beside.
    private static final int QUICK = 50;

    final String name;
    /// Waiting keys, those to be run next first.
    private final Deque<String> keys = new ArrayDeque<>();
    /// Waiting and running keys: each is queued once.
    private final Set<String> known = new HashSet<>();
    private int running;
    /// Whether there may be keys on disk behind the cursor that aren't known.
    private boolean more;

    private String cursor = "";
    /// How many may run at a time.
    private int limit = FIRST_LIMIT;
    /// Whether the limit doubles each second while it is reached and events take long: until the first refusal.
    private boolean growing = true;

    private long grownAt;
    private int doneSince;
    private int succeeded;
    private int refusals;
    private long pausedUntil;
    private boolean paused;
    /// Whether the first key is to be looked at though it may not run: its time may be over.
    private boolean look;
    private int added;

    /// In which of the queue's lists it stands.
    Place place = Place.NOWHERE;

    /// The lists of the queue.
    enum Place {
        NOWHERE,
        TURN,
        FULL,
        PAUSED
    }

    Lane(String name) {
        this(name, System.nanoTime());
    }

    /// One of another time.
    Lane(String name, long nowNanos) {
        this.name = name;
        this.grownAt = nowNanos;
    }

    /// Takes a key that is on disk.
    void add(String key) {
        if (!more && keys.size() < PAGE) {
            if (known.add(key)) {
                keys.add(key);
            }
            return;
        }
        more = true;
        added++;
        // The disk is read from behind the cursor: nothing unknown may lie before it.
        if (key.compareTo(cursor) <= 0) {
            cursor = name + "/";
        }
    }

    /// There are keys on disk that nobody has added.
    void discover() {
        more = true;
        cursor = name + "/";
    }

    /// Takes a page that was read behind the cursor.
    ///
    /// @param whole whether it reached the end
    /// @param since what [#additions] was before it was read: a key that came since may be missing in it
    void fill(List<String> page, boolean whole, int since) {
        for (String key : page) {
            if (known.add(key)) {
                keys.add(key);
            }
        }
        if (!page.isEmpty()) {
            cursor = page.getLast();
        }
        more = !whole || since != added;
    }

    boolean mustFill() {
        return keys.isEmpty() && more;
    }

    int additions() {
        return added;
    }

    String cursor() {
        return cursor;
    }

    /// Tells whether there is something to run that may be run now.
    ///
    /// @param free places that nobody has: no lane takes more than are left for the others
    Next next(int free, long now) {
        if (keys.isEmpty() && !more) {
            return Next.EMPTY;
        }
        Next next = blocked(free, now);
        return look && next != Next.READY ? Next.LOOK : next;
    }

    private Next blocked(int free, long now) {
        if (paused && now - pausedUntil < 0) {
            return Next.PAUSED;
        }
        paused = false;
        if (running >= limit && growing && !grow(now)) {
            pausedUntil = grownAt + GROWTH;
            return Next.PAUSED;
        }
        return running < limit && running < free ? Next.READY : Next.FULL;
    }

    private boolean grow(long now) {
        long passed = now - grownAt;
        if (passed < GROWTH) {
            return false;
        }
        boolean quick = doneSince >= limit * (double) QUICK * passed / GROWTH;
        doneSince = 0;
        if (quick) {
            grownAt = now;
            return false;
        }
        limit = 2 * limit;
        growing = limit < Integer.MAX_VALUE / 4;
        grownAt = now;
        return true;
    }

    /// What a lane can do.
    enum Next {
        READY,
        /// What may not run is to be looked at.
        LOOK,
        /// All its places are taken.
        FULL,
        PAUSED,
        EMPTY
    }

    String take() {
        running++;
        return keys.remove();
    }

    /// Has the first key looked at, should it have to wait.
    void look() {
        look = true;
    }

    /// Tells, once, whether what is taken next is only to be looked at.
    boolean takeLook(int free, long now) {
        boolean only = look && blocked(free, now) != Next.READY;
        look = false;
        return only;
    }

    /// An event was looked at, and has time to wait.
    void kept(String key) {
        running--;
        keys.addFirst(key);
    }

    /// An event was run: where there is room for one there may be room for more.
    void done(String key) {
        dropped(key);
        doneSince++;
        paused = false;
        refusals = 0;
        if (!growing && ++succeeded >= limit) {
            limit++;
            succeeded = 0;
        }
    }

    /// An event went without having been run.
    void dropped(String key) {
        running--;
        known.remove(key);
    }

    /// An event was refused: the others that run show how many may.
    void refused(String key, long now) {
        running--;
        keys.addFirst(key);
        limit = Math.max(1, running);
        growing = false;
        succeeded = 0;
        refusals++;
        paused = true;
        pausedUntil = now + RetryDelays.afterRefusal(refusals).toNanos();
    }

    long pausedUntil() {
        return pausedUntil;
    }

    boolean idle() {
        return running == 0 && keys.isEmpty() && !more;
    }
}
