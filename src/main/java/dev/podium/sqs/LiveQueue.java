package dev.podium.sqs;

import dev.podium.aws.AwsException;
import dev.podium.sqs.Entry.State;
import dev.podium.store.Write;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A queue at work: the index of its messages, and those who wait for one.
final class LiveQueue {
    private static final Duration PURGE_INTERVAL = Duration.ofSeconds(60);

    private final QueueState queue;
    private final Sending sending;
    private final Receiving receiving;
    private final Handling handling;
    private long purgedAt = Long.MIN_VALUE / 2;

    /// Counts of messages.
    record Counts(int visible, int inFlight, int delayed) {}

    /// @param others finds the queues that this one gives messages to
    LiveQueue(StoredQueue stored, MessageTables tables, Clock clock, Function<QueueId, Optional<LiveQueue>> others) {
        this.queue = new QueueState(stored, tables, clock, others);
        this.sending = new Sending(queue);
        this.receiving = new Receiving(queue);
        this.handling = new Handling(queue);
    }

    String id() {
        return queue.id;
    }

    QueueId name() {
        return queue.name;
    }

    QueueSettings settings() {
        return queue.settings;
    }

    void settings(QueueSettings changed) {
        queue.settings = changed;
    }

    /// Sends messages: when this returns they are on disk.
    ///
    /// @param sender account
    List<Outgoing.Sent> send(List<Outgoing> messages, String sender) {
        return sending.send(messages, sender);
    }

    /// Receives messages, waiting for the first one as long as is asked for.
    ///
    /// @return empty when none came
    /// @throws AwsException QueueDoesNotExist, also when the queue goes meanwhile, or OverLimit
    List<Received> receive(Receive request) throws InterruptedException {
        return receiving.receive(request);
    }

    /// Deletes messages.
    ///
    /// @return for each handle the error, or nothing
    List<Optional<SqsError>> delete(List<String> handles) {
        return handling.delete(handles);
    }

    /// Moves the times at which messages become visible again.
    ///
    /// @return for each the error, or nothing
    List<Optional<SqsError>> changeVisibility(List<Handling.Visibility> changes) {
        return handling.changeVisibility(changes);
    }

    /// Takes messages over that another queue's index does not have any more.
    ///
    /// @param source shown as DeadLetterQueueSourceArn, or null
    void adopt(QueueState from, List<Entry> entries, @Nullable String source) {
        sending.adopt(from, entries, source);
    }

    /// Takes messages out that can be received, and gives them to others.
    ///
    /// @param giver gets each; throws when it can't take it
    /// @return how many
    int give(int max, Giver giver) {
        List<Entry> left = new ArrayList<>(sending.withdraw(max));
        int count = left.size();
        try {
            giver.give(queue, left);
        } finally {
            queue.restore(left);
        }
        return count;
    }

    /// Gives messages to other queues.
    interface Giver {
        /// @param left to be given; what was given is taken out of the list
        void give(QueueState from, List<Entry> left);
    }

    /// Deletes all messages.
    ///
    /// @throws AwsException PurgeQueueInProgress within a minute of the last one
    void purge() {
        queue.load();
        List<Write<?>> writes = new ArrayList<>();
        queue.lock.lock();
        try {
            queue.present();
            long now = queue.clock.millis();
            if (purgedAt + PURGE_INTERVAL.toMillis() > now) {
                throw new SqsError.PurgeQueueInProgress(queue.name.name()).exception();
            }
            purgedAt = now;
            for (Entry entry : List.copyOf(queue.index.all())) {
                if (entry.state != State.ARRIVING) {
                    queue.index.remove(entry);
                    writes.addAll(queue.tables.remove(queue.id, entry.sequence));
                }
            }
        } finally {
            queue.lock.unlock();
        }
        queue.tables.write(writes);
    }

    /// How many messages there are now.
    Counts counts() {
        queue.load();
        List<Write<?>> writes = new ArrayList<>(0);
        Counts counts;
        queue.lock.lock();
        try {
            queue.present();
            queue.refresh(queue.clock.millis())
                    .forEach(entry -> writes.addAll(queue.tables.remove(queue.id, entry.sequence)));
            counts = new Counts(
                    queue.index.count(State.READY),
                    queue.index.count(State.IN_FLIGHT),
                    queue.index.count(State.DELAYED));
            queue.receivers.announce();
        } finally {
            queue.lock.unlock();
        }
        queue.tables.write(writes);
        return counts;
    }

    /// The queue was deleted: everybody who waits is told so.
    void vanish() {
        queue.gone = true;
        wakeAll();
    }

    /// The server stops: everybody who waits gets nothing.
    void stop() {
        queue.stopping = true;
        wakeAll();
    }

    private void wakeAll() {
        queue.lock.lock();
        try {
            queue.receivers.wakeAll();
        } finally {
            queue.lock.unlock();
        }
    }
}
