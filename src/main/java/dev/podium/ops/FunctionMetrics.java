package dev.podium.ops;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// The numbers of one function. Resolve it once and keep it: each call then costs a few nanoseconds.
public final class FunctionMetrics {
    final String account;
    final String region;
    final String function;
    final LongAdder calls = new LongAdder();
    final LongAdder successes = new LongAdder();
    final LongAdder errors = new LongAdder();
    final LongAdder throttles = new LongAdder();
    final LongAdder coldStarts = new LongAdder();
    final LongAdder environments = new LongAdder();
    final Durations durations = new Durations();
    final LongAdder asyncReceived = new LongAdder();
    final LongAdder asyncRetried = new LongAdder();
    final LongAdder asyncDropped = new LongAdder();
    final LongAdder destinationFailures = new LongAdder();
    final LongAdder recursionsStopped = new LongAdder();
    /// Made with the first asynchronous event: most functions have none.
    final AtomicReference<@Nullable Durations> asyncAges = new AtomicReference<>();

    FunctionMetrics(String account, String region, String function) {
        this.account = account;
        this.region = region;
        this.function = function;
    }

    /// Counts an invocation that was let in, before it is known how it ends.
    public void called() {
        calls.increment();
    }

    /// Counts an invocation that the function answered.
    ///
    /// @param nanos from letting it in to the answer
    public void succeeded(long nanos) {
        successes.increment();
        durations.record(nanos);
    }

    /// Counts an invocation that ended with an error of the function: thrown, exited, timed out.
    ///
    /// @param nanos from letting it in to the answer
    public void failed(long nanos) {
        errors.increment();
        durations.record(nanos);
    }

    /// Counts an invocation that was turned away.
    public void throttled() {
        throttles.increment();
    }

    /// Counts an invocation for which an environment had to be made.
    public void coldStart() {
        coldStarts.increment();
    }

    /// Counts an asynchronous event that was accepted.
    public void asyncReceived() {
        asyncReceived.increment();
    }

    /// Counts an asynchronous event that is to run again after an error of the function.
    public void asyncRetried() {
        asyncRetried.increment();
    }

    /// Counts an asynchronous event that ended without success.
    public void asyncDropped() {
        asyncDropped.increment();
    }

    /// Counts a message that a destination or dead-letter queue never took.
    public void destinationFailed() {
        destinationFailures.increment();
    }

    /// Counts an invocation that was stopped as one of a loop.
    public void recursionStopped() {
        recursionsStopped.increment();
    }

    /// Records how long an asynchronous event has waited.
    ///
    /// @param nanos from its acceptance to its attempt
    public void asyncAge(long nanos) {
        Durations ages = asyncAges.get();
        if (ages == null) {
            asyncAges.compareAndSet(null, new Durations());
            ages = asyncAges.get();
        }
        if (ages != null) {
            ages.record(nanos);
        }
    }

    /// Counts environments that were made (1) or ended (-1).
    public void environments(int change) {
        environments.add(change);
    }
}
