package dev.podium.lambda.sources;

/// Opens the sources of one kind.
public interface SourceKind {
    /// Refuses a mapping that could never work, when it is made or changed.
    ///
    /// @throws dev.podium.aws.AwsException in AWS's words
    default void check(EventSourceMapping mapping) {}

    /// Opens a source; connects to nothing for longer than a moment, and starts no thread before the first
    /// batch is
    /// asked for.
    ///
    /// @throws SourceException when it can't be opened now; tried again a while later
    Source open(EventSourceMapping mapping) throws SourceException, InterruptedException;
}
