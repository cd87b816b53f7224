package dev.podium.lambda.sources.kafka;

import dev.podium.lambda.sources.SourceRecord;
import java.util.ArrayDeque;
import java.util.List;
import org.apache.kafka.common.TopicPartition;

/// A partition while it is this consumer's: what has been read ahead, in order. Guarded by the lock of
/// [KafkaLanes].
final class KafkaLane {
    final TopicPartition partition;
    private final ArrayDeque<SourceRecord> waiting = new ArrayDeque<>();
    private long bytes;
    private int wanted;
    /// Whether a batch with records of this partition is with the function.
    boolean out;
    /// Whether the function has failed with that batch before: then it may take for ever.
    boolean failing;

    KafkaLane(TopicPartition partition) {
        this.partition = partition;
    }

    int size() {
        return waiting.size();
    }

    /// How many of them the function is to get.
    int wanted() {
        return wanted;
    }

    /// How much of an event the records would take.
    long bytes() {
        return bytes;
    }

    void add(SourceRecord one) {
        waiting.add(one);
        count(one, 1);
    }

    private void count(SourceRecord one, int sign) {
        bytes += (long) sign * one.bytes();
        wanted += one.wanted() ? sign : 0;
    }

    /// The record that comes next; there must be one.
    SourceRecord next() {
        return waiting.element();
    }

    SourceRecord take() {
        SourceRecord one = waiting.remove();
        count(one, -1);
        return one;
    }

    /// Takes back records that were not processed, before all others.
    void giveBack(List<SourceRecord> records) {
        records.reversed().forEach(one -> {
            waiting.addFirst(one);
            count(one, 1);
        });
    }

    void clear() {
        waiting.clear();
        bytes = 0;
        wanted = 0;
    }
}
