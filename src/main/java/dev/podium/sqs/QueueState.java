package dev.podium.sqs;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/// What the parts of a queue at work share. The lock guards the index, the deduplications and the receivers,
/// and is never held across the disk.
final class QueueState {
    final QueueId name;
    final String id;
    final MessageTables tables;
    final Clock clock;
    final Function<QueueId, Optional<LiveQueue>> others;
    final ReentrantLock lock = new ReentrantLock();
    final MessageIndex index;
    final Deduplications seen = new Deduplications();
    final Receivers receivers;
    volatile QueueSettings settings;
    volatile boolean gone;
    volatile boolean stopping;
    private final ReentrantLock loading = new ReentrantLock();
    private volatile boolean loaded;

    /// @param others finds the queues that this one gives messages to
    QueueState(StoredQueue stored, MessageTables tables, Clock clock, Function<QueueId, Optional<LiveQueue>> others) {
        this.name = stored.queueId();
        this.id = stored.id();
        this.tables = tables;
        this.clock = clock;
        this.others = others;
        this.index = new MessageIndex(name.fifo());
        this.receivers = new Receivers(lock, index);
        this.settings = QueueSettings.of(stored.attributes());
    }

    /// Reads the index at first use. Only those who need this queue wait for it.
    void load() {
        if (loaded) {
            return;
        }
        loading.lock();
        try {
            if (!loaded) {
                List<Entry> stored = new ArrayList<>();
                List<StoredDeduplication> ids = new ArrayList<>();
                tables.forEach(id, (sequence, message) -> stored.add(new Entry(sequence, message)));
                tables.forEachSeen(id, ids::add);
                long now = clock.millis();
                stored.forEach(entry -> index.restore(entry, now));
                ids.forEach(seen::add);
                loaded = true;
            }
        } finally {
            loading.unlock();
        }
    }

    /// @throws dev.podium.aws.AwsException QueueDoesNotExist when the queue was deleted
    void present() {
        if (gone) {
            throw new SqsError.QueueDoesNotExist().exception();
        }
    }

    /// Makes available what is due, and takes out what is too old.
    ///
    /// @return what is to be removed from the disk
    List<Entry> refresh(long now) {
        index.advance(now);
        return index.expire(now, settings.retention().toMillis());
    }

    /// Puts messages back that were taken out of the index.
    void restore(List<Entry> entries) {
        lock.lock();
        try {
            entries.forEach(entry -> index.restore(new Entry(entry.sequence, entry.stored()), clock.millis()));
            receivers.announce();
        } finally {
            lock.unlock();
        }
    }
}
