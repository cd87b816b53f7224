package dev.podium.lambda.sources;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Records of one lane of a shard.
///
/// @param window null without tumbling windows
/// @param last whether it ends the window, without records
record StreamBatch(
        StreamSource source,
        StreamShard.Lane lane,
        List<SourceRecord> records,
        @Nullable TumblingWindow window,
        boolean last)
        implements Batch {
    @Override
    public ObjectNode event(List<SourceRecord> some) {
        ObjectNode event = Json.object();
        ArrayNode list = event.putArray("Records");
        some.forEach(record -> list.add(record.json()));
        TumblingWindow current = last ? window : source.window(lane);
        if (current != null) {
            event.putObject("window")
                    .put("start", Instant.ofEpochMilli(current.start()).toString())
                    .put("end", Instant.ofEpochMilli(current.end()).toString());
            event.set("state", current.state() == null ? Json.object() : current.state());
            event.put("shardId", lane.shard.id);
            event.put("eventSourceARN", source.stream().toString());
            event.put("isFinalInvokeForWindow", last);
            event.put("isWindowTerminatedEarly", last && current.full());
        }
        return event;
    }

    @Override
    public void answered(List<SourceRecord> some, JsonNode answer) {
        if (window != null) {
            source.carryOn(lane, last, answer.path("state"));
        }
    }

    @Override
    public void done(List<SourceRecord> some) {
        source.done(lane, some);
    }

    @Override
    public void describe(ObjectNode invocationRecord, List<SourceRecord> some) {
        ObjectNode info = invocationRecord.putObject(source.batchInfo());
        info.put("shardId", lane.shard.id);
        if (!some.isEmpty()) {
            info.set("startSequenceNumber", some.getFirst().id());
            info.set("endSequenceNumber", some.getLast().id());
            info.put("approximateArrivalOfFirstRecord", time(some.getFirst()));
            info.put("approximateArrivalOfLastRecord", time(some.getLast()));
        }
        info.put("batchSize", some.size());
        info.put("streamArn", source.stream().toString());
    }

    private static String time(SourceRecord record) {
        return Discard.TIME.format(Instant.ofEpochMilli(record.millis()));
    }

    @Override
    public void close() {
        source.giveBack(lane, records);
    }
}
