package dev.podium.sqs;

import dev.podium.aws.AwsException;
import dev.podium.sqs.Entry.State;
import dev.podium.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/// What receivers do with the messages that they have: delete them, or keep them longer.
final class Handling {
    /// The longest that a message may be invisible after a receive.
    static final Duration MAX_VISIBILITY = Duration.ofHours(12);

    private final QueueState queue;

    Handling(QueueState queue) {
        this.queue = queue;
    }

    /// A change of a message's visibility.
    record Visibility(String handle, int seconds) {}

    /// Deletes messages.
    ///
    /// @return for each handle the error, or nothing
    List<Optional<SqsError>> delete(List<String> handles) {
        return each(handles, (text, writes) -> {
            ReceiptHandle handle = ReceiptHandle.parse(text, queue.id);
            Entry entry = queue.index.find(handle.sequence());
            if (entry != null) {
                current(entry, handle, text);
                queue.index.remove(entry);
                writes.addAll(queue.tables.remove(queue.id, entry.sequence));
            }
        });
    }

    /// Does the same with each item, under the queue's lock, and then writes what came of all.
    private <T> List<Optional<SqsError>> each(List<T> items, BiConsumer<T, List<Write<?>>> action) {
        queue.load();
        List<Optional<SqsError>> results = new ArrayList<>(items.size());
        List<Write<?>> writes = new ArrayList<>(items.size() * 2);
        queue.lock.lock();
        try {
            queue.present();
            queue.index.advance(queue.clock.millis());
            for (T item : items) {
                try {
                    action.accept(item, writes);
                    results.add(Optional.empty());
                } catch (AwsException e) {
                    results.add(Optional.of((SqsError) e.error()));
                }
            }
            queue.receivers.announce();
        } finally {
            queue.lock.unlock();
        }
        queue.tables.write(writes);
        return results;
    }

    /// In a FIFO queue a handle is good until the message becomes visible again.
    private void current(Entry entry, ReceiptHandle handle, String text) {
        if (queue.name.fifo() && (entry.state != State.IN_FLIGHT || entry.receives != handle.receives())) {
            throw SqsError.InvalidParameterValue.of(text, "ReceiptHandle", "The receipt handle has expired.")
                    .exception();
        }
    }

    /// Moves the times at which messages become visible again.
    ///
    /// @return for each the error, or nothing
    List<Optional<SqsError>> changeVisibility(List<Visibility> changes) {
        return each(changes, (change, writes) -> {
            long now = queue.clock.millis();
            Entry entry = inFlight(change, now);
            queue.index.postpone(entry, now + TimeUnit.SECONDS.toMillis(change.seconds), now);
            writes.add(queue.tables.put(queue.id, entry.sequence, entry.stored()));
        });
    }

    private Entry inFlight(Visibility change, long now) {
        ReceiptHandle handle = ReceiptHandle.parse(change.handle, queue.id);
        if (change.seconds < 0 || change.seconds > MAX_VISIBILITY.toSeconds()) {
            throw SqsError.InvalidParameterValue.of(
                            change.seconds, "VisibilityTimeout", "Must be between 0 and 43200, if provided.")
                    .exception();
        }
        Entry entry = queue.index.find(handle.sequence());
        if (entry == null) {
            throw SqsError.InvalidParameterValue.of(
                            change.handle,
                            "ReceiptHandle",
                            "Message does not exist or is not available for visibility timeout change.")
                    .exception();
        }
        current(entry, handle, change.handle);
        if (entry.state != State.IN_FLIGHT) {
            throw new SqsError.MessageNotInflight(change.handle).exception();
        }
        long invisible = TimeUnit.MILLISECONDS.toSeconds(now - entry.lastReceived) + change.seconds;
        if (invisible > MAX_VISIBILITY.toSeconds()) {
            throw SqsError.InvalidParameterValue.of(
                            change.seconds,
                            "VisibilityTimeout",
                            "Total VisibilityTimeout for the message is beyond the limit [43200 seconds].")
                    .exception();
        }
        return entry;
    }
}
