package dev.podium.sqs;

import dev.podium.aws.AwsException;
import dev.podium.sqs.Entry.State;
import dev.podium.store.Write;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A queue at work: the index of its messages, and those who wait for one.
///
/// The lock guards the index and is never held across the disk: a message that is sent takes its place, is
/// written,
/// and then becomes available; one that is received or deleted changes in the index first. What is lost between
/// the two is a receive at most, and then the message is received again.
final class LiveQueue {
    /// Messages in flight at most; AWS's quota.
    static final int MAX_IN_FLIGHT = 120_000;
    /// The longest that a message may be invisible after a receive.
    static final Duration MAX_VISIBILITY = Duration.ofHours(12);

    private static final Duration PURGE_INTERVAL = Duration.ofSeconds(60);

    private final QueueId name;
    private final String id;
    private final MessageTables tables;
    private final Clock clock;
    private final Function<QueueId, Optional<LiveQueue>> others;
    private final ReentrantLock lock = new ReentrantLock();
    private final ReentrantLock loading = new ReentrantLock();
    private final MessageIndex index;
    private final Deduplications seen = new Deduplications();
    private final Attempts attempts = new Attempts();
    private final Receivers receivers;
    private volatile QueueSettings settings;
    private volatile boolean loaded;
    private volatile boolean gone;
    private volatile boolean stopping;
    private long purgedAt = Long.MIN_VALUE / 2;

    /// Counts of messages.
    record Counts(int visible, int inFlight, int delayed) {}

    /// A change of a message's visibility.
    record Visibility(String handle, int seconds) {}

    /// @param others finds the queues that this one gives messages to
    LiveQueue(StoredQueue stored, MessageTables tables, Clock clock, Function<QueueId, Optional<LiveQueue>> others) {
        this.name = stored.queueId();
        this.id = stored.id();
        this.tables = tables;
        this.clock = clock;
        this.others = others;
        this.index = new MessageIndex(name.fifo());
        this.receivers = new Receivers(lock, index);
        this.settings = QueueSettings.of(stored.attributes());
    }

    String id() {
        return id;
    }

    QueueId name() {
        return name;
    }

    QueueSettings settings() {
        return settings;
    }

    void settings(QueueSettings changed) {
        settings = changed;
    }

    /// Reads the index at first use. Only those who need this queue wait for it.
    private void load() {
        if (loaded) {
            return;
        }
        loading.lock();
        try {
            if (!loaded) {
                long now = clock.millis();
                tables.forEach(id, (sequence, message) -> index.restore(new Entry(sequence, message), now));
                tables.forEachSeen(id, seen::add);
                loaded = true;
            }
        } finally {
            loading.unlock();
        }
    }

    /// Sends messages: when this returns they are on disk.
    ///
    /// @param sender account
    List<Outgoing.Sent> send(List<Outgoing> messages, String sender) {
        load();
        List<Outgoing.Sent> sent = new ArrayList<>(messages.size());
        List<Entry> arriving = new ArrayList<>(messages.size());
        List<StoredDeduplication> added = new ArrayList<>(0);
        List<Write<?>> writes = new ArrayList<>(messages.size() * 2);
        lock.lock();
        try {
            present();
            long now = clock.millis();
            seen.expire(now).forEach(old -> writes.add(tables.remove(id, old)));
            for (Outgoing message : messages) {
                String key = name.fifo() ? deduplicationKey(message) : null;
                StoredDeduplication first = key == null ? null : seen.find(key);
                if (first != null) {
                    sent.add(new Outgoing.Sent(first.messageId(), first.sequence()));
                    continue;
                }
                Entry entry = entry(message, now);
                index.arrive(entry);
                arriving.add(entry);
                writes.add(tables.put(id, entry.sequence, content(message, sender)));
                writes.add(tables.put(id, entry.sequence, entry.stored()));
                sent.add(new Outgoing.Sent(entry.messageId, entry.sequence));
                if (key != null) {
                    StoredDeduplication seenNow = new StoredDeduplication(key, entry.messageId, entry.sequence, now);
                    seen.add(seenNow);
                    added.add(seenNow);
                    writes.add(tables.put(id, seenNow));
                }
            }
        } finally {
            lock.unlock();
        }
        settle(arriving, added, writes);
        return sent;
    }

