package dev.podium.lambda.runtime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.podium.http.wire.WireExchange;
import dev.podium.http.wire.WireHeaders;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What the start script of a pod on a real cluster tells when it is asked: the most memory that the function's
/// processes have used; and what it writes into the pod's log.
///
/// Its request brings what it has read, and is parked until somebody here wants something again: so nothing is done
/// in the pod, and nothing sent, while nobody does.
public final class StartScript {
    /// Between two questions, while there is more each time; else twice as long each time.
    private static final long SHORTEST_NANOS = 50_000_000;

    private static final long LONGEST_NANOS = 1_000_000_000;

    private static final WireHeaders TEXT = WireHeaders.of("Content-Type", "text/plain");

    private final AtomicLong bytes = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable WireExchange parked; // under the lock
    private long askedAt = System.nanoTime() - LONGEST_NANOS; // under the lock
    private long pauseNanos; // under the lock

    StartScript() {}

    /// The most memory that was seen to be used so far, in bytes; 0 where nobody has measured.
    public long peakMemoryBytes() {
        return bytes.get();
    }

    /// The same in MiB, rounded up.
    int peakMemoryMib() {
        return (int) ((bytes.get() + (1 << 20) - 1) >> 20);
    }

    /// Takes what somebody has measured.
    public void saw(long measured) {
        bytes.accumulateAndGet(measured, Math::max);
    }

    /// `GET /podium/<code token>/memory?peak=<KiB>`.
    void told(WireExchange x, long kib) {
        boolean more = bytes.get() < kib << 10;
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

    /// Wants to know the memory anew, where there is somebody to ask and it wasn't done just now. Returns at once; the
    /// answer takes some milliseconds.
    ///
    /// @return whether it was asked
    public boolean measure() {
        return ask("\n", true);
    }

    /// The same, but in any case, and has a [mark][PodLine#mark] written into the pod's log first: behind everything
    /// that the function has written until now.
    ///
    /// @return whether it was asked
    public boolean mark(long number) {
        return ask("mark " + number + "\n", false);
    }

    private boolean ask(String what, boolean nowAndThen) {
        WireExchange script;
        long now = System.nanoTime();
        lock.lock();
        try {
            script = parked;
            if (script == null || (nowAndThen && now - askedAt < pauseNanos)) {
                return false;
            }
            askedAt = now;
            parked = null;
        } finally {
            lock.unlock();
        }
        try {
            script.respond(200, TEXT, what.getBytes(ISO_8859_1));
            return true;
        } catch (IOException e) {
            script.abort(); // It comes again when it can.
            return false;
        }
    }
}
