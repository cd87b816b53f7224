package dev.podium.lambda.runtime;

/// A way to a function's environment.
public interface Transport {
    /// Hands an event to the function and waits for its answer. One call at a time.
    ///
    /// @param deadlineNanos in terms of [System#nanoTime]; when it passes the outcome is [Outcome.TimedOut]
    /// @throws InterruptedException if the waiting thread is interrupted; the environment must then be given up
    Outcome invoke(Event event, long deadlineNanos) throws InterruptedException;

    /// Hands an event to the function and waits until it answers or begins to.
    ///
    /// @return [Outcome.Streaming] when the function streams and the transport can; else as [#invoke]
    default Outcome stream(Event event, long deadlineNanos) throws InterruptedException {
        return invoke(event, deadlineNanos);
    }
}
