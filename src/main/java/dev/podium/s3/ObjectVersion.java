package dev.podium.s3;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.podium.s3.Checksums.Sum;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A version of an object, or a delete marker.
///
/// @param id       version id; `null` as text for what was put without versioning
/// @param eTag     without quotes; empty for a delete marker
/// @param sum      checksum; null for a delete marker
/// @param sumType  `FULL_OBJECT` or `COMPOSITE`
/// @param headers  null for a delete marker
/// @param pieces   where its bytes lie, in their order
record ObjectVersion(
        String id,
        Instant modified,
        long size,
        @JsonProperty("eTag") String eTag,
        @Nullable Sum sum,
        @Nullable String sumType,
        @Nullable ObjectHeaders headers,
        Map<String, String> tags,
        List<Piece> pieces) {
    /// Id of versions without versioning.
    static final String NULL = "null";

    /// A file, which is the whole object or one of the parts it was uploaded in.
    ///
    /// @param sum of the part; null when that was not kept
    record Piece(String file, long size, @Nullable Sum sum) {}

    static ObjectVersion marker(String id, Instant now) {
        return new ObjectVersion(id, now, 0, "", null, null, null, Map.of(), List.of());
    }

    @JsonIgnore
    boolean isMarker() {
        return headers == null;
    }

    /// The ETag as it is shown.
    @JsonIgnore
    String quotedTag() {
        return "\"" + eTag + "\"";
    }

    /// Tells whether it was uploaded in parts.
    @JsonIgnore
    boolean inParts() {
        return eTag.indexOf('-') >= 0;
    }

    @JsonIgnore
    List<String> files() {
        return pieces.stream().map(Piece::file).toList();
    }

    /// What was said about it.
    ///
    /// @throws IllegalStateException for a delete marker
    @JsonIgnore
    ObjectHeaders said() {
        ObjectHeaders said = headers;
        if (said == null) {
            throw new IllegalStateException("a delete marker");
        }
        return said;
    }

    ObjectVersion withId(String other) {
        return new ObjectVersion(other, modified, size, eTag, sum, sumType, headers, tags, pieces);
    }

    ObjectVersion withTags(Map<String, String> others) {
        return new ObjectVersion(id, modified, size, eTag, sum, sumType, headers, others, pieces);
    }
}
