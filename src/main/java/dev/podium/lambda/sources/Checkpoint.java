package dev.podium.lambda.sources;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// How far a mapping has come with a shard, on disk.
///
/// @param sequence number of the last record that is done, all before it included; null before the first
/// @param ended whether the shard is through for good
/// @param windowStart epoch milliseconds of the tumbling window that is open, or null
/// @param state what the function gave for that window, or null
record Checkpoint(
        @Nullable String sequence,
        boolean ended,
        @Nullable Long windowStart,
        @Nullable JsonNode state) {
    /// The shard is through.
    static Checkpoint end() {
        return new Checkpoint(null, true, null, null);
    }
}
