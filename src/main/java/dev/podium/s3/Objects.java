package dev.podium.s3;

import dev.podium.aws.AwsException;
import dev.podium.s3.ObjectVersion.Piece;
import dev.podium.s3.S3Error.Kind;
import dev.podium.store.RecordFiles;
import dev.podium.store.Store;
import dev.podium.store.StoreException;
import dev.podium.store.Table;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The objects of all buckets: a record per key, with all versions, changed as one.
public final class Objects {
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
    private static final int ID_LENGTH = 32;
    private static final int MOST_VERSIONS = 10_000;

    private final Table<StoredObject> objects;
    private final RecordFiles files;
    private final Buckets buckets;
    private final Clock clock;

    /// Reads nothing yet.
    public Objects(Store store, Buckets buckets, Clock clock) {
        this.objects = store.table("s3.objects", StoredObject.class);
        this.files = store.files("s3");
        this.buckets = buckets;
        this.clock = clock;
    }

    Table<StoredObject> table() {
        return objects;
    }

    /// Where objects' bytes lie. The owner of a file is the row of its key.
    RecordFiles files() {
        return files;
    }

    /// Files that the object of a row has.
    Set<String> filesOf(String row) {
        return objects.get(row).map(StoredObject::files).orElse(Set.of());
    }

    /// The time of a change, which S3 shows to the millisecond.
    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /// A version to be read.
    ///
    /// @param versionId null for the current one
    /// @throws AwsException NoSuchKey, NoSuchVersion, or MethodNotAllowed for a delete marker
    ObjectVersion require(Bucket bucket, String key, @Nullable String versionId) {
        StoredObject stored = objects.get(bucket.row(key)).orElse(null);
        ObjectVersion found = find(stored, versionId);
        if (found == null && versionId != null) {
            throw S3Error.of(Kind.NO_SUCH_VERSION, "Key", key, "VersionId", versionId);
        }
        if (found == null) {
            throw S3Error.of(Kind.NO_SUCH_KEY, "Key", key);
        }
        if (found.isMarker()) {
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put("x-amz-delete-marker", "true");
            headers.put("x-amz-version-id", found.id());
            throw versionId == null
                    ? S3Error.headed(headers, Kind.NO_SUCH_KEY, "Key", key)
                    : S3Error.headed(headers, Kind.METHOD_NOT_ALLOWED, "Method", "GET", "ResourceType", "DeleteMarker");
        }
        return found;
    }

    private static @Nullable ObjectVersion find(@Nullable StoredObject stored, @Nullable String versionId) {
        if (stored == null) {
            return null;
        }
        return versionId == null
                ? stored.versions().getFirst()
                : stored.versions().stream()
                        .filter(version -> version.id().equals(versionId))
                        .findFirst()
                        .orElse(null);
    }

    /// Makes a version the current one. Its files were written by the same change.
    ///
    /// @return the version with its id
    /// @throws AwsException when a condition does not hold, or the bucket has gone meanwhile
    ObjectVersion put(
            Bucket bucket, String key, ObjectVersion version, Conditions conditions, RecordFiles.Change change)
            throws IOException {
        ObjectVersion named = version.withId(bucket.versioned() ? newId() : ObjectVersion.NULL);
        Set<String> replaced = new HashSet<>();
        compute(bucket.row(key), change, replaced, before -> {
            conditions.write(StoredObject.current(before), key);
            List<ObjectVersion> versions = StoredObject.all(before);
            if (!bucket.versioned()) {
                take(versions, ObjectVersion.NULL, replaced);
            }
            return added(versions, named);
        });
        if (!buckets.takes(bucket)) {
            delete(bucket, key, named.id(), Conditions.NONE);
            throw S3Error.of(Kind.NO_SUCH_BUCKET, "BucketName", bucket.name());
        }
        return named;
    }

    /// What a deletion did.
    ///
    /// @param versionId of the marker that was made, or of what was removed; null without versioning
    /// @param marker whether that is a delete marker
    record Deleted(@Nullable String versionId, boolean marker) {}

