package dev.podium.sqs;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Those who wait for a message of one queue. One of them, the leader, watches the time at which the next message
/// becomes available; the others sleep until somebody signals, and each who leaves wakes the next when there
/// is more.
///
/// Every method needs the queue's lock.
final class Receivers {
    private final Condition arrival;
    private final MessageIndex index;
    private int waiting;
    private @Nullable Thread leader;
    private long leaderUntil;

    Receivers(ReentrantLock lock, MessageIndex index) {
        this.arrival = lock.newCondition();
        this.index = index;
    }

    /// Waits for a signal, or for the time given; it may return early.
    ///
    /// @param now in milliseconds since the epoch
    @SuppressWarnings("WaitNotInLoop") // the receiver loops
    void await(long nanos, long now) throws InterruptedException {
        long next = index.nextChange();
        boolean leads = leader == null && next != Long.MAX_VALUE;
        long limit = leads ? Math.min(nanos, TimeUnit.MILLISECONDS.toNanos(Math.max(next - now, 1))) : nanos;
        if (leads) {
            leader = Thread.currentThread();
            leaderUntil = next;
        }
        boolean interrupted = true;
        waiting++;
        try {
            long left = arrival.awaitNanos(limit);
            assert left <= limit;
            interrupted = false;
        } finally {
            waiting--;
            if (Thread.currentThread().equals(leader)) {
                leader = null;
            }
            if (interrupted) {
                // It may have been the one who was signalled.
                announce();
            }
        }
    }

    /// Wakes one, when there is something for it.
    void announce() {
        if (waiting == 0) {
            return;
        }
        long next = index.nextChange();
        if (next < leaderUntil) {
            leader = null;
        }
        if (index.hasReady() || (leader == null && next != Long.MAX_VALUE)) {
            arrival.signal();
        }
    }

    /// Wakes all: the queue goes, or the server.
    void wakeAll() {
        arrival.signalAll();
    }
}
