package dev.podium.lambda.sources.kafka;

import dev.podium.lambda.sources.Filters;
import dev.podium.lambda.sources.SourceRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Where the thread that reads and the loop that invokes meet: records read ahead, and offsets to be committed.
final class KafkaLanes {
    /// How long a partition that is to go waits for the function; others wait meanwhile.
    private static final Duration PARTING = Duration.ofSeconds(30);
    /// Twice the largest event, so that one is ready when the other has been processed.
    private static final long AHEAD_BYTES = 2L * KafkaSettings.EVENT_BYTES;
    private static final int AHEAD = 2000;
    /// Longer than workers pause after failures.
    private static final long UNWANTED_NANOS = TimeUnit.SECONDS.toNanos(45);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<TopicPartition, KafkaLane> lanes = new LinkedHashMap<>();
    private final Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
    private final int ahead;
    private final Filters filters;
    private long readySinceNanos;
    private long wantedNanos = System.nanoTime();
    private int takers;
    private boolean closed;
    private @Nullable KafkaTrouble trouble;
    private boolean told;

    /// @param batch the largest batch
    KafkaLanes(int batch, Filters filters) {
        this.filters = filters;
        this.ahead = Math.max(2 * batch, AHEAD);
    }

    // What the reading thread calls

    /// Takes in what was read. Records of partitions that are gone by now are their next reader's.
    void add(ConsumerRecords<byte[], byte[]> polled) {
        Map<TopicPartition, List<SourceRecord>> read = new HashMap<>();
        for (TopicPartition partition : polled.partitions()) {
            read.put(
                    partition,
                    polled.records(partition).stream()
                            .map(one -> KafkaEvent.source(one, filters))
                            .toList());
        }
        locked(() -> read.forEach((partition, records) -> {
            KafkaLane lane = lanes.get(partition);
            if (lane != null) {
                records.forEach(lane::add);
            }
        }));
    }

