package dev.podium.s3;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.podium.s3.BucketShapes.Tagging;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Requests and responses about objects; members as in the model.
final class ObjectShapes {
    private ObjectShapes() {}

    record PutObjectRequest(
            String bucket,
            String key,
            @JsonProperty("ACL") @Nullable String acl,
            @Nullable Long contentLength,
            @JsonProperty("ContentMD5") @Nullable String contentMd5,
            @Nullable String checksumAlgorithm,
            @JsonUnwrapped Checksums checksums,
            @JsonUnwrapped ObjectHeaders headers,
            @Nullable String ifMatch,
            @Nullable String ifNoneMatch,

            @JsonProperty("SSEKMSEncryptionContext") @Nullable
            String encryptionContext,

            @Nullable String tagging,
            @Nullable String requestPayer,
            @Nullable String expectedBucketOwner) {}

    record PutObjectResponse(
            @JsonProperty("ETag") String eTag,
            @JsonUnwrapped Checksums checksums,
            @Nullable String checksumType,
            @Nullable String serverSideEncryption,
            @JsonProperty("SSEKMSKeyId") @Nullable String ssekmsKeyId,
            @Nullable Boolean bucketKeyEnabled,
            @Nullable String versionId) {}

    record GetObjectRequest(
            String bucket,
            String key,
            @Nullable String ifMatch,
            @Nullable String ifNoneMatch,
            @Nullable Instant ifModifiedSince,
            @Nullable Instant ifUnmodifiedSince,
            @Nullable String range,
            @Nullable String responseCacheControl,
            @Nullable String responseContentDisposition,
            @Nullable String responseContentEncoding,
            @Nullable String responseContentLanguage,
            @Nullable String responseContentType,
            @Nullable Instant responseExpires,
            @Nullable String versionId,
            @Nullable String requestPayer,
            @Nullable Integer partNumber,
            @Nullable String expectedBucketOwner,
            @Nullable String checksumMode) {
        Conditions conditions() {
            return new Conditions(ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince);
        }
    }

    record GetObjectResponse(
            String acceptRanges,
            Instant lastModified,
            @JsonProperty("ETag") String eTag,
            @JsonUnwrapped Checksums checksums,
            @Nullable String checksumType,
            @Nullable String versionId,
            @Nullable String contentRange,
            @JsonUnwrapped ObjectHeaders headers,
            @Nullable Integer partsCount,
            @Nullable Integer tagCount) {}

    record DeleteObjectRequest(
            String bucket,
            String key,
            @Nullable String versionId,
            @Nullable String requestPayer,
            @Nullable String expectedBucketOwner,
            @Nullable String ifMatch) {}

    record DeleteObjectResponse(
            @Nullable Boolean deleteMarker, @Nullable String versionId) {}

    record DeleteObjectsRequest(
            String bucket,
            Delete delete,
            @Nullable String requestPayer,
            @Nullable String expectedBucketOwner,
            @Nullable String checksumAlgorithm) {}

    record Delete(List<ObjectIdentifier> objects, @Nullable Boolean quiet) {}

    record ObjectIdentifier(
            String key,
            @Nullable String versionId,
            @JsonProperty("ETag") @Nullable String eTag) {}

    record DeleteObjectsResponse(List<DeletedObject> deleted, List<FailedObject> errors) {}

    record DeletedObject(
            String key,
            @Nullable String versionId,
            @Nullable Boolean deleteMarker,
            @Nullable String deleteMarkerVersionId) {}

    record FailedObject(String key, @Nullable String versionId, String code, String message) {}

    record CopyObjectRequest(
            String bucket,
            String key,
            @JsonProperty("ACL") @Nullable String acl,
            @Nullable String checksumAlgorithm,
            @JsonUnwrapped ObjectHeaders headers,
            String copySource,
            @Nullable String copySourceIfMatch,
            @Nullable String copySourceIfNoneMatch,
            @Nullable Instant copySourceIfModifiedSince,
            @Nullable Instant copySourceIfUnmodifiedSince,
            @Nullable String ifMatch,
            @Nullable String ifNoneMatch,
            @Nullable String metadataDirective,
            @Nullable String taggingDirective,

            @JsonProperty("SSEKMSEncryptionContext") @Nullable
            String encryptionContext,

            @Nullable String tagging,
            @Nullable String requestPayer,
            @Nullable String expectedBucketOwner,
            @Nullable String expectedSourceBucketOwner) {
        Conditions conditions() {
            return new Conditions(
                    copySourceIfMatch, copySourceIfNoneMatch, copySourceIfModifiedSince, copySourceIfUnmodifiedSince);
        }
    }

    record CopyObjectResponse(
            CopyResult copyObjectResult,
            @Nullable String copySourceVersionId,
            @Nullable String versionId,
            @Nullable String serverSideEncryption,
            @JsonProperty("SSEKMSKeyId") @Nullable String ssekmsKeyId,
            @Nullable Boolean bucketKeyEnabled) {}

    record CopyResult(
            @JsonProperty("ETag") String eTag,
            Instant lastModified,
            @Nullable String checksumType,
            @JsonUnwrapped Checksums checksums) {}

    record CopyPartResult(
            @JsonProperty("ETag") String eTag,
            Instant lastModified,
            @JsonUnwrapped Checksums checksums) {}

    record AttributesRequest(
            String bucket,
            String key,
            @Nullable String versionId,
            @Nullable Integer maxParts,
            @Nullable Integer partNumberMarker,
            @Nullable String requestPayer,
            @Nullable String expectedBucketOwner,
            List<String> objectAttributes) {}

    record AttributesResponse(
            Instant lastModified,
            @Nullable String versionId,
            @JsonProperty("ETag") @Nullable String eTag,
            @Nullable AttributesChecksum checksum,
            @Nullable AttributesParts objectParts,
            @Nullable String storageClass,
            @Nullable Long objectSize) {}

    record AttributesChecksum(
            @JsonUnwrapped Checksums checksums, @Nullable String checksumType) {}

    record AttributesParts(
            int totalPartsCount,
            @Nullable Integer partNumberMarker,
            @Nullable Integer nextPartNumberMarker,
            @Nullable Integer maxParts,
            @Nullable Boolean isTruncated,
            @Nullable List<AttributesPart> parts) {}

    record AttributesPart(
            int partNumber, long size, @JsonUnwrapped Checksums checksums) {}

    record ObjectTaggingRequest(
            String bucket,
            String key,
            @Nullable String versionId,
            @JsonProperty("ContentMD5") @Nullable String contentMd5,
            @Nullable String checksumAlgorithm,
            Tagging tagging,
            @Nullable String expectedBucketOwner,
            @Nullable String requestPayer) {}

    record ObjectVersionRequest(
            String bucket,
            String key,
            @Nullable String versionId,
            @Nullable String expectedBucketOwner) {}

    record GetTaggingRequest(
            String bucket,
            String key,
            @Nullable String versionId,
            @Nullable String expectedBucketOwner,
            @Nullable String requestPayer) {}

    record VersionResponse(@Nullable String versionId) {}
}
