package dev.podium.sqs;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a FIFO queue has seen in the last five minutes. Its queue's lock guards it.
final class Deduplications {
    /// How long an id counts.
    static final Duration INTERVAL = Duration.ofMinutes(5);

    private final Map<String, StoredDeduplication> byKey = new HashMap<>();
    /// Oldest first: sequences grow with time.
    private final TreeMap<Long, StoredDeduplication> bySequence = new TreeMap<>();

    @Nullable
    StoredDeduplication find(String key) {
        return byKey.get(key);
    }

    void add(StoredDeduplication seen) {
        byKey.put(seen.key(), seen);
        bySequence.put(seen.sequence(), seen);
    }

    void remove(StoredDeduplication seen) {
        byKey.remove(seen.key(), seen);
        bySequence.remove(seen.sequence());
    }

    /// Forgets what is older than the interval.
    ///
    /// @return it
    List<StoredDeduplication> expire(long now) {
        List<StoredDeduplication> expired = new ArrayList<>(0);
        while (!bySequence.isEmpty() && bySequence.firstEntry().getValue().at() + INTERVAL.toMillis() <= now) {
            StoredDeduplication oldest = bySequence.firstEntry().getValue();
            remove(oldest);
            expired.add(oldest);
        }
        return expired;
    }
}
