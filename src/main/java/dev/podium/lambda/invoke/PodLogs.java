package dev.podium.lambda.invoke;

import java.io.IOException;
import java.util.Optional;

/// Gives the logs of pods as they grow.
public interface PodLogs {
    /// Begins to follow the log of a function's container.
    ///
    /// @return nothing when there is no such pod yet, so that one may ask again
    Optional<LogFeed> open(String podName) throws IOException;
}
