package dev.podium.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.Eventually;
import dev.podium.codec.Json;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/// Somebody else's server of the Kinesis API, as a process of Node's with the package that `src/it/up` has fetched.
record Kinesalite(UpstreamServer server) implements AutoCloseable {
    private static final Duration SOON = Duration.ofMinutes(1);

    /// Where a record came to be.
    record Put(String shard, String sequence) {}

    /// Starts it, empty, and waits until it answers.
    static Kinesalite start() throws Exception {
        String command = UpstreamServer.folder("PODIUM_IT_KINESALITE") + "/node_modules/.bin/kinesalite";
        return new Kinesalite(UpstreamServer.start(
                new UpstreamServer.Api("kinesis", "1.1", "Kinesis_20131202"),
                port -> List.of(command, "--port", String.valueOf(port), "--shardLimit", "1000"),
                "ListStreams"));
    }

    private static ObjectNode naming(String stream) {
        return Json.object().put("StreamName", stream);
    }

    /// Makes a stream.
    ///
    /// @return its ARN
    String stream(String name, int shards) throws IOException, InterruptedException {
        server.call("CreateStream", naming(name).put("ShardCount", shards));
        return active(name).path("StreamARN").asText();
    }

    private JsonNode active(String name) throws IOException, InterruptedException {
        Eventually.within(
                SOON, () -> description(name).path("StreamStatus").asText().equals("ACTIVE"));
        return description(name);
    }

    private JsonNode description(String name) throws IOException, InterruptedException {
        return server.call("DescribeStream", naming(name)).path("StreamDescription");
    }

    /// Puts a record into the shard that its key leads to.
    Put put(String stream, String key, byte[] data) throws IOException, InterruptedException {
        return put(record(stream, data).put("PartitionKey", key));
    }

    /// Puts a record into the shard that has a part of the space of hashes.
    ///
    /// @param at 0 for its beginning, 1 for its end
    Put put(String stream, double at, byte[] data) throws IOException, InterruptedException {
        BigInteger hash = BigInteger.valueOf((long) (at * (1L << 62)))
                .shiftLeft(128 - 62)
                .min(BigInteger.TWO.pow(128).subtract(BigInteger.ONE));
        return put(record(stream, data).put("PartitionKey", "key").put("ExplicitHashKey", hash.toString()));
    }

    private static ObjectNode record(String stream, byte[] data) {
        return naming(stream).put("Data", Base64.getEncoder().encodeToString(data));
    }

    private Put put(ObjectNode record) throws IOException, InterruptedException {
        JsonNode answer = server.call("PutRecord", record);
        return new Put(
                answer.path("ShardId").asText(), answer.path("SequenceNumber").asText());
    }

    /// Splits a shard into two halves.
    void split(String stream, String shard) throws IOException, InterruptedException {
        JsonNode range = null;
        for (JsonNode known : description(stream).path("Shards")) {
            range = known.path("ShardId").asText().equals(shard) ? known.path("HashKeyRange") : range;
        }
        if (range == null) {
            throw new IllegalArgumentException(shard);
        }
        BigInteger middle = new BigInteger(range.path("StartingHashKey").asText())
                .add(new BigInteger(range.path("EndingHashKey").asText()))
                .shiftRight(1);
        server.call(
                "SplitShard",
                naming(stream).put("ShardToSplit", shard).put("NewStartingHashKey", middle.toString()));
        active(stream);
    }

    /// Merges two shards that lie side by side.
    void merge(String stream, String shard, String adjacent) throws IOException, InterruptedException {
        server.call(
                "MergeShards", naming(stream).put("ShardToMerge", shard).put("AdjacentShardToMerge", adjacent));
        active(stream);
    }

    @Override
    public void close() {
        server.close();
    }
}
