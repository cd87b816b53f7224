package dev.podium.lambda.sources;

import org.jspecify.annotations.Nullable;

/// A source that can't be used now. Its message is for the mapping's owner: what is wrong, and what to do.
public final class SourceException extends Exception {
    private static final long serialVersionUID = 1;

    /// Says what is wrong.
    ///
    /// @param problem shown as LastProcessingResult, behind `PROBLEM: `
    public SourceException(String problem, @Nullable Throwable cause) {
        super(problem, cause);
    }
}