    /// Changes something, and wakes whoever waits for that. The window of a batch begins with the first
    /// record that can
    /// be taken.
    private void locked(Runnable change) {
        lock.lock();
        try {
            boolean before = ready(KafkaLane::size) > 0;
            change.run();
            if (!before && ready(KafkaLane::size) > 0) {
                readySinceNanos = System.nanoTime();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private <T> T seen(Supplier<T> look) {
        lock.lock();
        try {
            return look.get();
        } finally {
            lock.unlock();
        }
    }

    private long ready(ToLongFunction<KafkaLane> what) {
        return lanes.values().stream().filter(lane -> !lane.out).mapToLong(what).sum();
    }

    /// Whether enough has been read ahead.
    boolean full() {
        return seen(() -> lanes.values().stream().mapToInt(KafkaLane::size).sum() >= ahead
                || lanes.values().stream().mapToLong(KafkaLane::bytes).sum() >= AHEAD_BYTES);
    }

    /// Whether there may soon be something to commit or room for more.
    boolean busy() {
        return seen(() -> !done.isEmpty() || lanes.values().stream().anyMatch(lane -> lane.out || lane.size() > 0));
    }

    /// Offsets to be committed now.
    Map<TopicPartition, OffsetAndMetadata> done() {
        lock.lock();
        try {
            Map<TopicPartition, OffsetAndMetadata> now = Map.copyOf(done);
            done.clear();
            return now;
        } finally {
            lock.unlock();
        }
    }

    /// Offsets to be committed, unless there are newer ones.
    void done(Map<TopicPartition, OffsetAndMetadata> offsets) {
        locked(() -> offsets.forEach((partition, offset) -> {
            if (lanes.containsKey(partition)) {
                done.merge(partition, offset, (a, b) -> a.offset() >= b.offset() ? a : b);
            }
        }));
    }

    /// Partitions have come.
    void open(Collection<TopicPartition> partitions) {
        locked(() -> partitions.forEach(partition -> lanes.put(partition, new KafkaLane(partition))));
    }

    /// How many partitions are here.
    int count() {
        return seen(() -> lanes.size());
    }

    /// Partitions are to go: waits a while for the batches that the function has.
    ///
    /// @return their offsets to be committed first
    Map<TopicPartition, OffsetAndMetadata> release(Collection<TopicPartition> partitions) {
        lock.lock();
        try {
            lanes.values().stream()
                    .filter(lane -> partitions.contains(lane.partition))
                    .forEach(KafkaLane::clear);
            long left = PARTING.toNanos();
            while (!closed && left > 0 && partitions.stream().anyMatch(this::isOut)) {
                left = changed.awaitNanos(left);
            }
            Map<TopicPartition, OffsetAndMetadata> last = new HashMap<>(done);
            last.keySet().retainAll(partitions);
            drop(partitions);
            return last;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Map.of();
        } finally {
            lock.unlock();
        }
    }

    private boolean isOut(TopicPartition partition) {
        KafkaLane lane = lanes.get(partition);
        return lane != null && lane.out && !lane.failing;
    }

    /// Partitions are gone.
    void drop(Collection<TopicPartition> partitions) {
        locked(() -> partitions.forEach(partition -> {
            lanes.remove(partition);
            done.remove(partition);
        }));
    }

    /// The consumer is gone, and with it all partitions.
    void clear() {
        locked(() -> {
            lanes.clear();
            done.clear();
        });
    }

    /// Whether somebody has asked for records lately, or has some.
    boolean wanted() {
        return seen(() -> !closed && (takers > 0 || anyOut() || System.nanoTime() - wantedNanos < UNWANTED_NANOS));
    }

    private boolean anyOut() {
        return lanes.values().stream().anyMatch(lane -> lane.out);
    }

    /// Waits until somebody asks for records.
    ///
    /// @return false when the end has come
    boolean awaitWanted() {
        lock.lock();
        try {
            while (!closed && !wanted()) {
                changed.await();
            }
            return !closed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /// Nothing can be read.
    ///
    /// @return whether that is news
    boolean trouble(KafkaTrouble now) {
        lock.lock();
        try {
            KafkaTrouble before = trouble;
            trouble = now;
            if (before != null && Objects.equals(before.getMessage(), now.getMessage())) {
                return false;
            }
            told = false;
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// The brokers answer again.
    void recovered() {
        locked(() -> trouble = null);
    }

    /// Waits.
    ///
    /// @return false when the end has come
    boolean rest(long millis) {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (!closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            return !closed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    // What the invoking loop calls

    /// Waits for a batch: as many records as it may hold, or what is there when the window has passed since
    /// the first
    /// of them came. Partitions of which a batch is out are left alone.
    ///
    /// @param patience how long to wait for the first record
    /// @return nothing when there was none, and after [#close]
    /// @throws KafkaTrouble once each time when nothing can be read
    List<KafkaBatch.Part> take(int most, Duration window, Duration patience) throws KafkaTrouble, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        lock.lock();
        try {
            takers++;
            changed.signalAll();
            while (!closed) {
                KafkaTrouble now = trouble;
                if (now != null && !told) {
                    told = true;
                    throw now;
                }
                long ready = ready(KafkaLane::size);
                long left = (ready > 0 ? readySinceNanos + window.toNanos() : end) - System.nanoTime();
                if (ready >= ahead
                        || ready(KafkaLane::wanted) >= most
                        || ready(KafkaLane::bytes) >= KafkaSettings.EVENT_BYTES
                        || (ready > 0 && left <= 0)) {
                    return pick(most);
                }
                if (left <= 0) {
                    return List.of();
                }
                changed.awaitNanos(left);
            }
            return List.of();
        } finally {
            takers--;
            wantedNanos = System.nanoTime();
            lock.unlock();
        }
    }

    private List<KafkaBatch.Part> pick(int most) {
        List<KafkaBatch.Part> parts = new ArrayList<>();
        int count = 0;
        long size = 0;
        for (KafkaLane lane : List.copyOf(lanes.values())) {
            if (lane.out || lane.size() == 0 || count == most) {
                continue;
            }
            KafkaBatch.Part part = new KafkaBatch.Part(lane);
            while (lane.size() > 0 && fits(lane.next(), most, count, size)) {
                SourceRecord one = lane.take();
                part.records.add(one);
                size += one.bytes();
                count += one.wanted() ? 1 : 0;
            }
            if (!part.records.isEmpty()) {
                parts.add(part);
                lane.out = true;
                lane.failing = false;
                // Last next time, so that a busy partition leaves room for others.
                lanes.remove(lane.partition);
                lanes.put(lane.partition, lane);
            }
        }
        readySinceNanos = System.nanoTime();
        return parts;
    }

    private static boolean fits(SourceRecord next, int most, int count, long size) {
        return !next.wanted() || (count < most && (count == 0 || size + next.bytes() <= KafkaSettings.EVENT_BYTES));
    }

    /// What the function has processed is committed soon; a partition that is through does not wait for others.
    void done(List<KafkaBatch.Part> parts) {
        locked(() -> parts.stream()
                .filter(part -> part.next > 0 && !part.settled && here(part))
                .forEach(part -> {
                    done.put(part.lane.partition, new OffsetAndMetadata(part.next));
                    if (part.rest().isEmpty()) {
                        settle(part);
                    }
                }));
    }

    /// The function has failed and is tried again.
    void failing(List<KafkaBatch.Part> parts) {
        locked(() -> parts.stream().filter(part -> !part.settled).forEach(part -> part.lane.failing = true));
    }

    /// The function has ended: what was not done comes again.
    void settle(List<KafkaBatch.Part> parts) {
        locked(() -> parts.forEach(this::settle));
    }

    private void settle(KafkaBatch.Part part) {
        if (!part.settled && here(part)) {
            part.lane.out = false;
            part.lane.giveBack(part.rest());
        }
        part.settled = true;
    }

    /// Whether the partition has been here all the time.
    private boolean here(KafkaBatch.Part part) {
        return lanes.get(part.lane.partition) == part.lane;
    }

    /// Wakes whoever waits, for good.
    void close() {
        locked(() -> closed = true);
    }
}
