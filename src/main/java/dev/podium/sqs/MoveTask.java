package dev.podium.sqs;

import dev.podium.aws.Arn;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A task on disk that moves messages out of a dead-letter queue.
///
/// @param source ARN of the dead-letter queue
/// @param destination ARN, or null for the queues that the messages came from
/// @param perSecond messages, or null for as many as possible
/// @param toMove messages that were there when it was started
/// @param started in milliseconds since the epoch
/// @param failure why it failed, or null
record MoveTask(
        String source,
        @Nullable String destination,
        @Nullable Integer perSecond,
        long toMove,
        long started,
        Status status,
        long moved,
        @Nullable String failure) {
    /// AWS's names of its states.
    enum Status {
        RUNNING,
        CANCELLING,
        CANCELLED,
        COMPLETED,
        FAILED
    }

    static MoveTask of(
            QueueId source, @Nullable QueueId destination, @Nullable Integer perSecond, long toMove, long started) {
        String to = destination == null ? null : destination.arn().toString();
        return new MoveTask(source.arn().toString(), to, perSecond, toMove, started, Status.RUNNING, 0, null);
    }

    static QueueId queue(String arn) {
        return Arn.parse(arn).flatMap(QueueId::of).orElseThrow(() -> new SqsError.QueueDoesNotExist().exception());
    }

    boolean active() {
        return status == Status.RUNNING || status == Status.CANCELLING;
    }

    MoveTask with(Status now, @Nullable String why) {
        return new MoveTask(source, destination, perSecond, toMove, started, now, moved, why);
    }

    MoveTask more(int count) {
        return new MoveTask(source, destination, perSecond, toMove, started, status, moved + count, failure);
    }

    /// Where a message goes that came from the queue `from`.
    QueueId target(@Nullable String from) {
        return Optional.ofNullable(destination == null ? from : destination)
                .flatMap(Arn::parse)
                .flatMap(QueueId::of)
                .orElseThrow(() -> new SqsError.ResourceNotFound(
                                "A message came from no other queue: give a DestinationArn.")
                        .exception());
    }
}
