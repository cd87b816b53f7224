package dev.podium.lambda.sources;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.aws.Arn;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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

    /// An iterator.
    String iterator(Arn stream, String shard, Position from) throws IOException, InterruptedException;

    /// Records behind an iterator.
    Page records(Arn stream, String iterator, int limit) throws IOException, InterruptedException;

    /// A record as it stands in the event.
    ///
    /// @param role of the function
    SourceRecord record(Arn stream, String shard, JsonNode raw, String role, boolean filtered);

    /// What parallel lanes divide records by.
    String key(JsonNode raw);

    /// Whether AT_TIMESTAMP is known.
    boolean timestamps();

    /// How long to wait after no records.
    Duration pause();

    /// What discarded records are described in.
    String batchInfo();
}
