package dev.podium.lambda.sources;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Arn;
import dev.podium.aws.HttpUpstream;
import dev.podium.codec.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// Kinesis Data Streams.
///
/// @see <a href="https://docs.aws.amazon.com/kinesis/latest/APIReference/Welcome.html">Kinesis API</a>
record KinesisProtocol(UpstreamCalls calls) implements StreamProtocol {
    static KinesisProtocol of(HttpUpstream upstream) {
        return new KinesisProtocol(new UpstreamCalls(upstream, "kinesis", "1.1", "Kinesis_20131202"));
    }

    private static String name(Arn stream) {
        return stream.resource().substring(stream.resource().indexOf('/') + 1);
    }

    @Override
    public List<ShardInfo> shards(Arn stream) throws IOException, InterruptedException {
        List<ShardInfo> shards = new ArrayList<>();
        ObjectNode request = Json.object().put("StreamName", name(stream));
        while (true) {
            JsonNode answer = calls.call(stream.region(), "ListShards", request);
            for (JsonNode shard : answer.path("Shards")) {
                List<String> parents = new ArrayList<>();
                for (String member : List.of("ParentShardId", "AdjacentParentShardId")) {
                    if (shard.path(member).isTextual()) {
                        parents.add(shard.path(member).textValue());
                    }
                }
                JsonNode end = shard.path("SequenceNumberRange").path("EndingSequenceNumber");
                shards.add(new ShardInfo(shard.path("ShardId").asText(), parents, end.isTextual()));
            }
            if (!answer.path("NextToken").isTextual()) {
                return shards;
            }
            request = Json.object().put("NextToken", answer.path("NextToken").textValue());
        }
    }

    @Override
    public String iterator(Arn stream, String shard, Position from) throws IOException, InterruptedException {
        ObjectNode request = Json.object()
                .put("StreamName", name(stream))
                .put("ShardId", shard)
                .put("ShardIteratorType", from.type());
        if (from.sequence() != null) {
            request.put("StartingSequenceNumber", from.sequence());
        }
        if (from.time() != null) {
            request.put("Timestamp", from.time().toEpochMilli() / 1000.0);
        }
        return calls.call(stream.region(), "GetShardIterator", request)
                .path("ShardIterator")
                .asText();
    }

    @Override
    public Page records(Arn stream, String iterator, int limit) throws IOException, InterruptedException {
        ObjectNode request = Json.object().put("ShardIterator", iterator).put("Limit", limit);
        JsonNode answer = calls.call(stream.region(), "GetRecords", request);
        List<JsonNode> records = new ArrayList<>();
        answer.path("Records").forEach(records::add);
        return new Page(records, answer.path("NextShardIterator").textValue());
    }

    @Override
    public SourceRecord record(Arn stream, String shard, JsonNode raw, String role, boolean filtered) {
        String sequence = raw.path("SequenceNumber").asText();
        ObjectNode json = Json.object();
        ObjectNode data = json.putObject("kinesis");
        data.put("kinesisSchemaVersion", "1.0");
        data.set("partitionKey", raw.path("PartitionKey"));
        data.put("sequenceNumber", sequence);
        data.set("data", raw.path("Data"));
        data.set("approximateArrivalTimestamp", raw.path("ApproximateArrivalTimestamp"));
        json.put("eventSource", "aws:kinesis");
        json.put("eventVersion", "1.0");
        json.put("eventID", shard + ":" + sequence);
        json.put("eventName", "aws:kinesis:record");
        json.put("invokeIdentityArn", role);
        json.put("awsRegion", stream.region());
        json.put("eventSourceARN", stream.toString());
        JsonNode seen = null;
        if (filtered) {
            ObjectNode copy = json.deepCopy();
            copy.setAll(data.deepCopy());
            seen = copy.set("data", decoded(raw.path("Data").asText()));
        }
        int bytes = raw.path("Data").asText().length() + 600;
        long millis = (long) (raw.path("ApproximateArrivalTimestamp").asDouble() * 1000);
        return new SourceRecord(data.path("sequenceNumber"), json, seen, bytes, millis);
    }

    /// Filters look into data that is JSON; other data never matches a pattern on it.
    private static JsonNode decoded(String data) {
        try {
            JsonNode tree = Json.MAPPER.readTree(Base64.getDecoder().decode(data));
            return tree.isContainerNode() ? tree : Json.MAPPER.missingNode();
        } catch (IOException | IllegalArgumentException e) {
            return Json.MAPPER.missingNode();
        }
    }

    @Override
    public String key(JsonNode raw) {
        return raw.path("PartitionKey").asText();
    }

    @Override
    public boolean timestamps() {
        return true;
    }

    @Override
    public Duration pause() {
        return Duration.ofSeconds(1);
    }

    @Override
    public String batchInfo() {
        return "KinesisBatchInfo";
    }
}
