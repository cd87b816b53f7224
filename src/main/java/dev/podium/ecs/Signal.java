package dev.podium.ecs;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Wakes the one thread that waits for it; raised while nobody waits, it wakes the next one at once.
final class Signal {
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean raised;

    Signal(Clock clock) {
        this.clock = clock;
    }

    /// The first of two times, of which either may be none.
    static @Nullable Instant earlier(@Nullable Instant a, @Nullable Instant b) {
        return a == null ? b : b == null || a.isBefore(b) ? a : b;
    }

    /// Wakes the waiting thread.
    void raise() {
        lock.lock();
        try {
            raised = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until it is raised.
    ///
    /// @param until no longer than this; null: without limit
    void await(@Nullable Instant until) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long nanos = until == null
                    ? Long.MAX_VALUE
                    : Math.max(0, Duration.between(clock.instant(), until).toNanos());
            while (!raised && nanos > 0) {
                nanos = changed.awaitNanos(Math.min(nanos, TimeUnit.HOURS.toNanos(1)));
                nanos = until == null ? Long.MAX_VALUE : nanos;
            }
            raised = false;
        } finally {
            lock.unlock();
        }
    }
}
