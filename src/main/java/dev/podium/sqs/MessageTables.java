package dev.podium.sqs;

import dev.podium.store.Entry;
import dev.podium.store.Store;
import dev.podium.store.Table;
import dev.podium.store.Write;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The messages of all queues on disk: key `<id of the queue>/<sequence>` in each table. Each method that changes
/// something returns when that is on disk.
final class MessageTables {
    private static final int PAGE = 500;
    /// A sequence is the time at first, so that it grows over restarts too.
    private static final int SEQUENCE_SHIFT = 20;

    private final Store store;
    private final Table<StoredMessage> messages;
    private final Table<Content> contents;
    private final Table<StoredDeduplication> deduplications;
    private final AtomicLong sequence = new AtomicLong();

    MessageTables(Store store, Clock clock) {
        this.store = store;
        this.messages = store.table("sqs-messages", StoredMessage.class);
        this.contents = store.table("sqs-contents", Content.class);
        this.deduplications = store.table("sqs-deduplications", StoredDeduplication.class);
        this.sequence.set(clock.millis() << SEQUENCE_SHIFT);
    }

    /// A number greater than all before.
    long nextSequence() {
        return sequence.incrementAndGet();
    }

    /// Messages of all queues.
    long size() {
        return messages.size();
    }

    Write<?> put(String queue, long number, StoredMessage message) {
        sequence.accumulateAndGet(number, Math::max);
        return Write.put(messages, key(queue, number), message);
    }

    Write<?> put(String queue, long number, Content content) {
        return Write.put(contents, key(queue, number), content);
    }

    Write<?> put(String queue, StoredDeduplication seen) {
        return Write.put(deduplications, key(queue, seen.sequence()), seen);
    }

    /// What removes a message.
    List<Write<?>> remove(String queue, long number) {
        return List.of(Write.remove(messages, key(queue, number)), Write.remove(contents, key(queue, number)));
    }

    Write<?> remove(String queue, StoredDeduplication seen) {
        return Write.remove(deduplications, key(queue, seen.sequence()));
    }

    void write(List<Write<?>> changes) {
        if (!changes.isEmpty()) {
            store.write(changes);
        }
    }

    Optional<Content> content(String queue, long number) {
        return contents.get(key(queue, number));
    }

    /// Reads every message of a queue, without its text, in order.
    void forEach(String queue, BiConsumer<Long, StoredMessage> reader) {
        read(messages, queue + "/", entry -> {
            long number = number(entry.key());
            sequence.accumulateAndGet(number, Math::max);
            reader.accept(number, entry.value());
        });
    }

    /// Reads what a queue has seen.
    void forEachSeen(String queue, java.util.function.Consumer<StoredDeduplication> reader) {
        read(deduplications, queue + "/", entry -> reader.accept(entry.value()));
    }

    private static <T> void read(Table<T> table, String prefix, java.util.function.Consumer<Entry<T>> reader) {
        String after = null;
        List<Entry<T>> page;
        do {
            page = table.page(prefix, after, PAGE);
            for (Entry<T> entry : page) {
                reader.accept(entry);
                after = entry.key();
            }
        } while (page.size() == PAGE);
    }

    /// Removes all that a queue had.
    void removeAll(String queue) {
        for (Table<?> table : List.of(messages, contents, deduplications)) {
            removeAll(table, queue + "/");
        }
    }

    private <T> void removeAll(Table<T> table, String prefix) {
        List<Entry<T>> page = table.page(prefix, null, PAGE);
        while (!page.isEmpty()) {
            List<Write<?>> changes = new ArrayList<>(page.size());
            page.forEach(entry -> changes.add(Write.remove(table, entry.key())));
            store.write(changes);
            page = table.page(prefix, null, PAGE);
        }
    }

    /// Removes what queues left that a crash kept from being deleted whole.
    ///
    /// @param alive tells whether there is a queue of an id
    void sweep(Predicate<String> alive) {
        for (Table<?> table : List.of(messages, contents, deduplications)) {
            String queue = next(table, null);
            while (queue != null) {
                if (!alive.test(queue)) {
                    removeAll(table, queue + "/");
                }
                queue = next(table, queue);
            }
        }
    }

    /// Id of the first queue in a table after another: behind all keys `<id>/…` comes `<id>0`.
    private static @Nullable String next(Table<?> table, @Nullable String after) {
        List<? extends Entry<?>> first = table.page("", after == null ? null : after + "0", 1);
        return first.isEmpty()
                ? null
                : first.getFirst().key().substring(0, first.getFirst().key().indexOf('/'));
    }

    private static String key(String queue, long number) {
        return queue + "/" + String.format(Locale.ROOT, "%016x", number);
    }

    private static long number(String key) {
        return Long.parseLong(key.substring(key.indexOf('/') + 1), 16);
    }
}
