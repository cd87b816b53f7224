package dev.podium.http;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Ends requests of which nothing comes for too long: of its head altogether, or at a time of its body, which
/// may take as long as it likes while it flows. The JDK's server has a limit for whole requests only.
final class Patience implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Patience.class.getName());
    private static final long LONGEST_TICK_NANOS = 1_000_000_000;

    private final long limitNanos;
    private final Map<Thread, Reading> requests = new ConcurrentHashMap<>();
    private final Thread watch;

    private Patience(Duration limit, String name) {
        this.limitNanos = limit.toNanos();
        this.watch = Thread.ofVirtual().name(name + "-http-patience").unstarted(this::run);
    }

    /// Watches from now on.
    ///
    /// @param name of the listener
    static Patience start(Duration limit, String name) {
        Patience patience = new Patience(limit, name);
        patience.watch.start();
        return patience;
    }

    private void run() {
        Duration tick = Duration.ofNanos(Math.min(limitNanos / 4, LONGEST_TICK_NANOS));
        try {
            while (true) {
                Thread.sleep(tick);
                long now = System.nanoTime();
                requests.values().forEach(reading -> reading.look(now, limitNanos));
            }
        } catch (InterruptedException e) {
            LOG.log(Level.TRACE, "closed");
        }
    }

    /// Carries out an exchange, which begins with the request's head.
    void exchange(Runnable exchange) {
        Thread own = Thread.currentThread();
        Reading reading = new Reading();
        requests.put(own, reading);
        try {
            reading.begin();
            exchange.run();
        } finally {
            requests.remove(own);
        }
    }

    /// Of the exchange that this thread carries out.
    Reading reading() {
        return Objects.requireNonNull(requests.get(Thread.currentThread()), "not in an exchange");
    }

    @Override
    public void close() {
        watch.interrupt();
    }

    /// What is waited for from one client. Reads are one after the other, by any thread.
    static final class Reading {
        private final ReentrantLock lock = new ReentrantLock();
        private @Nullable Thread thread;
        private long sinceNanos;
        private boolean cut;

        /// The calling thread is about to wait.
        void begin() {
            lock.lock();
            try {
                thread = Thread.currentThread();
                sinceNanos = System.nanoTime();
            } finally {
                lock.unlock();
            }
        }

        /// It waits no more.
        ///
        /// @return whether that took too long, so that the connection is closed
        boolean end() {
            lock.lock();
            try {
                thread = null;
                if (cut) {
                    Thread.interrupted(); // was meant for the read, which it has ended
                }
                return cut;
            } finally {
                lock.unlock();
            }
        }

        private void look(long nowNanos, long limitNanos) {
            lock.lock();
            try {
                if (thread != null && nowNanos - sinceNanos > limitNanos) {
                    thread.interrupt(); // closes the channel that it reads
                    thread = null;
                    cut = true;
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