    private void settle(List<Entry> arriving, List<StoredDeduplication> added, List<Write<?>> writes) {
        boolean written = false;
        try {
            tables.write(writes);
            written = true;
        } finally {
            lock.lock();
            try {
                if (written) {
                    arriving.forEach(entry -> index.settle(entry, clock.millis()));
                    receivers.announce();
                } else {
                    arriving.forEach(index::remove);
                    added.forEach(seen::remove);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private Entry entry(Outgoing message, long now) {
        Integer delay = message.delaySeconds();
        long delayMillis = delay == null ? settings.delay().toMillis() : TimeUnit.SECONDS.toMillis(delay);
        return new Entry(
                tables.nextSequence(),
                new StoredMessage(
                        UUID.randomUUID().toString(),
                        now,
                        now + delayMillis,
                        0,
                        0,
                        0,
                        0,
                        message.group(),
                        message.deduplication(),
                        null));
    }

    private static Content content(Outgoing message, String sender) {
        return new Content(message.body(), message.attributes(), sender, message.traceHeader());
    }

    private String deduplicationKey(Outgoing message) {
        return settings.byGroup() ? message.group() + "\n" + message.deduplication() : message.deduplication() + "";
    }

    /// Receives messages, waiting for the first one as long as is asked for.
    ///
    /// @return empty when none came
    /// @throws AwsException QueueDoesNotExist, also when the queue goes meanwhile, or OverLimit
    List<Received> receive(Receive request) throws InterruptedException {
        load();
        QueueSettings current = settings;
        Duration wait = request.waitTime() == null ? current.waitTime() : request.waitTime();
        long end = System.nanoTime() + wait.toNanos();
        while (true) {
            Step step = step(request, !wait.isZero(), maxReceives(), end);
            List<Write<?>> writes = new ArrayList<>(step.taken.size() + 1);
            step.expired.forEach(entry -> writes.addAll(tables.remove(id, entry.sequence)));
            List<Snapshot> snapshots = step.taken;
            snapshots.forEach(taken -> writes.add(tables.put(id, taken.sequence, taken.message)));
            tables.write(writes);
            redrive(step.spent);
            List<Received> received = contents(snapshots);
            boolean over = System.nanoTime() >= end && step.spent.isEmpty();
            if (!received.isEmpty() || stopping || over) {
                return received;
            }
        }
    }

    /// What one look at the index gave.
    private record Step(List<Snapshot> taken, List<Entry> spent, List<Entry> expired) {}

    /// A message as the lock saw it.
    private record Snapshot(long sequence, StoredMessage message) {}

    private Step step(Receive request, boolean mayWait, int maxReceives, long end) throws InterruptedException {
        lock.lock();
        try {
            while (true) {
                present();
                long now = clock.millis();
                List<Entry> expired = refresh(now);
                MessageIndex.Taken taken = take(request, now, mayWait, maxReceives);
                long left = end - System.nanoTime();
                if (!taken.taken().isEmpty()
                        || !taken.spent().isEmpty()
                        || !expired.isEmpty()
                        || left <= 0
                        || stopping) {
                    receivers.announce();
                    return new Step(snapshots(taken.taken()), taken.spent(), expired);
                }
                receivers.await(left, now);
            }
        } finally {
            lock.unlock();
        }
    }

    private MessageIndex.Taken take(Receive request, long now, boolean mayWait, int maxReceives) {
        Duration visibility = request.visibility() == null ? settings.visibility() : request.visibility();
        long until = now + visibility.toMillis();
        String attemptId = name.fifo() ? request.attemptId() : null;
        List<Entry> repeated = attempts.find(attemptId, now);
        if (!repeated.isEmpty()) {
            repeated.forEach(entry -> index.postpone(entry, until, now));
            return new MessageIndex.Taken(repeated, List.of());
        }
        int room = MAX_IN_FLIGHT - index.count(State.IN_FLIGHT);
        if (room <= 0) {
            if (mayWait || name.fifo()) {
                return new MessageIndex.Taken(List.of(), List.of());
            }
            throw new SqsError.OverLimit("The maximum number of in flight messages is reached.").exception();
        }
        MessageIndex.Taken taken = index.take(Math.min(request.max(), room), now, until, maxReceives);
        attempts.add(attemptId, taken.taken(), now);
        return taken;
    }

    /// 0 without a dead-letter queue, or while it is away: then messages stay.
    private int maxReceives() {
        QueueSettings.Redrive redrive = settings.redrive();
        return redrive == null || others.apply(redrive.target()).isEmpty() ? 0 : redrive.maxReceives();
    }

    private List<Entry> refresh(long now) {
        index.advance(now);
        return index.expire(now, settings.retention().toMillis());
    }

    private static List<Snapshot> snapshots(List<Entry> entries) {
        return entries.stream()
                .map(entry -> new Snapshot(entry.sequence, entry.stored()))
                .toList();
    }

    private List<Received> contents(List<Snapshot> snapshots) {
        List<Received> received = new ArrayList<>(snapshots.size());
        for (Snapshot taken : snapshots) {
            Optional<Content> content = tables.content(id, taken.sequence);
            if (content.isPresent()) {
                String handle = new ReceiptHandle(id, taken.sequence, taken.message.receives()).toString();
                received.add(new Received(handle, taken.sequence, taken.message, content.get()));
            } else {
                forget(taken.sequence);
            }
        }
        return received;
    }

    /// A message without text was deleted while somebody received it.
    private void forget(long sequence) {
        lock.lock();
        try {
            Entry entry = index.find(sequence);
            if (entry != null) {
                index.remove(entry);
                receivers.announce();
            }
        } finally {
            lock.unlock();
        }
        tables.write(tables.remove(id, sequence));
    }

    /// Gives messages that were received too often to the dead-letter queue.
    private void redrive(List<Entry> spent) {
        QueueSettings.Redrive redrive = settings.redrive();
        Optional<LiveQueue> target =
                spent.isEmpty() || redrive == null ? Optional.empty() : others.apply(redrive.target());
        boolean moved = false;
        try {
            if (target.isPresent()) {
                target.get().adopt(this, spent, name.arn().toString());
                moved = true;
            }
        } finally {
            if (!moved && !spent.isEmpty()) {
                restore(spent);
            }
        }
    }

    private void restore(List<Entry> entries) {
        lock.lock();
        try {
            entries.forEach(entry -> index.restore(new Entry(entry.sequence, entry.stored()), clock.millis()));
            receivers.announce();
        } finally {
            lock.unlock();
        }
    }

    /// Takes messages over from another queue: they are on disk here before they are removed there.
    ///
    /// @param source shown as DeadLetterQueueSourceArn, or null
    void adopt(LiveQueue from, List<Entry> entries, @Nullable String source) {
        load();
        List<Entry> arriving = new ArrayList<>(entries.size());
        List<Write<?>> writes = new ArrayList<>(entries.size() * 4);
        List<Write<?>> removals = new ArrayList<>(entries.size() * 2);
        lock.lock();
        try {
            present();
            long now = clock.millis();
            for (Entry entry : entries) {
                Entry here = new Entry(
                        tables.nextSequence(),
                        new StoredMessage(
                                entry.messageId,
                                name.fifo() ? now : entry.sent,
                                now,
                                entry.receives,
                                entry.receives,
                                entry.firstReceived,
                                entry.lastReceived,
                                entry.group,
                                entry.deduplication,
                                source));
                index.arrive(here);
                arriving.add(here);
            }
        } finally {
            lock.unlock();
        }
        for (int i = 0; i < entries.size(); i++) {
            Entry here = arriving.get(i);
            long there = entries.get(i).sequence;
            from.tables.content(from.id, there).ifPresent(content -> {
                writes.add(tables.put(id, here.sequence, content));
                writes.add(tables.put(id, here.sequence, here.stored()));
            });
            removals.addAll(tables.remove(from.id, there));
        }
        writes.addAll(removals);
        settle(arriving, List.of(), writes);
    }

    /// Takes messages out that can be received, for another queue to adopt.
    List<Entry> withdraw(int max) {
        load();
        lock.lock();
        try {
            present();
            long now = clock.millis();
            index.advance(now);
            List<Entry> taken = index.take(max, now, now, 0).taken();
            for (Entry entry : taken) {
                entry.receives--;
                index.remove(entry);
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /// Puts back what was withdrawn.
    void putBack(List<Entry> entries) {
        restore(entries);
    }

    /// Deletes messages.
    ///
    /// @return for each handle the error, or nothing
    List<Optional<SqsError>> delete(List<String> handles) {
        load();
        List<Optional<SqsError>> results = new ArrayList<>(handles.size());
        List<Write<?>> writes = new ArrayList<>(handles.size() * 2);
        lock.lock();
        try {
            present();
            index.advance(clock.millis());
            for (String text : handles) {
                try {
                    ReceiptHandle handle = ReceiptHandle.parse(text, id);
                    Entry entry = index.find(handle.sequence());
                    if (entry != null) {
                        current(entry, handle, text);
                        index.remove(entry);
                        writes.addAll(tables.remove(id, entry.sequence));
                    }
                    results.add(Optional.empty());
                } catch (AwsException e) {
                    results.add(Optional.of((SqsError) e.error()));
                }
            }
            receivers.announce();
        } finally {
            lock.unlock();
        }
        tables.write(writes);
        return results;
    }

    /// In a FIFO queue a handle is good until the message becomes visible again.
    private void current(Entry entry, ReceiptHandle handle, String text) {
        if (name.fifo() && (entry.state != State.IN_FLIGHT || entry.receives != handle.receives())) {
            throw SqsError.InvalidParameterValue.of(text, "ReceiptHandle", "The receipt handle has expired.")
                    .exception();
        }
    }

    /// Moves the times at which messages become visible again.
    ///
    /// @return for each the error, or nothing
    List<Optional<SqsError>> changeVisibility(List<Visibility> changes) {
        load();
        List<Optional<SqsError>> results = new ArrayList<>(changes.size());
        List<Write<?>> writes = new ArrayList<>(changes.size());
        lock.lock();
        try {
            present();
            long now = clock.millis();
            index.advance(now);
            for (Visibility change : changes) {
                try {
                    Entry entry = inFlight(change, now);
                    index.postpone(entry, now + TimeUnit.SECONDS.toMillis(change.seconds), now);
                    writes.add(tables.put(id, entry.sequence, entry.stored()));
                    results.add(Optional.empty());
                } catch (AwsException e) {
                    results.add(Optional.of((SqsError) e.error()));
                }
            }
            receivers.announce();
        } finally {
            lock.unlock();
        }
        tables.write(writes);
        return results;
    }

    private Entry inFlight(Visibility change, long now) {
        ReceiptHandle handle = ReceiptHandle.parse(change.handle, id);
        if (change.seconds < 0 || change.seconds > MAX_VISIBILITY.toSeconds()) {
            throw SqsError.InvalidParameterValue.of(
                            change.seconds, "VisibilityTimeout", "Must be between 0 and 43200, if provided.")
                    .exception();
        }
        Entry entry = index.find(handle.sequence());
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

    /// Deletes all messages.
    ///
    /// @throws AwsException PurgeQueueInProgress within a minute of the last one
    void purge() {
        load();
        List<Write<?>> writes = new ArrayList<>();
        lock.lock();
        try {
            present();
            long now = clock.millis();
            if (purgedAt + PURGE_INTERVAL.toMillis() > now) {
                throw new SqsError.PurgeQueueInProgress(name.name()).exception();
            }
            purgedAt = now;
            for (Entry entry : List.copyOf(index.all())) {
                if (entry.state != State.ARRIVING) {
                    index.remove(entry);
                    writes.addAll(tables.remove(id, entry.sequence));
                }
            }
        } finally {
            lock.unlock();
        }
        tables.write(writes);
    }

    /// How many messages there are now.
    Counts counts() {
        load();
        List<Write<?>> writes = new ArrayList<>(0);
        Counts counts;
        lock.lock();
        try {
            present();
            refresh(clock.millis()).forEach(entry -> writes.addAll(tables.remove(id, entry.sequence)));
            counts = new Counts(index.count(State.READY), index.count(State.IN_FLIGHT), index.count(State.DELAYED));
            receivers.announce();
        } finally {
            lock.unlock();
        }
        tables.write(writes);
        return counts;
    }

    private void present() {
        if (gone) {
            throw new SqsError.QueueDoesNotExist().exception();
        }
    }

    /// The queue was deleted: everybody who waits is told so.
    void vanish() {
        gone = true;
        wakeAll();
    }

    /// The server stops: everybody who waits gets nothing.
    void stop() {
        stopping = true;
        wakeAll();
    }

    private void wakeAll() {
        lock.lock();
        try {
            receivers.wakeAll();
        } finally {
            lock.unlock();
        }
    }
}
