package dev.podium.s3;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.podium.s3.Tags.Tag;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Requests and responses about buckets; members as in the model.
final class BucketShapes {
    private BucketShapes() {}

    record BucketRequest(String bucket, @Nullable String expectedBucketOwner) {}

    record CreateBucketRequest(
            String bucket,
            @JsonProperty("ACL") @Nullable String acl,
            @Nullable CreateBucketConfiguration createBucketConfiguration,
            @Nullable Boolean objectLockEnabledForBucket,
            @Nullable String objectOwnership) {}

    record CreateBucketConfiguration(
            @Nullable String locationConstraint, @Nullable List<Tag> tags) {}

    record CreateBucketResponse(String location, String bucketArn) {}

    record HeadBucketResponse(String bucketArn, String bucketRegion, boolean accessPointAlias) {}

    record ListBucketsRequest(
            @Nullable Integer maxBuckets,
            @Nullable String continuationToken,
            @Nullable String prefix,
            @Nullable String bucketRegion) {}

    record ListBucketsResponse(
            Owner owner,
            List<BucketItem> buckets,
            @Nullable String continuationToken,
            @Nullable String prefix) {}

    record BucketItem(
            String name,
            Instant creationDate,
            @Nullable String bucketRegion,
            @Nullable String bucketArn) {}

    record VersioningRequest(
            String bucket,
            @JsonProperty("ContentMD5") @Nullable String contentMd5,
            @Nullable String checksumAlgorithm,
            VersioningConfiguration versioningConfiguration,
            @Nullable String expectedBucketOwner) {}

    record VersioningConfiguration(
            @JsonProperty("MFADelete") @Nullable String mfaDelete,
            @Nullable String status) {}

    record VersioningResponse(@Nullable String status) {}

    record BucketTaggingRequest(
            String bucket,
            @JsonProperty("ContentMD5") @Nullable String contentMd5,
            @Nullable String checksumAlgorithm,
            Tagging tagging,
            @Nullable String expectedBucketOwner) {}

    record Tagging(List<Tag> tagSet) {}

    record TaggingResponse(@Nullable String versionId, List<Tag> tagSet) {}

    record BucketTaggingResponse(List<Tag> tagSet) {}
}
