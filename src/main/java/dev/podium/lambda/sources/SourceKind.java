package dev.podium.lambda.sources;

/// Opens the sources of one kind.
public interface SourceKind {
    /// Looks at a new or changed mapping, and fills in settings whose default depends on it.
    ///
    /// @throws dev.podium.aws.AwsException in AWS's words when it could never work
    default EventSourceMapping completed(EventSourceMapping mapping) {
        return mapping;
    }

    /// Removes what is stored of a mapping's progress: it was deleted.
    default void forget(EventSourceMapping mapping) {}

    /// Opens a source; connects to nothing for longer than a moment, and starts no thread before the first
    /// batch is
    /// asked for.
    ///
    /// @throws SourceException when it can't be opened now; tried again a while later
    Source open(EventSourceMapping mapping) throws SourceException, InterruptedException;
}
