package dev.podium.lambda.sources;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.codec.Json;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What a function with ReportBatchItemFailures says of a batch.
///
/// @see <a
/// href="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html">Partial batch responses</a>
final class ItemFailures {
    private ItemFailures() {}

    /// The records that failed.
    ///
    /// Null, an empty object and an empty or null list mean that all succeeded.
    ///
    /// @return nothing when the answer is none that AWS understands: then the whole batch has failed
    static Optional<Set<JsonNode>> of(byte[] answer, List<SourceRecord> batch) {
        JsonNode read;
        try {
            read = Json.MAPPER.readTree(answer);
        } catch (IOException e) {
            return Optional.empty();
        }
        if (read.isNull() || read.isMissingNode()) {
            return Optional.of(Set.of());
        }
        JsonNode failures = read.path("batchItemFailures");
        boolean none = failures.isMissingNode() || failures.isNull();
        if (!read.isObject() || (!none && !failures.isArray())) {
            return Optional.empty();
        }
        Set<JsonNode> known = batch.stream().map(SourceRecord::id).collect(Collectors.toSet());
        Set<JsonNode> failed = new HashSet<>();
        for (JsonNode failure : failures) {
            JsonNode id = failure.path("itemIdentifier");
            if (!known.contains(id)) {
                return Optional.empty();
            }
            failed.add(id);
        }
        return Optional.of(failed);
    }
}
