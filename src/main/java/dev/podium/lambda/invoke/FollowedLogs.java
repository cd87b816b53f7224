package dev.podium.lambda.invoke;

import dev.podium.pods.Pods;
import java.util.Optional;

/// The logs of pods as the Kubernetes API gives them: a stream for each environment that is in use.
public final class FollowedLogs implements PodLogs {
    private final Pods pods;

    /// Follows the logs of these pods.
    public FollowedLogs(Pods pods) {
        this.pods = pods;
    }

    @Override
    public Optional<LogFeed> open(String podName) {
        FollowedLog log = new FollowedLog(pods, podName);
        log.wake();
        return Optional.of(log);
    }
}
