package dev.podium.lambda.invoke;

/// A moment in the life of the environment, in the order in which they came.
sealed interface LogMark {
    /// An invocation begins; `place` as of [LogFeed#end].
    record Start(LogRun run, long place) implements LogMark {}

    /// An invocation is over.
    record End(LogRun run, long place, long atNanos) implements LogMark {}

    /// The function could not be initialised.
    record InitFailed(String errorType, long nanos, long place) implements LogMark {}
}
