package dev.podium.lambda.sources;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One shard that is read: what was fetched, divided into lanes, and how much of it is done.
///
/// Every method needs the source's lock.
final class StreamShard {
    final String id;
    final List<String> parents;
    final List<Lane> lanes = new ArrayList<>();
    private final StreamSource source;
    /// In the order of the shard.
    private final Deque<SourceRecord> pending = new ArrayDeque<>();
    /// Those of them that are not done.
    private final Set<SourceRecord> open = Collections.newSetFromMap(new IdentityHashMap<>());

    @Nullable
    String iterator;

    /// Sequence number of the last record that was fetched.
    @Nullable
    String fetched;

    /// Sequence number of the last record that is done with all before it.
    @Nullable
    String sequence;

    /// Whether to begin with what comes from now on.
    boolean latest;
    long nextPoll = System.nanoTime();
    boolean polling;
    boolean ended;

    StreamShard(StreamSource source, StreamProtocol.ShardInfo info, @Nullable Checkpoint from, boolean latest) {
        this.source = source;
        this.id = info.id();
        this.parents = info.parents();
        this.latest = latest;
        int count = source.windowMillis() > 0 ? 1 : source.lanes();
        for (int i = 0; i < count; i++) {
            lanes.add(new Lane(this));
        }
        if (from != null) {
            sequence = from.sequence();
            fetched = from.sequence();
            if (from.windowStart() != null) {
                lanes.getFirst().window = new TumblingWindow(from.windowStart(), source.windowMillis(), from.state());
            }
        }
    }

    /// Records that no batch holds yet and those that are being worked on.
    int size() {
        return pending.size();
    }

    /// What filters don't let pass only waits for what was before it.
    void add(SourceRecord record, String key) {
        pending.add(record);
        if (record.wanted()) {
            open.add(record);
            lanes.get(Math.floorMod(key.hashCode(), lanes.size())).add(record);
        }
        fetched = record.id().asText();
    }

    /// @return whether the checkpoint has moved
    boolean done(List<SourceRecord> records) {
        records.forEach(open::remove);
        boolean moved = false;
        while (!pending.isEmpty() && !open.contains(pending.getFirst())) {
            sequence = pending.removeFirst().id().asText();
            moved = true;
        }
        return moved;
    }

    boolean through() {
        return ended && pending.isEmpty() && lanes.stream().noneMatch(lane -> lane.busy || lane.window != null);
    }

    Checkpoint checkpoint() {
        TumblingWindow window = lanes.getFirst().window;
        return new Checkpoint(
                sequence, false, window == null ? null : window.start(), window == null ? null : window.state());
    }

    /// Records of one key follow each other in one lane.
    static final class Lane {
        final StreamShard shard;
        private final Deque<SourceRecord> queue = new ArrayDeque<>();
        private long bytes;
        private long firstNanos;
        boolean busy;

        @Nullable
        TumblingWindow window;

        Lane(StreamShard shard) {
            this.shard = shard;
        }

        private void add(SourceRecord record) {
            if (queue.isEmpty()) {
                firstNanos = System.nanoTime();
            }
            queue.add(record);
            bytes += record.bytes();
        }

        /// When there is a batch, as [System#nanoTime]; null when nothing will come of what is here.
        @Nullable
        Long readyAt(EventSourceMapping mapping, Clock clock, long now) {
            if (window != null && (queue.isEmpty() || !window.holds(queue.getFirst()))) {
                return queue.isEmpty() && !shard.ended
                        ? now + 1_000_000 * Math.max(0, window.end() - clock.millis())
                        : now;
            }
            if (queue.isEmpty()) {
                return null;
            }
            boolean full = queue.size() >= mapping.batchSize() || bytes >= StreamSource.MAX_BYTES || shard.ended;
            return full ? now : firstNanos + mapping.window().toNanos();
        }

        /// Takes a batch out.
        StreamBatch take(EventSourceMapping mapping) {
            busy = true;
            List<SourceRecord> records = new ArrayList<>();
            TumblingWindow now = window;
            if (now != null && (now.full() || queue.isEmpty() || !now.holds(queue.getFirst()))) {
                return new StreamBatch(shard.source, this, records, now, true);
            }
            long millis = shard.source.windowMillis();
            if (millis > 0 && now == null) {
                now = TumblingWindow.of(queue.getFirst(), millis);
                window = now;
            }
            long taken = 0;
            while (!queue.isEmpty()
                    && records.size() < mapping.batchSize()
                    && (records.isEmpty() || taken + queue.getFirst().bytes() < StreamSource.MAX_BYTES)
                    && (now == null || now.holds(queue.getFirst()))) {
                SourceRecord record = queue.removeFirst();
                taken += record.bytes();
                records.add(record);
            }
            bytes -= taken;
            firstNanos = System.nanoTime();
            return new StreamBatch(shard.source, this, records, now, false);
        }

        /// Puts records back that were not done.
        void putBack(List<SourceRecord> records) {
            for (SourceRecord record : records.reversed()) {
                if (shard.open.contains(record)) {
                    queue.addFirst(record);
                    bytes += record.bytes();
                }
            }
        }
    }
}
