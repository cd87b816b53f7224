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

    @Override
    public List<ShardInfo> shards(Arn stream) throws IOException, InterruptedException {
        List<ShardInfo> shards = new ArrayList<>();
        ObjectNode request = naming(stream);
        while (true) {
            JsonNode answer = calls.call(stream.region(), "ListShards", request);
            for (JsonNode shard : answer.path("Shards")) {
                shards.add(StreamProtocol.info(shard));
            }
            if (!answer.path("NextToken").isTextual()) {
                return shards;
            }
            request = Json.object().put("NextToken", answer.path("NextToken").textValue());
        }
    }

    @Override
    public ObjectNode naming(Arn stream) {
        return Json.object()
                .put("StreamName", stream.resource().substring(stream.resource().indexOf('/') + 1));
    }

    @Override
    public String sequenceMember() {
        return "StartingSequenceNumber";
    }

    @Override
    public SourceRecord record(Arn stream, String shard, JsonNode raw, String role, Filters filters) {
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
        boolean wanted = filters.pass(() -> {
            ObjectNode seen = json.deepCopy();
            seen.setAll(data.deepCopy());
            return seen.set("data", decoded(raw.path("Data").asText()));
        });
        int bytes = raw.path("Data").asText().length() + 600;
        long millis = (long) (raw.path("ApproximateArrivalTimestamp").asDouble() * 1000);
        return new SourceRecord(data.path("sequenceNumber"), "", json, wanted, bytes, millis);
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
