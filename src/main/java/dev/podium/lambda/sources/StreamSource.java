package dev.podium.lambda.sources;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.aws.Arn;
import dev.podium.aws.HttpUpstream;
import dev.podium.lambda.sources.StreamProtocol.Page;
import dev.podium.lambda.sources.StreamProtocol.Position;
import dev.podium.lambda.sources.StreamProtocol.ShardInfo;
import dev.podium.store.Table;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One stream. The worker that waits fetches for all shards by turns; each lane has one batch out at a
/// time, and what
/// is done is on disk before the next one.
final class StreamSource implements Source {
    static final int MAX_BYTES = 6 << 20;
    private static final int MAX_FETCHED = 10_000;
    private static final Duration BETWEEN_PAGES = Duration.ofMillis(200);
    private static final Duration REFRESH = Duration.ofSeconds(30);
    /// What came next is older than a stream of DynamoDB keeps: it goes on with the oldest record that is left.
    private static final String TRIMMED = "TrimmedDataAccess";
    /// Iterators last five minutes; a stream that is read too fast says so.
    private static final List<String> PASSING = List.of("ExpiredIterator", "ThroughputExceeded", TRIMMED);
    /// Where a mapping from LATEST began: what was not done after a restart begins there.
    private static final String SINCE = "!since";

    private final EventSourceMapping mapping;
    private final Arn stream;
    private final StreamProtocol protocol;
    private final Table<Checkpoint> checkpoints;
    private final String prefix;
    private final String role;
    private final Filters filters;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final Map<String, StreamShard> shards = new LinkedHashMap<>();
    private boolean listing;
    private long nextListing = System.nanoTime();

    StreamSource(
            EventSourceMapping mapping,
            Arn stream,
            StreamProtocol protocol,
            Table<Checkpoint> checkpoints,
            String prefix,
            String role,
            Clock clock) {
        this.mapping = mapping;
        this.stream = stream;
        this.protocol = protocol;
        this.checkpoints = checkpoints;
        this.prefix = prefix;
        this.role = role;
        this.filters = Filters.of(mapping);
        this.clock = clock;
    }

    Arn stream() {
        return stream;
    }

    String batchInfo() {
        return protocol.batchInfo();
    }

    long windowMillis() {
        return mapping.setting("TumblingWindowInSeconds").asLong(0) * 1000;
    }

    int lanes() {
        return mapping.setting("ParallelizationFactor").asInt(1);
    }

    @Override
    public boolean ordered() {
        return true;
    }

    @Override
    public int parallelism() {
        lock.lock();
        try {
            // One more than there are lanes: it fetches while the others are busy.
            return 1
                    + shards.values().stream()
                            .mapToInt(shard -> shard.lanes.size())
                            .sum();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable Batch next(Duration patience) throws SourceException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            boolean list = false;
            StreamShard fetch = null;
            lock.lock();
            try {
                long now = System.nanoTime();
                long wake = end;
                for (StreamShard shard : shards.values()) {
                    for (StreamShard.Lane lane : shard.lanes) {
                        Long ready = lane.busy ? null : lane.readyAt(mapping, clock, now);
                        if (ready != null && ready <= now) {
                            return lane.take(mapping);
                        }
                        wake = ready == null ? wake : Math.min(wake, ready);
                    }
                    if (shard.polling || shard.ended || shard.size() >= MAX_FETCHED || !open(shard)) {
                        continue;
                    }
                    if (shard.nextPoll <= now) {
                        fetch = shard;
                    }
                    wake = Math.min(wake, shard.nextPoll);
                }
                if (!listing && nextListing <= now) {
                    listing = true;
                    list = true;
                } else if (fetch != null) {
                    fetch.polling = true;
                } else if (now >= end) {
                    return null;
                } else {
                    long waited = moved.awaitNanos(Math.max(1_000_000, Math.min(wake, nextListing) - now));
                    assert waited <= patience.toNanos();
                    continue;
                }
            } finally {
                lock.unlock();
            }
            if (list) {
                list();
            } else if (fetch != null) {
                fetch(fetch);
            }
        }
    }

    /// A shard begins when those before it are through.
    private boolean open(StreamShard shard) {
        return shard.parents.stream().noneMatch(shards::containsKey);
    }

