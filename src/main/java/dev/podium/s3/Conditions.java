package dev.podium.s3;

import dev.podium.aws.AwsException;
import dev.podium.s3.S3Error.Kind;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a client asks of the object that is there.
///
/// @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html">Conditional
/// requests</a>
record Conditions(
        @Nullable String ifMatch,
        @Nullable String ifNoneMatch,
        @Nullable Instant ifModifiedSince,
        @Nullable Instant ifUnmodifiedSince) {
    static final Conditions NONE = new Conditions(null, null, null, null);

    /// Those of a write.
    static Conditions ofWrite(@Nullable String ifMatch, @Nullable String ifNoneMatch) {
        if (ifNoneMatch != null && !ifNoneMatch.equals("*")) {
            throw S3Error.of(Kind.NOT_IMPLEMENTED, "Header", "If-None-Match");
        }
        return new Conditions(ifMatch, ifNoneMatch, null, null);
    }

    /// Holds an object against them that is to be read.
    ///
    /// @throws AwsException PreconditionFailed, or NotModified
    void read(ObjectVersion version) {
        match(version);
        boolean same = ifNoneMatch != null && matches(ifNoneMatch, version);
        if (same || (ifNoneMatch == null && notModified(version))) {
            throw S3Error.headed(Map.of("ETag", version.quotedTag()), Kind.NOT_MODIFIED);
        }
    }

    /// Holds the source of a copy against them, where all failures are alike.
    ///
    /// @throws AwsException PreconditionFailed
    void copy(ObjectVersion version) {
        match(version);
        if (ifNoneMatch != null && matches(ifNoneMatch, version)) {
            throw failed("x-amz-copy-source-If-None-Match");
        }
        if (ifNoneMatch == null && notModified(version)) {
            throw failed("x-amz-copy-source-If-Modified-Since");
        }
    }

    private void match(ObjectVersion version) {
        if (ifMatch != null && !matches(ifMatch, version)) {
            throw failed("If-Match");
        }
        boolean changed = ifUnmodifiedSince != null && seconds(version).isAfter(ifUnmodifiedSince);
        if (ifMatch == null && changed) {
            throw failed("If-Unmodified-Since");
        }
    }

    private boolean notModified(ObjectVersion version) {
        return ifModifiedSince != null && !seconds(version).isAfter(ifModifiedSince);
    }

    /// Holds what is there against them before it is replaced or deleted.
    ///
    /// @param current null when nothing is there
    /// @throws AwsException PreconditionFailed or NoSuchKey
    void write(@Nullable ObjectVersion current, String key) {
        if (ifNoneMatch != null && current != null) {
            throw failed("If-None-Match");
        }
        if (ifMatch != null && current == null) {
            throw S3Error.of(Kind.NO_SUCH_KEY, "Key", key);
        }
        if (ifMatch != null && !matches(ifMatch, current)) {
            throw failed("If-Match");
        }
    }

    private static boolean matches(String tags, @Nullable ObjectVersion version) {
        if (version == null) {
            return false;
        }
        for (String tag : tags.split(",", -1)) {
            String bare = tag.strip().replaceFirst("^W/", "").replace("\"", "");
            if (bare.equals("*") || bare.equals(version.eTag())) {
                return true;
            }
        }
        return false;
    }

    /// HTTP's dates know no fractions.
    private static Instant seconds(ObjectVersion version) {
        return version.modified().truncatedTo(ChronoUnit.SECONDS);
    }

    private static AwsException failed(String condition) {
        return S3Error.of(Kind.PRECONDITION_FAILED, "Condition", condition);
    }
}
