package dev.podium.sqs;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// A message in its queue's index: all but its text. Guarded by the queue's lock.
final class Entry {
    /// Where a message is.
    enum State {
        /// Not yet on disk: holds its place in the order.
        ARRIVING,
        /// Sent with a delay.
        DELAYED,
        /// To be received.
        READY,
        /// Received, and neither deleted nor visible again.
        IN_FLIGHT,
        /// Deleted.
        GONE
    }

    static final Comparator<Entry> BY_SEQUENCE = Comparator.comparingLong(entry -> entry.sequence);
    static final Comparator<Entry> BY_AVAILABLE =
            Comparator.<Entry>comparingLong(entry -> entry.available).thenComparing(BY_SEQUENCE);
    static final Comparator<Entry> BY_AGE =
            Comparator.<Entry>comparingLong(entry -> entry.sent).thenComparing(BY_SEQUENCE);

    final long sequence;
    final String messageId;
    final long sent;
    final @Nullable String group;
    final @Nullable String deduplication;
    final @Nullable String source;
    final int receivesBefore;
    State state = State.ARRIVING;
    long available;
    int receives;
    long firstReceived;
    long lastReceived;

    Entry(long sequence, StoredMessage stored) {
        this.sequence = sequence;
        this.messageId = stored.messageId();
        this.sent = stored.sent();
        this.group = stored.group();
        this.deduplication = stored.deduplication();
        this.source = stored.source();
        this.receivesBefore = stored.receivesBefore();
        this.available = stored.available();
        this.receives = stored.receives();
        this.firstReceived = stored.firstReceived();
        this.lastReceived = stored.lastReceived();
    }

    StoredMessage stored() {
        return new StoredMessage(
                messageId,
                sent,
                available,
                receives,
                receivesBefore,
                firstReceived,
                lastReceived,
                group,
                deduplication,
                source);
    }

    /// How often it was received from this queue.
    int receivesHere() {
        return receives - receivesBefore;
    }
}
