package dev.podium.lambda.invoke;

/// Is told of every invocation. Called on the hot path: must be quick and must not block.
public interface InvocationMetrics {
    /// Counts nothing.
    InvocationMetrics NONE = new InvocationMetrics() {
        @Override
        public void ended(String function, boolean error, boolean cold, long nanos) {}

        @Override
        public void throttled(String function) {}

        @Override
        public void environments(String function, int change) {}
    };

    /// An invocation ended.
    ///
    /// @param error whether the function failed
    /// @param cold whether it was its environment's first
    /// @param nanos from the hand-over to the answer
    void ended(String function, boolean error, boolean cold, long nanos);

    /// An invocation was refused for a concurrency limit.
    void throttled(String function);

    /// An environment came (1) or went (-1).
    void environments(String function, int change);
}
