package dev.podium.ec2;

import dev.podium.store.Store;
import dev.podium.store.Table;
import dev.podium.store.Write;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// What is to be forgotten, and when: a queue ordered by time. Nothing runs in the background: whoever reads
/// instances has what is due removed first.
final class Expiry {
    private final Table<String> table;
    private final Clock clock;

    Expiry(Store store, Clock clock) {
        this.table = store.table("ec2-expiry", String.class);
        this.clock = clock;
    }

    /// The change that puts something into the queue.
    ///
    /// @param what what [#due] gives out later
    Write<?> write(String what, Duration in) {
        return Write.put(table, "%013d/%s".formatted(clock.millis() + in.toMillis(), what), what);
    }

    /// Gives out what is due, and takes it out of the queue afterwards.
    void due(Consumer<String> remove) {
        String now = "%013d".formatted(clock.millis());
        List<String> first = table.keys("", null, 1);
        while (!first.isEmpty() && first.getFirst().compareTo(now) <= 0) {
            String key = first.getFirst();
            table.get(key).ifPresent(remove);
            table.remove(key);
            first = table.keys("", null, 1);
        }
    }
}
