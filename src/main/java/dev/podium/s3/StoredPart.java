package dev.podium.s3;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.podium.s3.ObjectVersion.Piece;
import java.time.Instant;

/// A part of an upload.
///
/// @param eTag without quotes
record StoredPart(
        int number, Piece piece, @JsonProperty("eTag") String eTag, Instant modified) {}
