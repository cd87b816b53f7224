package dev.podium.lambda.sources;

import dev.podium.aws.Arn;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// SQS queues: this server's own, or those of an endpoint that speaks SQS.
public interface QueueAccess {
    /// How long a received message stays invisible; nothing when there is no such queue.
    ///
    /// @throws SourceException when nobody answers
    Optional<Duration> visibility(Arn queue) throws SourceException, InterruptedException;

    /// Receives messages, waiting for the first one.
    ///
    /// @param max 1 to 10
    /// @param wait up to 20 s
    /// @throws SourceException when the queue is gone or away
    List<QueueMessage> receive(Arn queue, int max, Duration wait) throws SourceException, InterruptedException;

    /// Deletes messages; those that are gone already are no error.
    ///
    /// @throws SourceException when the queue is gone or away
    void delete(Arn queue, List<String> handles) throws SourceException, InterruptedException;

    /// Makes messages visible again at once.
    ///
    /// @throws SourceException when the queue is gone or away
    void release(Arn queue, List<String> handles) throws SourceException, InterruptedException;
}
