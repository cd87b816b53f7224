package dev.podium.lambda.runtime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.podium.http.wire.WireExchange;
import dev.podium.http.wire.WireHeaders;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// What the start script of a pod on a real cluster tells when it is asked: the most memory that the function's
/// processes have used; and what it writes into the pod's log.
///
/// Its request brings what it has read, and is parked until somebody here wants something again: so nothing
/// is done
/// in the pod, and nothing sent, while nobody does.
public final class StartScript {
    /// Between two questions, while there is more each time; else twice as long each time.
    private static final long SHORTEST_NANOS = 50_000_000;

    private static final long LONGEST_NANOS = 1_000_000_000;

    /// How long a fence is waited for: the script comes again within some milliseconds, where it gets a CPU.
    private static final long PATIENCE_NANOS = 2_000_000_000;

    private static final WireHeaders TEXT = WireHeaders.of("Content-Type", "text/plain");

    private final AtomicLong bytes = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition came = lock.newCondition();
    private @Nullable WireExchange parked; // under the lock
    private boolean known; // under the lock: whether it has come at all
    private long fenced; // under the lock: the last fence that it has written
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

    /// `GET /podium/<code token>/memory?peak=<KiB>&fence=<number of the last one>`.
    void told(WireExchange x, long kib, long fence) {
        boolean more = bytes.get() < kib << 10;
        WireExchange before;
        lock.lock();
        try {
            before = parked;
            parked = x;
            known = true;
            saw(kib << 10); // whoever sees it can ask again
            fenced = fence;
            pauseNanos = more ? SHORTEST_NANOS : Math.min(2 * pauseNanos, LONGEST_NANOS);
            came.signalAll();
        } finally {
            lock.unlock();
        }
        if (before != null) {
            before.abort();
        }
    }

    /// Wants to know the memory anew, where there is somebody to ask and it wasn't done just now. Returns at
    /// once; the
    /// answer takes some milliseconds.
    ///
    /// @return whether it was asked
    public boolean measure() {
        WireExchange script;
        lock.lock();
        try {
            script = System.nanoTime() - askedAt < pauseNanos ? null : take();
        } finally {
            lock.unlock();
        }
        return script != null && answer(script, "\n");
    }

    /// Whether there is a script that can be asked: not every pod has one.
    public boolean isKnown() {
        lock.lock();
        try {
            return known;
        } finally {
            lock.unlock();
        }
    }

    /// Has a [fence][PodLine.Fence] written into the pod's log, behind everything that the function has written
    /// until now.
    ///
    /// @param wait whether to wait until it was written
    /// @return false when there is nobody to do it, or not in time
    public boolean fence(long number, boolean wait) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        WireExchange script;
        lock.lock();
        try {
            script = await(deadline, () -> parked != null) ? take() : null;
        } finally {
            lock.unlock();
        }
        if (script == null || !answer(script, "fence " + number + "\n")) {
            return false;
        }
        lock.lock();
        try {
            return !wait || await(deadline, () -> fenced == number);
        } finally {
            lock.unlock();
        }
    }

    /// Waits, under the lock, until something holds that the script brings.
    private boolean await(long deadline, BooleanSupplier condition) {
        try {
            while (known && !condition.getAsBoolean()) {
                if (came.awaitNanos(deadline - System.nanoTime()) <= 0) {
                    known = false; // Nobody waits for it again before it has come.
                    return false;
                }
            }
            return known;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private @Nullable WireExchange take() {
        WireExchange script = parked;
        if (script != null) {
            askedAt = System.nanoTime();
            parked = null;
        }
        return script;
    }

    private static boolean answer(WireExchange script, String what) {
        try {
            script.respond(200, TEXT, what.getBytes(ISO_8859_1));
            return true;
        } catch (IOException e) {
            script.abort(); // It comes again when it can.
            return false;
        }
    }
}