    /// Deletes a version, or hides the current one behind a delete marker. What isn't there is no error.
    ///
    /// @param versionId null for the current one
    Deleted delete(Bucket bucket, String key, @Nullable String versionId, Conditions conditions) throws IOException {
        String row = bucket.row(key);
        if (objects.get(row).isEmpty() && (versionId != null || !bucket.showsVersions())) {
            conditions.write(null, key);
            return new Deleted(versionId, false);
        }
        String marker = bucket.versioned() ? newId() : ObjectVersion.NULL;
        Set<String> replaced = new HashSet<>();
        boolean[] wasMarker = new boolean[1];
        try (RecordFiles.Change change = files.change(row)) {
            compute(row, change, replaced, before -> {
                conditions.write(StoredObject.current(before), key);
                List<ObjectVersion> versions = StoredObject.all(before);
                if (versionId != null || !bucket.versioned()) {
                    wasMarker[0] = take(versions, versionId == null ? ObjectVersion.NULL : versionId, replaced);
                }
                return versionId == null && bucket.showsVersions()
                        ? added(versions, ObjectVersion.marker(marker, now()))
                        : StoredObject.of(versions);
            });
        }
        if (versionId == null && bucket.showsVersions()) {
            return new Deleted(marker, true);
        }
        return new Deleted(versionId, wasMarker[0]);
    }

    private static @Nullable StoredObject added(List<ObjectVersion> versions, ObjectVersion version) {
        if (versions.size() >= MOST_VERSIONS) {
            throw S3Error.of(Kind.TOO_MANY_VERSIONS);
        }
        versions.addFirst(version);
        return StoredObject.of(versions);
    }

    /// Takes a version out of the list, and notes its files.
    ///
    /// @return whether it was a delete marker
    private static boolean take(List<ObjectVersion> versions, String id, Set<String> files) {
        for (ObjectVersion version : versions) {
            if (version.id().equals(id)) {
                files.addAll(version.files());
                versions.remove(version);
                return version.isMarker();
            }
        }
        return false;
    }

    /// Changes a record and lets its replaced files go. When nobody knows what the disk has of it, the next
    /// start
    /// finds out.
    private void compute(
            String row,
            RecordFiles.Change change,
            Collection<String> replaced,
            UnaryOperator<@Nullable StoredObject> by) {
        try {
            objects.compute(row, before -> {
                replaced.clear();
                return by.apply(before);
            });
        } catch (StoreException e) {
            change.doubtful();
            throw e;
        }
        change.done(replaced);
    }

    /// Changes one version's tags.
    ///
    /// @return its id
    String tag(Bucket bucket, String key, @Nullable String versionId, Map<String, String> tags) {
        String id = require(bucket, key, versionId).id();
        objects.compute(
                bucket.row(key),
                before -> StoredObject.of(StoredObject.all(before).stream()
                        .map(version -> version.id().equals(id) ? version.withTags(tags) : version)
                        .toList()));
        return id;
    }

    /// A version as a body to be read, which keeps its files until then.
    ///
    /// @throws AwsException NoSuchKey when it went away meanwhile
    ObjectBody body(String key, ObjectVersion version, ByteRange range) {
        ObjectBody body = ObjectBody.of(files, version.pieces(), range);
        if (body == null) {
            throw S3Error.of(Kind.NO_SUCH_KEY, "Key", key);
        }
        return body;
    }

    /// Bytes of pieces together.
    static long size(List<Piece> pieces) {
        return pieces.stream().mapToLong(Piece::size).sum();
    }

    private static String newId() {
        StringBuilder id = new StringBuilder(ID_LENGTH);
        for (int i = 0; i < ID_LENGTH; i++) {
            id.append(LETTERS.charAt(ThreadLocalRandom.current().nextInt(LETTERS.length())));
        }
        return id.toString();
    }
}
