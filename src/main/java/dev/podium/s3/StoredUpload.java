package dev.podium.s3;

import dev.podium.aws.ChecksumAlgorithm;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An upload in parts that has begun.
///
/// @param algorithm  of the parts' checksums; null when the client named none
/// @param sumType    of the object's: `FULL_OBJECT` or `COMPOSITE`; null like the algorithm
/// @param completing whether its object may be there already: the parts' files may be that object's
record StoredUpload(
        String key,
        String id,
        Instant initiated,
        ObjectHeaders headers,
        Map<String, String> tags,
        @Nullable ChecksumAlgorithm algorithm,
        @Nullable String sumType,
        boolean completing) {
    StoredUpload whileCompleting() {
        return new StoredUpload(key, id, initiated, headers, tags, algorithm, sumType, true);
    }
}
