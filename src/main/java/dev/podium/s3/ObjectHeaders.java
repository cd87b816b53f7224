package dev.podium.s3;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.podium.s3.S3Error.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a client says about an object and gets back with it.
///
/// @param metadata its own headers, by names without `x-amz-meta-`
record ObjectHeaders(
        @Nullable String cacheControl,
        @Nullable String contentDisposition,
        @Nullable String contentEncoding,
        @Nullable String contentLanguage,
        @Nullable String contentType,
        @Nullable Instant expires,
        @Nullable Map<String, String> metadata,
        @Nullable String serverSideEncryption,
        @JsonProperty("SSEKMSKeyId") @Nullable String ssekmsKeyId,
        @Nullable Boolean bucketKeyEnabled,
        @Nullable String storageClass,
        @Nullable String websiteRedirectLocation) {
    private static final int LONGEST_METADATA = 2048;
    private static final Set<String> ENCRYPTIONS = Set.of("AES256", "aws:kms", "aws:kms:dsse");
    private static final Set<String> CLASSES =
            Set.of("STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR");

    /// Checks a client's and fills in S3's defaults.
    ///
    /// @throws dev.podium.aws.AwsException when something is too long or unknown
    ObjectHeaders stored() {
        int length = 0;
        if (metadata != null) {
            for (Map.Entry<String, String> entry : metadata.entrySet()) {
                length += entry.getKey().getBytes(StandardCharsets.UTF_8).length
                        + entry.getValue().getBytes(StandardCharsets.UTF_8).length;
            }
        }
        if (length > LONGEST_METADATA) {
            throw S3Error.of(Kind.METADATA_TOO_LARGE, "Size", length, "MaxSizeAllowed", LONGEST_METADATA);
        }
        if (storageClass != null && !CLASSES.contains(storageClass)) {
            throw S3Error.of(Kind.INVALID_STORAGE_CLASS, "StorageClassRequested", storageClass);
        }
        if (serverSideEncryption != null && !ENCRYPTIONS.contains(serverSideEncryption)) {
            throw S3Error.argument(
                    "The encryption method specified is not supported",
                    "x-amz-server-side-encryption",
                    serverSideEncryption);
        }
        return new ObjectHeaders(
                cacheControl,
                contentDisposition,
                withoutFraming(contentEncoding),
                contentLanguage,
                contentType == null ? "binary/octet-stream" : contentType,
                expires,
                metadata,
                serverSideEncryption == null ? "AES256" : serverSideEncryption,
                ssekmsKeyId,
                bucketKeyEnabled,
                "STANDARD".equals(storageClass) ? null : storageClass,
                websiteRedirectLocation);
    }

    /// The same as they were stored for another object, with this one's storage class and encryption.
    ObjectHeaders copied(ObjectHeaders from) {
        return new ObjectHeaders(
                from.cacheControl,
                from.contentDisposition,
                from.contentEncoding,
                from.contentLanguage,
                from.contentType,
                from.expires,
                from.metadata,
                serverSideEncryption,
                ssekmsKeyId,
                bucketKeyEnabled,
                storageClass,
                websiteRedirectLocation);
    }

    /// Tells whether a copy onto itself would change something.
    @JsonIgnore
    boolean changesCopy() {
        return storageClass != null || serverSideEncryption != null || websiteRedirectLocation != null;
    }

    /// The storage class as listings show it.
    @JsonIgnore
    String shownClass() {
        return storageClass == null ? "STANDARD" : storageClass;
    }

    private static @Nullable String withoutFraming(@Nullable String encoding) {
        if (encoding == null) {
            return null;
        }
        String left = encoding.replaceAll("(^|,)\\s*aws-chunked\\s*(?=,|$)", "").replaceAll("^\\s*,\\s*", "");
        return left.isBlank() ? null : left.strip();
    }
}
