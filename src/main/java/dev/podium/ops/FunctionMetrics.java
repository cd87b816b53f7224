package dev.podium.ops;

import java.util.concurrent.atomic.LongAdder;

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

    /// Counts environments that were made (1) or ended (-1).
    public void environments(int change) {
        environments.add(change);
    }
}
