package dev.podium.sqs;

import dev.podium.sqs.Entry.State;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Receives with a ReceiveRequestAttemptId, which may be repeated for five minutes. Its queue's lock guards it.
final class Attempts {
    private static final int MOST = 1000;

    private final SequencedMap<String, Attempt> attempts = new LinkedHashMap<>();

    private record Attempt(List<Entry> entries, List<Integer> receives, long at) {
        /// None was deleted, received again, or became visible.
        boolean repeatable() {
            for (int i = 0; i < entries.size(); i++) {
                if (entries.get(i).state != State.IN_FLIGHT || entries.get(i).receives != receives.get(i)) {
                    return false;
                }
            }
            return true;
        }
    }

    /// The messages of an earlier attempt, all still in flight; empty when there are none.
    List<Entry> find(@Nullable String id, long now) {
        Attempt attempt = id == null ? null : attempts.get(id);
        boolean fresh = attempt != null && attempt.at + Deduplications.INTERVAL.toMillis() > now;
        return attempt != null && fresh && attempt.repeatable() ? attempt.entries : List.of();
    }

    void add(@Nullable String id, List<Entry> entries, long now) {
        if (id == null || entries.isEmpty()) {
            return;
        }
        attempts.remove(id);
        attempts.put(
                id,
                new Attempt(
                        entries, entries.stream().map(entry -> entry.receives).toList(), now));
        if (attempts.size() > MOST) {
            attempts.pollFirstEntry();
        }
    }
}
