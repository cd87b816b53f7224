package dev.podium.lambda.sources.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.lambda.sources.Filters;
import dev.podium.lambda.sources.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/// The event that a function gets: records by `topic-partition`, keys and values as base64, each header as an
/// array of
/// its signed bytes.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html">Example event</a>
final class KafkaEvent {
    private static final int RECORD_OVERHEAD = 160;
    private static final int HEADER_OVERHEAD = 8;
    private static final int HEADER_BYTE = 5; // "-128,"

    private KafkaEvent() {}

    /// The event for records.
    static ObjectNode of(String bootstrapServers, List<SourceRecord> records) {
        ObjectNode event = Json.object();
        event.put("eventSource", "SelfManagedKafka");
        event.put("bootstrapServers", bootstrapServers);
        ObjectNode byPartition = event.putObject("records");
        for (SourceRecord one : records) {
            byPartition.withArray(one.lane()).add(one.json());
        }
        return event;
    }

    /// A record as the loop passes it around; of one that is filtered out only the place is kept.
    static SourceRecord source(ConsumerRecord<byte[], byte[]> one, Filters filters) {
        String partition = one.topic() + "-" + one.partition();
        ObjectNode id = Json.object();
        id.put("partition", partition);
        id.set("offset", number(one.offset()));
        ObjectNode json = json(one);
        boolean wanted = filters.pass(() -> decoded(json, one.value()));
        return wanted
                ? new SourceRecord(id, partition, json, true, (int) size(one), one.timestamp())
                : new SourceRecord(id, partition, MissingNode.getInstance(), false, RECORD_OVERHEAD, one.timestamp());
    }

    /// As a parser makes it of an answer's text: equal nodes have equal types.
    private static JsonNode number(long value) {
        return (int) value == value ? IntNode.valueOf((int) value) : LongNode.valueOf(value);
    }

    private static ObjectNode json(ConsumerRecord<byte[], byte[]> one) {
        ObjectNode json = Json.object();
        json.put("topic", one.topic());
        json.put("partition", one.partition());
        json.put("offset", one.offset());
        json.put("timestamp", one.timestamp());
        json.put("timestampType", one.timestampType().name());
        // What a record does not have its event does not have either.
        if (one.key() != null) {
            json.put("key", one.key());
        }
        if (one.value() != null) {
            json.put("value", one.value());
        }
        ArrayNode headers = json.putArray("headers");
        for (Header header : one.headers()) {
            ArrayNode bytes = headers.addObject().putArray(header.key());
            byte[] value = header.value();
            for (int i = 0; value != null && i < value.length; i++) {
                bytes.add((int) value[i]);
            }
        }
        return json;
    }

    /// What filters see: the value as JSON, or as text where it is none.
    private static ObjectNode decoded(ObjectNode json, byte @Nullable [] value) {
        return value == null
                ? json
                : json.deepCopy().set("value", Filters.parsed(new String(value, StandardCharsets.UTF_8)));
    }

    /// At most how many bytes of the event a record takes.
    static long size(ConsumerRecord<byte[], byte[]> of) {
        long size = RECORD_OVERHEAD + of.topic().length() + base64(of.key()) + base64(of.value());
        for (Header header : of.headers()) {
            byte[] value = header.value();
            size += HEADER_OVERHEAD + 6L * header.key().length();
            size += value == null ? 0 : HEADER_BYTE * (long) value.length;
        }
        return size;
    }

    private static long base64(byte @Nullable [] bytes) {
        return bytes == null ? 0 : (bytes.length + 2L) / 3 * 4;
    }

    /// A record's offset.
    static long offset(SourceRecord of) {
        return of.id().path("offset").asLong();
    }

    /// What an OnFailure destination is told of records.
    static ObjectNode info(String bootstrapServers, List<SourceRecord> records) {
        ObjectNode info = Json.object();
        info.put("batchSize", records.size());
        info.put("bootstrapServers", bootstrapServers);
        info.put("payloadSize", records.stream().mapToLong(SourceRecord::bytes).sum());
        ObjectNode byPartition = info.putObject("recordsInfo");
        for (SourceRecord one : records) {
            ObjectNode part = byPartition.withObjectProperty(one.lane());
            String offset = String.valueOf(offset(one));
            String time = Instant.ofEpochMilli(one.millis()).toString();
            if (part.isEmpty()) {
                part.put("firstRecordOffset", offset).put("lastRecordOffset", offset);
                part.put("firstRecordTimestamp", time);
            }
            part.put("lastRecordOffset", offset).put("lastRecordTimestamp", time);
        }
        return info;
    }
}
