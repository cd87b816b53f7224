package dev.podium.lambda.sources;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.http.Listener;
import dev.podium.http.ListenerSettings;
import dev.podium.http.Request;
import dev.podium.http.Response;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/// A server of one stream that speaks the JSON of Kinesis and of DynamoDB streams, as far as a reader
/// needs it: shards
/// that split, iterators that expire, records by sequence number and time. It takes SQS messages as well.
@NullMarked
final class TestStreams implements AutoCloseable {
    static final String KINESIS = "arn:aws:kinesis:us-east-1:000000000000:stream/clicks";
    static final String DYNAMODB =
            "arn:aws:dynamodb:us-east-1:000000000000:table/orders/stream/2026-11-21T00:00:00.000";

    private final Listener listener;
    private final Map<String, Shard> shards = new LinkedHashMap<>();
    private final List<String> iterators = new CopyOnWriteArrayList<>();
    private final List<JsonNode> messages = new CopyOnWriteArrayList<>();
    private int epoch;
    private boolean away;
    private long sequence = 100;

    private static final class Shard {
        final List<ObjectNode> records = new ArrayList<>();

        @Nullable
        String parent;

        boolean closed;
        String trimmed = "";
    }

    TestStreams() throws IOException {
        listener = Listener.start(ListenerSettings.defaults(), this::handle);
        shard("shardId-0", null);
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + listener.address().getPort());
    }

    /// Adds a shard; its parent, if there is one, gets no more records.
    synchronized void shard(String id, @Nullable String parent) {
        Shard shard = new Shard();
        shard.parent = parent;
        shards.put(id, shard);
        if (parent != null) {
            found(parent).closed = true;
        }
    }

    private Shard found(String id) {
        return requireNonNull(shards.get(id));
    }

    /// Puts a record with the time of its arrival.
    ///
    /// @return its sequence number
    synchronized String put(String shard, String key, String data, long millis) {
        String number = String.format(Locale.ROOT, "4959%020d", sequence++);
        ObjectNode record = Json.object();
        record.put("SequenceNumber", number);
        record.put("PartitionKey", key);
        record.put("Data", Base64.getEncoder().encodeToString(data.getBytes(StandardCharsets.UTF_8)));
        record.put("ApproximateArrivalTimestamp", millis / 1000.0);
        found(shard).records.add(record);
        return number;
    }

    String put(String shard, String data) {
        return put(shard, "key", data, System.currentTimeMillis());
    }

    /// Iterators so far are of no use any more.
    synchronized void expire() {
        epoch++;
    }

    /// Forgets the oldest records of a shard.
    synchronized void trim(String id, int records) {
        Shard shard = found(id);
        List<ObjectNode> oldest = shard.records.subList(0, records);
        shard.trimmed = oldest.getLast().path("SequenceNumber").asText();
        oldest.clear();
    }

    synchronized void away(boolean gone) {
        away = gone;
    }

    /// Types of the iterators that were asked for.
    List<String> iterators() {
        return iterators;
    }

    /// Bodies of the messages that were sent to queues here.
    List<JsonNode> messages() {
        return messages;
    }

    private synchronized Response handle(Request request) throws IOException {
        JsonNode input = Json.MAPPER.readTree(request.bytes(1 << 20));
        if (away) {
            return error(503, "ServiceUnavailable");
        }
        String target = request.headers().first("X-Amz-Target", "");
        return switch (target.substring(target.indexOf('.') + 1)) {
            case "SendMessage" -> {
                messages.add(Json.MAPPER.readTree(input.path("MessageBody").asText()));
                yield json(Json.object().put("MessageId", "1"));
            }
            case "ListShards" -> {
                ObjectNode answer = Json.object();
                shards(answer.putArray("Shards"));
                yield json(answer);
            }
            case "DescribeStream" -> {
                ObjectNode answer = Json.object();
                shards(answer.putObject("StreamDescription").putArray("Shards"));
                yield json(answer);
            }
            case "GetShardIterator" -> iterator(input);
            case "GetRecords" -> records(input, target.startsWith("DynamoDB"));
            default -> error(400, "UnknownOperationException");
        };
    }

    private void shards(ArrayNode list) {
        shards.forEach((id, shard) -> {
            ObjectNode one = list.addObject().put("ShardId", id);
            if (shard.parent != null) {
                one.put("ParentShardId", shard.parent);
            }
            ObjectNode range = one.putObject("SequenceNumberRange").put("StartingSequenceNumber", "1");
            if (shard.closed) {
                range.put("EndingSequenceNumber", "2");
            }
        });
    }

    private Response iterator(JsonNode input) throws IOException {
        String id = input.path("ShardId").asText();
        Shard shard = found(id);
        String type = input.path("ShardIteratorType").asText();
        iterators.add(type);
        String from = input.path("StartingSequenceNumber")
                .asText(input.path("SequenceNumber").asText(""));
        if (!from.isEmpty() && from.compareTo(shard.trimmed) < 0) {
            return error(400, "TrimmedDataAccessException");
        }
        double time = input.path("Timestamp").asDouble();
        int index = switch (type) {
            case "LATEST" -> shard.records.size();
            case "AFTER_SEQUENCE_NUMBER" ->
                (int) shard.records.stream()
                        .filter(r -> r.path("SequenceNumber").asText().compareTo(from) <= 0)
                        .count();
            case "AT_TIMESTAMP" ->
                (int) shard.records.stream()
                        .filter(r -> r.path("ApproximateArrivalTimestamp").asDouble() < time)
                        .count();
            default -> 0;
        };
        return json(Json.object().put("ShardIterator", epoch + ":" + id + ":" + index));
    }

    private Response records(JsonNode input, boolean dynamo) throws IOException {
        String[] iterator = input.path("ShardIterator").asText().split(":", -1);
        if (Integer.parseInt(iterator[0]) != epoch) {
            return error(400, "ExpiredIteratorException");
        }
        Shard shard = found(iterator[1]);
        int index = Integer.parseInt(iterator[2]);
        int end = Math.min(shard.records.size(), index + input.path("Limit").asInt());
        ObjectNode answer = Json.object();
        ArrayNode list = answer.putArray("Records");
        shard.records.subList(index, end).forEach(record -> list.add(dynamo ? change(record) : record));
        if (!shard.closed || end < shard.records.size()) {
            answer.put("NextShardIterator", epoch + ":" + iterator[1] + ":" + end);
        }
        return json(answer);
    }

    private static ObjectNode change(ObjectNode record) {
        ObjectNode change = Json.object();
        change.put("eventID", "e" + record.path("SequenceNumber").asText());
        change.put("eventName", "INSERT").put("eventVersion", "1.1").put("eventSource", "aws:dynamodb");
        change.put("awsRegion", "us-east-1");
        ObjectNode data = change.putObject("dynamodb");
        data.set("ApproximateCreationDateTime", record.path("ApproximateArrivalTimestamp"));
        data.putObject("Keys")
                .putObject("id")
                .put("S", record.path("PartitionKey").asText());
        data.putObject("NewImage")
                .putObject("id")
                .put("S", record.path("PartitionKey").asText());
        data.set("SequenceNumber", record.path("SequenceNumber"));
        data.put("SizeBytes", 26).put("StreamViewType", "NEW_AND_OLD_IMAGES");
        return change;
    }

    private static Response json(JsonNode answer) throws IOException {
        return Response.json(200, Json.MAPPER.writeValueAsBytes(answer));
    }

    private static Response error(int status, String code) throws IOException {
        return Response.json(
                status,
                Json.MAPPER.writeValueAsBytes(Json.object().put("__type", code).put("message", "no")));
    }

    @Override
    public void close() {
        listener.close();
    }
}
