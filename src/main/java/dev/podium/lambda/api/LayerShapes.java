package dev.podium.lambda.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.podium.lambda.LayerVersion;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The shapes of the layer operations.
final class LayerShapes {
    private LayerShapes() {}

    record PublishLayerVersionRequest(
            String layerName,
            @Nullable String description,
            ContentInput content,
            @Nullable List<String> compatibleRuntimes,
            @Nullable String licenseInfo,
            @Nullable List<String> compatibleArchitectures) {}

    record ContentInput(
            @JsonProperty("S3Bucket") @Nullable String s3Bucket,
            @JsonProperty("S3Key") @Nullable String s3Key,
            @JsonProperty("S3ObjectVersion") @Nullable String s3ObjectVersion,
            byte @Nullable [] zipFile) {}

    record LayerVersionRequest(String layerName, long versionNumber) {}

    record ArnRequest(String arn) {}

    record ListLayersRequest(
            @Nullable String compatibleRuntime,
            @Nullable String marker,
            @Nullable Integer maxItems,
            @Nullable String compatibleArchitecture) {}

    record ListLayerVersionsRequest(
            @Nullable String compatibleRuntime,
            String layerName,
            @Nullable String marker,
            @Nullable Integer maxItems,
            @Nullable String compatibleArchitecture) {}

    record AddPermissionRequest(
            String layerName,
            long versionNumber,
            String statementId,
            String action,
            String principal,
            @Nullable String organizationId,
            @Nullable String revisionId) {}

    record RemovePermissionRequest(
            String layerName,
            long versionNumber,
            String statementId,
            @Nullable String revisionId) {}

    record StatementResponse(String statement, String revisionId) {}

    record PolicyResponse(String policy, String revisionId) {}

    record Content(String location, String codeSha256, long codeSize) {}

    record LayerVersionResponse(
            Content content,
            String layerArn,
            String layerVersionArn,
            String description,
            String createdDate,
            long version,
            @Nullable List<String> compatibleRuntimes,
            @Nullable String licenseInfo,
            @Nullable List<String> compatibleArchitectures) {
        static LayerVersionResponse of(LayerVersion version, String location) {
            return new LayerVersionResponse(
                    new Content(
                            location,
                            Base64.getEncoder()
                                    .encodeToString(HexFormat.of()
                                            .parseHex(version.content().sha256Hex())),
                            version.content().size()),
                    version.layerArn(),
                    version.content().arn(),
                    version.description(),
                    version.createdDate(),
                    version.version(),
                    version.compatibleRuntimes(),
                    version.licenseInfo(),
                    version.compatibleArchitectures());
        }
    }

    record LayerVersionItem(
            String layerVersionArn,
            long version,
            String description,
            String createdDate,
            @Nullable List<String> compatibleRuntimes,
            @Nullable String licenseInfo,
            @Nullable List<String> compatibleArchitectures) {
        static LayerVersionItem of(LayerVersion version) {
            return new LayerVersionItem(
                    version.content().arn(),
                    version.version(),
                    version.description(),
                    version.createdDate(),
                    version.compatibleRuntimes(),
                    version.licenseInfo(),
                    version.compatibleArchitectures());
        }
    }

    record LayerItem(String layerName, String layerArn, LayerVersionItem latestMatchingVersion) {}

    record ListLayersResponse(@Nullable String nextMarker, List<LayerItem> layers) {}

    record ListLayerVersionsResponse(@Nullable String nextMarker, List<LayerVersionItem> layerVersions) {}
}
