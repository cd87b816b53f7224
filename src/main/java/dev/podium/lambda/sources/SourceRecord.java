package dev.podium.lambda.sources;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// One record of a source.
///
/// @param id what `itemIdentifier` of a partial failure names: an SQS message's id, a sequence number, an
///     offset's JSON
/// @param json as it stands in the event
/// @param filtered what filters see, data decoded and parsed; null when the mapping has no filters
/// @param bytes about how long it is in the event
/// @param millis when it arrived at the source
public record SourceRecord(
        JsonNode id, JsonNode json, @Nullable JsonNode filtered, int bytes, long millis) {}
