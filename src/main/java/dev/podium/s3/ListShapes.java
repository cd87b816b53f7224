package dev.podium.s3;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Requests and responses of listings; members as in the model.
final class ListShapes {
    private ListShapes() {}

    record ListV2Request(
            String bucket,
            @Nullable String delimiter,
            @Nullable String encodingType,
            @Nullable Integer maxKeys,
            @Nullable String prefix,
            @Nullable String continuationToken,
            @Nullable Boolean fetchOwner,
            @Nullable String startAfter,
            @Nullable String requestPayer,
            @Nullable String expectedBucketOwner,
            @Nullable List<String> optionalObjectAttributes) {}

    record ListV2Response(
            String name,
            String prefix,
            @Nullable String startAfter,
            @Nullable String continuationToken,
            @Nullable String nextContinuationToken,
            int keyCount,
            int maxKeys,
            @Nullable String delimiter,
            @Nullable String encodingType,
            boolean isTruncated,
            List<ObjectItem> contents,
            List<CommonPrefix> commonPrefixes) {}

    record ListRequest(
            String bucket,
            @Nullable String delimiter,
            @Nullable String encodingType,
            @Nullable String marker,
            @Nullable Integer maxKeys,
            @Nullable String prefix,
            @Nullable String requestPayer,
            @Nullable String expectedBucketOwner,
            @Nullable List<String> optionalObjectAttributes) {}

    record ListResponse(
            String name,
            String prefix,
            String marker,
            @Nullable String nextMarker,
            int maxKeys,
            @Nullable String delimiter,
            @Nullable String encodingType,
            boolean isTruncated,
            List<ObjectItem> contents,
            List<CommonPrefix> commonPrefixes) {}

    record ObjectItem(
            String key,
            Instant lastModified,
            @JsonProperty("ETag") String eTag,
            @Nullable List<String> checksumAlgorithm,
            @Nullable String checksumType,
            long size,
            @Nullable Owner owner,
            String storageClass) {}

    record CommonPrefix(String prefix) {}

    record ListVersionsRequest(
            String bucket,
            @Nullable String delimiter,
            @Nullable String encodingType,
            @Nullable String keyMarker,
            @Nullable Integer maxKeys,
            @Nullable String prefix,
            @Nullable String versionIdMarker,
            @Nullable String expectedBucketOwner,
            @Nullable String requestPayer,
            @Nullable List<String> optionalObjectAttributes) {}

    record ListVersionsResponse(
            String name,
            String prefix,
            String keyMarker,
            String versionIdMarker,
            @Nullable String nextKeyMarker,
            @Nullable String nextVersionIdMarker,
            int maxKeys,
            @Nullable String delimiter,
            @Nullable String encodingType,
            boolean isTruncated,
            List<VersionItem> versions,
            List<MarkerItem> deleteMarkers,
            List<CommonPrefix> commonPrefixes) {}

    record VersionItem(
            String key,
            String versionId,
            boolean isLatest,
            Instant lastModified,
            @JsonProperty("ETag") String eTag,
            @Nullable List<String> checksumAlgorithm,
            @Nullable String checksumType,
            long size,
            Owner owner,
            String storageClass) {}

    record MarkerItem(String key, String versionId, boolean isLatest, Instant lastModified, Owner owner) {}
}
