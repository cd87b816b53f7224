package dev.podium.lambda.sources;

import com.fasterxml.jackson.databind.JsonNode;

/// One record of a source.
///
/// @param id what `itemIdentifier` of a partial failure names: an SQS message's id, a sequence number, an
///     offset's JSON
/// @param json as it stands in the event
/// @param lane what it has an order with: a partition; empty where the whole batch has one
/// @param wanted whether the mapping's filters let it pass; the others are done without the function
/// @param bytes about how long it is in the event
/// @param millis when it arrived at the source
public record SourceRecord(JsonNode id, String lane, JsonNode json, boolean wanted, int bytes, long millis) {}
