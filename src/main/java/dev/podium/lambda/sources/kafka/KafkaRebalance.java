package dev.podium.lambda.sources.kafka;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/// What happens when partitions come to a consumer and leave it. Called by the client within `poll` and `close`.
final class KafkaRebalance implements ConsumerRebalanceListener {
    private final Consumer<?, ?> consumer;
    private final KafkaSettings.Start start;
    private final KafkaLanes lanes;

    KafkaRebalance(Consumer<?, ?> consumer, KafkaSettings.Start start, KafkaLanes lanes) {
        this.consumer = consumer;
        this.start = start;
        this.lanes = lanes;
    }

    /// Where the group has committed nothing, the starting position is found out and committed: what is
    /// written from
    /// now on is read, whoever reads it and whenever.
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            return;
        }
        Set<TopicPartition> unread = new HashSet<>();
        consumer.committed(Set.copyOf(partitions)).forEach((partition, offset) -> {
            if (offset == null) {
                unread.add(partition);
            }
        });
        lanes.open(partitions);
        if (unread.isEmpty()) {
            return;
        }
        Map<TopicPartition, Long> first = first(unread);
        Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
        first.forEach((partition, offset) -> {
            consumer.seek(partition, offset);
            committed.put(partition, new OffsetAndMetadata(offset));
        });
        lanes.done(committed);
    }

    private Map<TopicPartition, Long> first(Set<TopicPartition> partitions) {
        return switch (start.position()) {
            case TRIM_HORIZON -> consumer.beginningOffsets(partitions);
            case LATEST -> consumer.endOffsets(partitions);
            case AT_TIMESTAMP -> at(partitions, start.timestamp() == null ? Instant.EPOCH : start.timestamp());
        };
    }

    private Map<TopicPartition, Long> at(Set<TopicPartition> partitions, Instant time) {
        Map<TopicPartition, Long> times = new HashMap<>();
        partitions.forEach(partition -> times.put(partition, time.toEpochMilli()));
        Map<TopicPartition, Long> offsets = new HashMap<>(consumer.endOffsets(partitions));
        for (Map.Entry<TopicPartition, OffsetAndTimestamp> found :
                consumer.offsetsForTimes(times).entrySet()) {
            if (found.getValue() != null) {
                offsets.put(found.getKey(), found.getValue().offset());
            }
        }
        return offsets;
    }

    /// Another consumer goes on: from where the batch that runs now ends, if it ends soon.
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> done = lanes.release(partitions);
        if (!done.isEmpty()) {
            consumer.commitSync(done);
        }
    }

    /// Another consumer went on some time ago.
    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        lanes.drop(partitions);
    }
}
