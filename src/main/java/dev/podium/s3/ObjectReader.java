package dev.podium.s3;

import dev.podium.aws.Scope;
import dev.podium.s3.S3Error.Kind;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads objects for other services of this server.
public record ObjectReader(Buckets buckets, Objects objects) {
    /// The region of a bucket; nothing when there is no such bucket.
    public Optional<String> region(String bucket) {
        return buckets.find(bucket).map(Bucket::region);
    }

    /// Opens an object.
    ///
    /// @param reader whose bucket it must be
    /// @param versionId null for the current version
    /// @throws dev.podium.aws.AwsException with S3's error when it can't be read
    public InputStream open(Scope reader, String bucket, String key, @Nullable String versionId) {
        Bucket found = buckets.find(bucket).orElseThrow(() -> S3Error.of(Kind.NO_SUCH_BUCKET));
        if (!found.account().equals(reader.account())) {
            throw S3Error.of(Kind.ACCESS_DENIED);
        }
        ObjectVersion version = objects.require(found, key, versionId);
        return objects.body(key, version, new ByteRange(0, version.size()));
    }
}
