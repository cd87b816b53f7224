package dev.podium.s3;

import java.time.Instant;
import java.util.Map;

/// A bucket.
///
/// @param id         tells it from an earlier bucket of the same name
/// @param account    that owns it
/// @param versioning `Enabled`, `Suspended`, or empty when it never was enabled
/// @param tags       in the order in which they were given
record Bucket(
        String name,
        String id,
        String account,
        String region,
        Instant created,
        String versioning,
        Map<String, String> tags) {
    boolean versioned() {
        return versioning.equals("Enabled");
    }

    /// Tells whether version ids are shown.
    boolean showsVersions() {
        return !versioning.isEmpty();
    }

    Bucket withVersioning(String status) {
        return new Bucket(name, id, account, region, created, status, tags);
    }

    Bucket withTags(Map<String, String> others) {
        return new Bucket(name, id, account, region, created, versioning, others);
    }

    /// Row of a key of this bucket in a table.
    String row(String key) {
        return RowKeys.row(this, key);
    }
}
