package dev.podium.lambda.invoke;

import dev.podium.pods.PodException;
import dev.podium.pods.Pods;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The logs of pods as the Kubernetes API gives them: a stream for each environment that is in use.
public final class FollowedLogs implements PodLogs {
    private final Pods pods;

    /// Follows the logs of these pods.
    public FollowedLogs(Pods pods) {
        this.pods = pods;
    }

    @Override
    public Optional<LogFeed> open(String podName, Instant since) {
        FollowedLog log = new FollowedLog(new PodLog(pods, podName), podName, since);
        log.wake();
        return Optional.of(log);
    }

    private record PodLog(Pods pods, String pod) implements FollowedLog.Source {
        @Override
        public @Nullable InputStream follow(Instant since) throws IOException, InterruptedException {
            try {
                return pods.follow(pod, FunctionPods.CONTAINER, since);
            } catch (PodException e) {
                if (e.gone()) {
                    return null;
                }
                throw new IOException(e);
            }
        }

        @Override
        public boolean inUse() {
            return pods.listens(pod);
        }
    }
}
