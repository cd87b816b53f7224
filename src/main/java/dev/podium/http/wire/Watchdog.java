package dev.podium.http.wire;

import java.net.SocketTimeoutException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Ends what takes too long, by looking around twice a second: a timer for each read costs more
/// than the read. So limits are exact to half a second. Its thread runs only while there is
/// something to watch.
public final class Watchdog implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Watchdog.class.getName());
    private static final long TICK_NANOS = 500_000_000;

    private final String name;
    private final Set<Alarm> alarms = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Thread thread;
    private boolean closed;

    /// Makes one that sleeps until it has something to watch.
    public Watchdog(String name) {
        this.name = name;
    }

    /// Watches something from now on.
    ///
    /// @param expire what to do when the alarm's time is over; must not block
    Alarm watch(Runnable expire) {
        Alarm alarm = new Alarm(this, expire);
        alarms.add(alarm);
        if (thread == null) {
            start();
        }
        return alarm;
    }

    private void start() {
        lock.lock();
        try {
            if (thread == null && !closed) {
                thread = Thread.ofVirtual().name("podium-" + name + "-watchdog").start(this::run);
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (!isOver()) {
            LockSupport.parkNanos(this, TICK_NANOS);
            long now = System.nanoTime();
            for (Alarm alarm : alarms) {
                alarm.look(now);
            }
        }
    }

    private boolean isOver() {
        lock.lock();
        try {
            Thread own = thread;
            thread = null; // before looking: whoever adds an alarm looks the other way round
            if (!closed && !alarms.isEmpty()) {
                thread = own;
            }
            return thread == null;
        } finally {
            lock.unlock();
        }
    }

    /// Stops; nothing expires any more.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            alarms.clear();
            LockSupport.unpark(thread);
        } finally {
            lock.unlock();
        }
    }

    /// The time limit of one direction of a connection; set before something that may wait,
    /// cleared after.
    static final class Alarm implements AutoCloseable {
        private final Watchdog watchdog;
        private final Runnable expire;
        private volatile long at;
        private volatile @Nullable Runnable whileWaiting;
        private long seen; // by the watchdog's thread alone
        private volatile boolean expired;

        private Alarm(Watchdog watchdog, Runnable expire) {
            this.watchdog = watchdog;
            this.expire = expire;
        }

        /// Sets the limit from now.
        ///
        /// @param nanos 0 for none
        void set(long nanos) {
            at = nanos == 0 ? 0 : Math.max(1, System.nanoTime() + nanos);
        }

        boolean isSet() {
            return at != 0;
        }

        /// There is nothing to wait for any more.
        void clear() {
            at = 0;
        }

        /// Has something done again and again while what may wait does wait. It must not block.
        void whileWaiting(@Nullable Runnable task) {
            whileWaiting = task;
        }

        /// Fails if the time has been over.
        void check() throws SocketTimeoutException {
            if (expired) {
                throw new SocketTimeoutException("the peer was silent for too long");
            }
        }

        private void look(long now) {
            long limit = at;
            Runnable task = limit == seen ? whileWaiting : null;
            seen = limit;
            if (limit != 0 && now - limit >= 0) {
                at = 0;
                expired = true;
                task = expire;
            }
            if (limit != 0 && task != null) {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    LOG.log(System.Logger.Level.WARNING, "an alarm failed", e);
                }
            }
        }

        /// Ends the watch.
        @Override
        public void close() {
            watchdog.alarms.remove(this);
        }
    }
}
