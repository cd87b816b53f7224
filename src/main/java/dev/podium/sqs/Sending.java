package dev.podium.sqs;

import dev.podium.store.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// How messages come into a queue: they take their place in the index, are written, and then become available.
final class Sending {
    private final QueueState queue;

    Sending(QueueState queue) {
        this.queue = queue;
    }

    /// Sends messages: when this returns they are on disk.
    ///
    /// @param sender account
    List<Outgoing.Sent> send(List<Outgoing> messages, String sender) {
        queue.load();
        List<Outgoing.Sent> sent = new ArrayList<>(messages.size());
        List<Entry> arriving = new ArrayList<>(messages.size());
        List<StoredDeduplication> added = new ArrayList<>(0);
        List<Write<?>> writes = new ArrayList<>(messages.size() * 2);
        queue.lock.lock();
        try {
            queue.present();
            long now = queue.clock.millis();
            queue.seen.expire(now).forEach(old -> writes.add(queue.tables.remove(queue.id, old)));
            for (Outgoing message : messages) {
                String key = queue.name.fifo() ? deduplicationKey(message) : null;
                StoredDeduplication first = key == null ? null : queue.seen.find(key);
                if (first != null) {
                    sent.add(new Outgoing.Sent(first.messageId(), first.sequence()));
                    continue;
                }
                Entry entry = entry(message, now);
                queue.index.arrive(entry);
                arriving.add(entry);
                writes.add(queue.tables.put(queue.id, entry.sequence, content(message, sender)));
                writes.add(queue.tables.put(queue.id, entry.sequence, entry.stored()));
                sent.add(new Outgoing.Sent(entry.messageId, entry.sequence));
                if (key != null) {
                    StoredDeduplication seenNow = new StoredDeduplication(key, entry.messageId, entry.sequence, now);
                    queue.seen.add(seenNow);
                    added.add(seenNow);
                    writes.add(queue.tables.put(queue.id, seenNow));
                }
            }
        } finally {
            queue.lock.unlock();
        }
        settle(arriving, added, writes);
        return sent;
    }

    private void settle(List<Entry> arriving, List<StoredDeduplication> added, List<Write<?>> writes) {
        boolean written = false;
        try {
            queue.tables.write(writes);
            written = true;
        } finally {
            queue.lock.lock();
            try {
                if (written) {
                    arriving.forEach(entry -> queue.index.settle(entry, queue.clock.millis()));
                    queue.receivers.announce();
                } else {
                    arriving.forEach(queue.index::remove);
                    added.forEach(queue.seen::remove);
                }
            } finally {
                queue.lock.unlock();
            }
        }
    }

    private Entry entry(Outgoing message, long now) {
        Integer delay = message.delaySeconds();
        long delayMillis = delay == null ? queue.settings.delay().toMillis() : TimeUnit.SECONDS.toMillis(delay);
        return new Entry(
                queue.tables.nextSequence(),
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
        return queue.settings.byGroup()
                ? message.group() + "\n" + message.deduplication()
                : message.deduplication() + "";
    }

    /// Takes messages over from another queue: they are on disk here before they are removed there.
    ///
    /// @param source shown as DeadLetterQueueSourceArn, or null
    void adopt(QueueState from, List<Entry> entries, @Nullable String source) {
        queue.load();
        List<Entry> arriving = new ArrayList<>(entries.size());
        List<Write<?>> writes = new ArrayList<>(entries.size() * 4);
        List<Write<?>> removals = new ArrayList<>(entries.size() * 2);
        queue.lock.lock();
        try {
            queue.present();
            long now = queue.clock.millis();
            for (Entry entry : entries) {
                Entry here = new Entry(
                        queue.tables.nextSequence(),
                        new StoredMessage(
                                entry.messageId,
                                queue.name.fifo() ? now : entry.sent,
                                now,
                                entry.receives,
                                entry.receives,
                                entry.firstReceived,
                                entry.lastReceived,
                                entry.group,
                                entry.deduplication,
                                source));
                queue.index.arrive(here);
                arriving.add(here);
            }
        } finally {
            queue.lock.unlock();
        }
        for (int i = 0; i < entries.size(); i++) {
            Entry here = arriving.get(i);
            long there = entries.get(i).sequence;
            from.tables.content(from.id, there).ifPresent(content -> {
                writes.add(queue.tables.put(queue.id, here.sequence, content));
                writes.add(queue.tables.put(queue.id, here.sequence, here.stored()));
            });
            removals.addAll(queue.tables.remove(from.id, there));
        }
        writes.addAll(removals);
        settle(arriving, List.of(), writes);
    }

    /// Takes messages out that can be received, for another queue to adopt.
    List<Entry> withdraw(int max) {
        queue.load();
        queue.lock.lock();
        try {
            queue.present();
            long now = queue.clock.millis();
            queue.index.advance(now);
            List<Entry> taken = queue.index.take(max, now, now, 0).taken();
            for (Entry entry : taken) {
                entry.receives--;
                queue.index.remove(entry);
            }
            return taken;
        } finally {
            queue.lock.unlock();
        }
    }
}
