package dev.podium.lambda.sources;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Arn;
import dev.podium.aws.HttpUpstream;
import dev.podium.codec.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// DynamoDB streams.
///
/// @see <a
/// href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html">API</a>
record DynamoProtocol(UpstreamCalls calls) implements StreamProtocol {
    static DynamoProtocol of(HttpUpstream upstream) {
        return new DynamoProtocol(new UpstreamCalls(upstream, "dynamodb", "1.0", "DynamoDBStreams_20120810"));
    }

    @Override
    public List<ShardInfo> shards(Arn stream) throws IOException, InterruptedException {
        List<ShardInfo> shards = new ArrayList<>();
        ObjectNode request = Json.object().put("StreamArn", stream.toString());
        while (true) {
            JsonNode answer =
                    calls.call(stream.region(), "DescribeStream", request).path("StreamDescription");
            for (JsonNode shard : answer.path("Shards")) {
                JsonNode parent = shard.path("ParentShardId");
                JsonNode end = shard.path("SequenceNumberRange").path("EndingSequenceNumber");
                shards.add(new ShardInfo(
                        shard.path("ShardId").asText(),
                        parent.isTextual() ? List.of(parent.textValue()) : List.of(),
                        end.isTextual()));
            }
            if (!answer.path("LastEvaluatedShardId").isTextual()) {
                return shards;
            }
            request.set("ExclusiveStartShardId", answer.path("LastEvaluatedShardId"));
        }
    }

    @Override
    public String iterator(Arn stream, String shard, Position from) throws IOException, InterruptedException {
        ObjectNode request = Json.object()
                .put("StreamArn", stream.toString())
                .put("ShardId", shard)
                .put("ShardIteratorType", from.type());
        if (from.sequence() != null) {
            request.put("SequenceNumber", from.sequence());
        }
        return calls.call(stream.region(), "GetShardIterator", request)
                .path("ShardIterator")
                .asText();
    }

    @Override
    public Page records(Arn stream, String iterator, int limit) throws IOException, InterruptedException {
        ObjectNode request = Json.object().put("ShardIterator", iterator).put("Limit", Math.min(limit, 1000));
        JsonNode answer = calls.call(stream.region(), "GetRecords", request);
        List<JsonNode> records = new ArrayList<>();
        answer.path("Records").forEach(records::add);
        return new Page(records, answer.path("NextShardIterator").textValue());
    }

    @Override
    public SourceRecord record(Arn stream, String shard, JsonNode raw, String role, boolean filtered) {
        ObjectNode json = raw.deepCopy();
        json.put("eventSourceARN", stream.toString());
        JsonNode change = raw.path("dynamodb");
        int bytes = change.path("SizeBytes").asInt(0) * 3 + 800;
        long millis = (long) (change.path("ApproximateCreationDateTime").asDouble() * 1000);
        return new SourceRecord(change.path("SequenceNumber"), json, null, bytes, millis);
    }

    @Override
    public String key(JsonNode raw) {
        return raw.path("dynamodb").path("Keys").toString();
    }

    @Override
    public boolean timestamps() {
        return false;
    }

    @Override
    public Duration pause() {
        return Duration.ofMillis(250);
    }

    @Override
    public String batchInfo() {
        return "DDBStreamBatchInfo";
    }
}
