package dev.podium.lambda.runtime;

import dev.podium.http.wire.WireExchange;
import dev.podium.http.wire.WireHeaders;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The most memory that the processes of an environment are known to have used.
///
/// On a real cluster the start script reads it. Its request brings what it has read, and is parked until somebody
/// here wants to know again: so nothing is done in the pod, and nothing sent, while nobody does.
public final class PeakMemory {
    /// Between two questions, while there is more each time; else twice as long each time.
    private static final long SHORTEST_NANOS = 50_000_000;
    private static final long LONGEST_NANOS = 1_000_000_000;

    private static final WireHeaders TEXT = WireHeaders.of("Content-Type", "text/plain");
    private static final byte[] AGAIN = {'\n'};

    private final AtomicLong bytes = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable WireExchange parked; // under the lock
    private long askedAt = System.nanoTime() - LONGEST_NANOS; // under the lock
    private long pauseNanos; // under the lock

    PeakMemory() {}

    /// The most that was seen so far, in bytes; 0 where nobody has measured.
    public long bytes() {
        return bytes.get();
    }

    /// The same in MiB, rounded up.
    int mib() {
        return (int) ((bytes.get() + (1 << 20) - 1) >> 20);
    }

    /// Takes what somebody has measured.
    public void saw(long measured) {
        bytes.accumulateAndGet(measured, Math::max);
    }

    /// `GET /podium/<code token>/memory?peak=<KiB>`.
    void told(WireExchange x, long kib) {
        boolean more = bytes() < kib << 10;
        saw(kib << 10);
        WireExchange before;
        lock.lock();
        try {
            before = parked;
            parked = x;
            pauseNanos = more ? SHORTEST_NANOS : Math.min(2 * pauseNanos, LONGEST_NANOS);
        } finally {
            lock.unlock();
        }
        if (before != null) {
            before.abort();
        }
    }

    /// Wants to know anew, where there is somebody to ask and it wasn't done just now. Returns at once; the answer
    /// takes some milliseconds.
    ///
    /// @return whether somebody was asked
    public boolean ask() {
        WireExchange script;
        long now = System.nanoTime();
        lock.lock();
        try {
            script = parked;
            if (script == null || now - askedAt < pauseNanos) {
                return false;
            }
            askedAt = now;
            parked = null;
        } finally {
            lock.unlock();
        }
        try {
            script.respond(200, TEXT, AGAIN);
        } catch (IOException e) {
            script.abort(); // It comes again when it can.
        }
        return true;
    }
}
