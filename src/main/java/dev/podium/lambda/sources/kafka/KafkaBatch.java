package dev.podium.lambda.sources.kafka;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.lambda.sources.Batch;
import dev.podium.lambda.sources.SourceRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Records of one or more partitions for one invocation.
final class KafkaBatch implements Batch {
    private final String bootstrapServers;
    private final KafkaLanes lanes;
    private final List<Part> parts;
    private final List<SourceRecord> records = new ArrayList<>();
    private boolean tried;

    /// The records of a partition, in order.
    static final class Part {
        final KafkaLane lane;
        final List<SourceRecord> records = new ArrayList<>();
        /// The first offset that is not done.
        long next = -1;
        /// Whether the partition goes on without this batch.
        boolean settled;

        Part(KafkaLane lane) {
            this.lane = lane;
        }

        /// Those that are not done.
        List<SourceRecord> rest() {
            return records.stream()
                    .filter(one -> KafkaEvent.offset(one) >= next)
                    .toList();
        }
    }

    KafkaBatch(String bootstrapServers, KafkaLanes lanes, List<Part> parts) {
        this.bootstrapServers = bootstrapServers;
        this.lanes = lanes;
        this.parts = parts;
        parts.forEach(part -> records.addAll(part.records));
    }

    @Override
    public List<SourceRecord> records() {
        return records;
    }

    @Override
    public ObjectNode event(List<SourceRecord> some) {
        if (tried) {
            lanes.failing(parts);
        }
        tried = true;
        return KafkaEvent.of(bootstrapServers, some);
    }

    /// The reading thread commits them a moment later.
    @Override
    public void done(List<SourceRecord> some) {
        Map<String, Long> next = new HashMap<>();
        some.forEach(one -> next.merge(one.lane(), KafkaEvent.offset(one) + 1, Math::max));
        for (Part part : parts) {
            part.next = Math.max(part.next, next.getOrDefault(part.lane.partition.toString(), -1L));
        }
        lanes.done(parts);
    }

    @Override
    public void describe(ObjectNode invocationRecord, List<SourceRecord> some) {
        invocationRecord.set("KafkaBatchInfo", KafkaEvent.info(bootstrapServers, some));
    }

    @Override
    public void close() {
        lanes.settle(parts);
    }
}
