package dev.podium.lambda.invoke;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/// Gives the logs of pods as they grow.
public interface PodLogs {
    /// Begins to follow the log of a function's container.
    ///
    /// @param since only what was written then or later; the epoch for all
    /// @return nothing when there is no such pod yet, so that one may ask again
    Optional<LogFeed> open(String podName, Instant since) throws IOException;
}
