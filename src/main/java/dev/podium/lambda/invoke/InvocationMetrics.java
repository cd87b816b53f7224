package dev.podium.lambda.invoke;

import dev.podium.lambda.LambdaFunction;

/// Is told of every invocation. Called on the hot path: must be quick and must not block.
public interface InvocationMetrics {
    /// Counts of one function, looked up once per group of environments.
    interface OfFunction {
        /// An invocation ended.
        ///
        /// @param error whether the function failed
        /// @param cold whether it was its environment's first
        /// @param nanos from the hand-over to the answer
        void ended(boolean error, boolean cold, long nanos);

        /// An invocation was refused for a concurrency limit.
        void throttled();

        /// An asynchronous event was accepted.
        void asyncReceived();

        /// An asynchronous event is run again, as the function failed.
        void asyncRetried();

        /// An asynchronous event ended without success.
        void asyncDropped();

        /// An asynchronous event begins to run.
        ///
        /// @param nanos since it was accepted
        void asyncAge(long nanos);

        /// A destination or dead-letter queue never took its message.
        void destinationFailed();

        /// An invocation was stopped, as it was one of a loop.
        void recursionStopped();

        /// An environment came (1) or went (-1).
        void environments(int change);
    }

    /// The counts of a function.
    OfFunction of(LambdaFunction function);

    /// The function is no more.
    void forget(LambdaFunction function);
}
