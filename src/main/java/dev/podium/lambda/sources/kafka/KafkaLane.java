package dev.podium.lambda.sources.kafka;

import java.util.ArrayDeque;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/// A partition while it is this consumer's: what has been read ahead, in order. Guarded by the lock of
/// [KafkaLanes].
final class KafkaLane {
    final TopicPartition partition;
    private final ArrayDeque<ConsumerRecord<byte[], byte[]>> waiting = new ArrayDeque<>();
    private long bytes;
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

    /// How much of an event the records would take.
    long bytes() {
        return bytes;
    }

    void add(ConsumerRecord<byte[], byte[]> one) {
        waiting.add(one);
        bytes += KafkaEvent.size(one);
    }

    /// Size of the record that comes next; there must be one.
    long next() {
        return KafkaEvent.size(waiting.element());
    }

    ConsumerRecord<byte[], byte[]> take() {
        ConsumerRecord<byte[], byte[]> one = waiting.remove();
        bytes -= KafkaEvent.size(one);
        return one;
    }

    /// Takes back records that were not processed, before all others.
    void giveBack(List<ConsumerRecord<byte[], byte[]>> records) {
        records.reversed().forEach(one -> {
            waiting.addFirst(one);
            bytes += KafkaEvent.size(one);
        });
    }

    void clear() {
        waiting.clear();
        bytes = 0;
    }
}