    private void list() throws SourceException, InterruptedException {
        boolean listed = false;
        try {
            List<ShardInfo> found = protocol.shards(stream);
            boolean fromLatest = mapping.startingPosition().equals("LATEST");
            boolean first = fromLatest && checkpoints.get(prefix + SINCE).isEmpty();
            if (first) {
                checkpoints.put(prefix + SINCE, new Checkpoint(String.valueOf(clock.millis()), false, null, null));
            }
            for (ShardInfo info : found) {
                Checkpoint known = checkpoints.get(prefix + info.id()).orElse(null);
                if (known == null && first && info.closed()) {
                    known = Checkpoint.end();
                    checkpoints.put(prefix + info.id(), known);
                }
                if (known == null || !known.ended()) {
                    add(new StreamShard(this, info, known, first));
                }
            }
            listed = true;
        } catch (IOException e) {
            throw away(e);
        } finally {
            lock.lock();
            try {
                listing = false;
                nextListing = System.nanoTime() + (listed ? REFRESH.toNanos() : 0);
                moved.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private void add(StreamShard shard) {
        lock.lock();
        try {
            shards.putIfAbsent(shard.id, shard);
        } finally {
            lock.unlock();
        }
    }

    private SourceException away(IOException e) {
        return new SourceException("The stream " + stream + " can't be read: " + e.getMessage(), e);
    }

    /// Fetches what a shard has, outside the lock; nobody else fetches from it meanwhile.
    private void fetch(StreamShard shard) throws SourceException, InterruptedException {
        String iterator = shard.iterator;
        Duration pause = protocol.pause();
        Page page = null;
        boolean trimmed = false;
        try {
            if (iterator == null) {
                iterator = protocol.iterator(stream, shard.id, position(shard));
            }
            page = protocol.records(stream, iterator, Math.min(MAX_FETCHED, 1000));
        } catch (HttpUpstream.Refused e) {
            iterator = null;
            trimmed = e.code().contains(TRIMMED);
            if (PASSING.stream().noneMatch(e.code()::contains)) {
                throw away(e);
            }
        } catch (IOException e) {
            throw away(e);
        } finally {
            List<JsonNode> fresh = page == null ? List.of() : fresh(shard, page.records());
            boolean through;
            Checkpoint passed;
            lock.lock();
            try {
                shard.polling = false;
                shard.latest &= iterator == null;
                shard.iterator = page == null ? null : page.next();
                shard.fetched = trimmed ? null : shard.fetched;
                shard.ended = page != null && page.next() == null;
                for (JsonNode raw : fresh) {
                    shard.add(protocol.record(stream, shard.id, raw, role, filters), protocol.key(raw));
                }
                // Records that were filtered out are done when nothing is before them.
                passed = !fresh.isEmpty() && shard.done(List.of()) ? shard.checkpoint() : null;
                shard.nextPoll = System.nanoTime() + (fresh.isEmpty() ? pause : BETWEEN_PAGES).toNanos();
                through = leave(shard);
                moved.signalAll();
            } finally {
                lock.unlock();
            }
            if (passed != null) {
                store(shard.id, passed);
            }
            noteEnd(shard, through);
        }
    }

    /// A DynamoDB stream that goes on from LATEST after a restart is read from its beginning: what is
    /// older goes.
    private List<JsonNode> fresh(StreamShard shard, List<JsonNode> records) {
        Optional<Instant> since = since();
        if (shard.fetched != null || protocol.timestamps() || shard.latest || since.isEmpty()) {
            return records;
        }
        long start = since.get().getEpochSecond();
        List<JsonNode> fresh = new ArrayList<>(records);
        fresh.removeIf(
                raw -> raw.path("dynamodb").path("ApproximateCreationDateTime").asDouble() < start);
        return fresh;
    }

    private Optional<Instant> since() {
        return checkpoints
                .get(prefix + SINCE)
                .map(since -> Instant.ofEpochMilli(Long.parseLong(String.valueOf(since.sequence()))));
    }

    private Position position(StreamShard shard) {
        if (shard.fetched != null) {
            return new Position("AFTER_SEQUENCE_NUMBER", shard.fetched, null);
        }
        return switch (mapping.startingPosition()) {
            case "AT_TIMESTAMP" -> new Position("AT_TIMESTAMP", null, mapping.startingTimestamp());
            case "LATEST" ->
                shard.latest
                        ? new Position("LATEST", null, null)
                        : protocol.timestamps()
                                ? new Position("AT_TIMESTAMP", null, since().orElse(Instant.EPOCH))
                                : new Position("TRIM_HORIZON", null, null);
            default -> new Position("TRIM_HORIZON", null, null);
        };
    }

    /// Leaves a shard that is through, so that those behind it begin; under the lock.
    private boolean leave(StreamShard shard) {
        if (!shard.through() || shards.remove(shard.id) == null) {
            return false;
        }
        nextListing = System.nanoTime();
        return true;
    }

    private void noteEnd(StreamShard shard, boolean through) {
        if (through) {
            checkpoints.put(prefix + shard.id, Checkpoint.end());
        }
    }

    @Nullable
    TumblingWindow window(StreamShard.Lane lane) {
        lock.lock();
        try {
            return lane.window;
        } finally {
            lock.unlock();
        }
    }

    /// Carries a window's state on, or ends it.
    void carryOn(StreamShard.Lane lane, boolean last, JsonNode state) {
        Checkpoint now = null;
        lock.lock();
        try {
            TumblingWindow window = lane.window;
            if (last) {
                lane.window = null;
                now = lane.shard.checkpoint();
            } else if (window != null && !state.isMissingNode()) {
                lane.window = window.with(state);
            }
        } finally {
            lock.unlock();
        }
        if (now != null) {
            checkpoints.put(prefix + lane.shard.id, now);
        }
    }

    /// On disk when this returns.
    void done(StreamShard.Lane lane, List<SourceRecord> records) {
        Checkpoint now = null;
        lock.lock();
        try {
            if (lane.shard.done(records)) {
                now = lane.shard.checkpoint();
            }
        } finally {
            lock.unlock();
        }
        if (now != null) {
            store(lane.shard.id, now);
        }
    }

    /// Lanes of one shard may come here at the same time, in any order: the furthest wins.
    private void store(String shard, Checkpoint now) {
        checkpoints.compute(prefix + shard, before -> before == null || later(now, before) ? now : before);
    }

    private static boolean later(Checkpoint now, Checkpoint before) {
        String mine = String.valueOf(now.sequence());
        String other = String.valueOf(before.sequence());
        return before.sequence() == null
                || mine.length() > other.length()
                || (mine.length() == other.length() && mine.compareTo(other) >= 0);
    }

    /// The lane is free again.
    void giveBack(StreamShard.Lane lane, List<SourceRecord> records) {
        boolean through;
        lock.lock();
        try {
            lane.busy = false;
            lane.putBack(records);
            through = leave(lane.shard);
            moved.signalAll();
        } finally {
            lock.unlock();
        }
        noteEnd(lane.shard, through);
    }

    @Override
    public void close() {
        // Nothing is open between two calls.
    }
}
