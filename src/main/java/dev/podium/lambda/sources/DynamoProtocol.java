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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// DynamoDB streams.
///
/// @see <a
/// href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html">API</a>
///
/// @param names what the endpoint calls streams that it has under another ARN
record DynamoProtocol(UpstreamCalls calls, Map<Arn, String> names) implements StreamProtocol {
    static DynamoProtocol of(HttpUpstream upstream) {
        return new DynamoProtocol(
                new UpstreamCalls(upstream, "dynamodb", "1.0", "DynamoDBStreams_20120810"), new ConcurrentHashMap<>());
    }

    @Override
    public List<ShardInfo> shards(Arn stream) throws IOException, InterruptedException {
        try {
            return described(stream);
        } catch (HttpUpstream.Refused e) {
            if (!e.code().equals("ResourceNotFoundException") || !renamed(stream)) {
                throw e;
            }
            return described(stream);
        }
    }

    /// DynamoDB Local's streams are in a region `ddblocal`, which no mapping can name: finds the one that has the same
    /// table and label.
    private boolean renamed(Arn stream) throws IOException, InterruptedException {
        String table = stream.resource().split("/", -1)[1];
        JsonNode streams = calls.call(
                        stream.region(), "ListStreams", Json.object().put("TableName", table))
                .path("Streams");
        for (JsonNode known : streams) {
            String arn = known.path("StreamArn").asText();
            if (arn.endsWith(":" + stream.resource())) {
                return !arn.equals(names.put(stream, arn));
            }
        }
        return false;
    }

    private List<ShardInfo> described(Arn stream) throws IOException, InterruptedException {
        List<ShardInfo> shards = new ArrayList<>();
        ObjectNode request = naming(stream);
        while (true) {
            JsonNode answer =
                    calls.call(stream.region(), "DescribeStream", request).path("StreamDescription");
            for (JsonNode shard : answer.path("Shards")) {
                shards.add(StreamProtocol.info(shard));
            }
            if (!answer.path("LastEvaluatedShardId").isTextual()) {
                return shards;
            }
            request.set("ExclusiveStartShardId", answer.path("LastEvaluatedShardId"));
        }
    }

    @Override
    public ObjectNode naming(Arn stream) {
        return Json.object().put("StreamArn", names.getOrDefault(stream, stream.toString()));
    }

    @Override
    public String sequenceMember() {
        return "SequenceNumber";
    }

    @Override
    public SourceRecord record(Arn stream, String shard, JsonNode raw, String role, Filters filters) {
        ObjectNode json = raw.deepCopy();
        json.put("eventSourceARN", stream.toString());
        json.put("awsRegion", stream.region());
        JsonNode change = raw.path("dynamodb");
        int bytes = change.path("SizeBytes").asInt(0) * 3 + 800;
        long millis = (long) (change.path("ApproximateCreationDateTime").asDouble() * 1000);
        return new SourceRecord(change.path("SequenceNumber"), "", json, filters.pass(() -> json), bytes, millis);
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
