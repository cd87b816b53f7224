package dev.podium.lambda.sources;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Arn;
import dev.podium.codec.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The API of a kind of streams.
sealed interface StreamProtocol permits KinesisProtocol, DynamoProtocol {
    /// A shard of a stream.
    ///
    /// @param parents shards whose records come before its own
    /// @param closed whether it gets no more records
    record ShardInfo(String id, List<String> parents, boolean closed) {}

    /// Where to begin in a shard.
    ///
    /// @param type as in GetShardIterator
    record Position(
            String type,
            @Nullable String sequence,
            @Nullable Instant time) {}

    /// What GetRecords gave.
    ///
    /// @param next null when the shard has ended
    record Page(List<JsonNode> records, @Nullable String next) {}

    /// All shards, open and closed.
    List<ShardInfo> shards(Arn stream) throws IOException, InterruptedException;

    /// Reads what both APIs say of a shard.
    static ShardInfo info(JsonNode shard) {
        List<String> parents = Stream.of("ParentShardId", "AdjacentParentShardId")
                .map(shard::path)
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue)
                .toList();
        JsonNode end = shard.at("/SequenceNumberRange/EndingSequenceNumber");
        return new ShardInfo(shard.path("ShardId").asText(), parents, end.isTextual());
    }

    /// How to call it.
    UpstreamCalls calls();

    /// A request that names the stream.
    ObjectNode naming(Arn stream);

    /// What GetShardIterator calls the number to begin with.
    String sequenceMember();

    /// An iterator.
    default String iterator(Arn stream, String shard, Position from) throws IOException, InterruptedException {
        ObjectNode request = naming(stream).put("ShardId", shard).put("ShardIteratorType", from.type());
        if (from.sequence() != null) {
            request.put(sequenceMember(), from.sequence());
        }
        if (from.time() != null) {
            request.put("Timestamp", from.time().toEpochMilli() / 1000.0);
        }
        return calls().call(stream.region(), "GetShardIterator", request)
                .path("ShardIterator")
                .asText();
    }

    /// Records behind an iterator.
    default Page records(Arn stream, String iterator, int limit) throws IOException, InterruptedException {
        ObjectNode request = Json.object().put("ShardIterator", iterator).put("Limit", limit);
        JsonNode answer = calls().call(stream.region(), "GetRecords", request);
        List<JsonNode> records = new ArrayList<>();
        answer.path("Records").forEach(records::add);
        return new Page(records, answer.path("NextShardIterator").textValue());
    }

    /// A record as it stands in the event.
    ///
    /// @param role of the function
    SourceRecord record(Arn stream, String shard, JsonNode raw, String role, Filters filters);

    /// What parallel lanes divide records by.
    String key(JsonNode raw);

    /// Whether AT_TIMESTAMP is known.
    boolean timestamps();

    /// How long to wait after no records.
    Duration pause();

    /// What discarded records are described in.
    String batchInfo();
}
