package dev.podium.s3;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.podium.s3.ListShapes.CommonPrefix;
import dev.podium.s3.ObjectShapes.CopyPartResult;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Requests and responses about uploads in parts; members as in the model.
final class UploadShapes {
    private UploadShapes() {}

    record CreateUploadRequest(
            String bucket,
            String key,
            @JsonProperty("ACL") @Nullable String acl,
            @JsonUnwrapped ObjectHeaders headers,

            @JsonProperty("SSEKMSEncryptionContext") @Nullable
            String encryptionContext,

            @Nullable String tagging,
            @Nullable String requestPayer,
            @Nullable String expectedBucketOwner,
            @Nullable String checksumAlgorithm,
            @Nullable String checksumType) {}

    record CreateUploadResponse(
            String bucket,
            String key,
            String uploadId,
            @Nullable String serverSideEncryption,
            @JsonProperty("SSEKMSKeyId") @Nullable String ssekmsKeyId,
            @Nullable Boolean bucketKeyEnabled,
            @Nullable String checksumAlgorithm,
            @Nullable String checksumType) {}

    record UploadPartRequest(
            String bucket,
            String key,
            int partNumber,
            String uploadId,
            @Nullable Long contentLength,
            @JsonProperty("ContentMD5") @Nullable String contentMd5,
            @Nullable String checksumAlgorithm,
            @JsonUnwrapped Checksums checksums,
            @Nullable String requestPayer,
            @Nullable String expectedBucketOwner) {}

    record UploadPartResponse(
            @JsonProperty("ETag") String eTag,
            @JsonUnwrapped Checksums checksums,
            @Nullable String serverSideEncryption) {}

    record UploadPartCopyRequest(
            String bucket,
            String key,
            int partNumber,
            String uploadId,
            String copySource,
            @Nullable String copySourceIfMatch,
            @Nullable String copySourceIfNoneMatch,
            @Nullable Instant copySourceIfModifiedSince,
            @Nullable Instant copySourceIfUnmodifiedSince,
            @Nullable String copySourceRange,
            @Nullable String requestPayer,
            @Nullable String expectedBucketOwner,
            @Nullable String expectedSourceBucketOwner) {
        Conditions conditions() {
            return new Conditions(
                    copySourceIfMatch, copySourceIfNoneMatch, copySourceIfModifiedSince, copySourceIfUnmodifiedSince);
        }
    }

    record UploadPartCopyResponse(
            @Nullable String copySourceVersionId,
            CopyPartResult copyPartResult,
            @Nullable String serverSideEncryption) {}

    record CompleteUploadRequest(
            String bucket,
            String key,
            @Nullable CompletedUpload multipartUpload,
            String uploadId,
            @JsonUnwrapped Checksums checksums,
            @Nullable String checksumType,
            @Nullable Long mpuObjectSize,
            @Nullable String requestPayer,
            @Nullable String expectedBucketOwner,
            @Nullable String ifMatch,
            @Nullable String ifNoneMatch) {}

    record CompletedUpload(@Nullable List<CompletedPart> parts) {}

    record CompletedPart(
            @JsonProperty("ETag") @Nullable String eTag,
            @JsonUnwrapped Checksums checksums,
            @Nullable Integer partNumber) {}

    record CompleteUploadResponse(
            String location,
            String bucket,
            String key,
            @JsonProperty("ETag") String eTag,
            @JsonUnwrapped Checksums checksums,
            @Nullable String checksumType,
            @Nullable String serverSideEncryption,
            @Nullable String versionId,
            @JsonProperty("SSEKMSKeyId") @Nullable String ssekmsKeyId,
            @Nullable Boolean bucketKeyEnabled) {}

    record AbortRequest(
            String bucket,
            String key,
            String uploadId,
            @Nullable String requestPayer,
            @Nullable String expectedBucketOwner) {}

    record ListPartsRequest(
            String bucket,
            String key,
            @Nullable Integer maxParts,
            @Nullable Integer partNumberMarker,
            String uploadId,
            @Nullable String requestPayer,
            @Nullable String expectedBucketOwner) {}

    record ListPartsResponse(
            String bucket,
            String key,
            String uploadId,
            Owner initiator,
            Owner owner,
            String storageClass,
            int partNumberMarker,
            @Nullable Integer nextPartNumberMarker,
            int maxParts,
            boolean isTruncated,
            @Nullable String checksumAlgorithm,
            @Nullable String checksumType,
            List<PartItem> parts) {}

    record PartItem(
            int partNumber,
            Instant lastModified,
            @JsonProperty("ETag") String eTag,
            long size,
            @JsonUnwrapped Checksums checksums) {}

    record ListUploadsRequest(
            String bucket,
            @Nullable String delimiter,
            @Nullable String encodingType,
            @Nullable String keyMarker,
            @Nullable Integer maxUploads,
            @Nullable String prefix,
            @Nullable String uploadIdMarker,
            @Nullable String expectedBucketOwner,
            @Nullable String requestPayer) {}

    record ListUploadsResponse(
            String bucket,
            String keyMarker,
            String uploadIdMarker,
            @Nullable String nextKeyMarker,
            @Nullable String nextUploadIdMarker,
            @Nullable String prefix,
            @Nullable String delimiter,
            int maxUploads,
            @Nullable String encodingType,
            boolean isTruncated,
            List<UploadItem> uploads,
            List<CommonPrefix> commonPrefixes) {}

    record UploadItem(
            String key,
            String uploadId,
            Owner initiator,
            Owner owner,
            String storageClass,
            Instant initiated,
            @Nullable String checksumAlgorithm,
            @Nullable String checksumType) {}
}
