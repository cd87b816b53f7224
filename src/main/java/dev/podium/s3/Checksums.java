package dev.podium.s3;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.podium.aws.ChecksumAlgorithm;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The checksum members of requests and responses, of which at most one is set.
record Checksums(
        @Nullable String checksumCRC32,
        @Nullable String checksumCRC32C,
        @Nullable String checksumCRC64NVME,
        @Nullable String checksumSHA1,
        @Nullable String checksumSHA256,
        @Nullable String checksumSHA512,
        @Nullable String checksumMD5) {
    /// A checksum with its algorithm.
    ///
    /// @param value base64, with `-` and the number of parts behind it when it is a checksum of checksums
    record Sum(ChecksumAlgorithm algorithm, String value) {
        /// Tells whether it is a value of this algorithm at all.
        @JsonIgnore
        boolean isWellFormed() {
            try {
                return Base64.getDecoder().decode(value).length
                        == Base64.getDecoder().decode(algorithm.of(new byte[0])).length;
            } catch (IllegalArgumentException e) {
                return false;
            }
        }
    }

    /// The one of a stored object or part; none when null.
    static Checksums of(@Nullable Sum sum) {
        return new Checksums(
                value(sum, ChecksumAlgorithm.CRC32),
                value(sum, ChecksumAlgorithm.CRC32C),
                value(sum, ChecksumAlgorithm.CRC64NVME),
                value(sum, ChecksumAlgorithm.SHA1),
                value(sum, ChecksumAlgorithm.SHA256),
                value(sum, ChecksumAlgorithm.SHA512),
                value(sum, ChecksumAlgorithm.MD5));
    }

    private static @Nullable String value(@Nullable Sum sum, ChecksumAlgorithm algorithm) {
        return sum != null && sum.algorithm == algorithm ? sum.value : null;
    }

    /// The one that was sent, or null.
    ///
    /// @throws dev.podium.aws.AwsException InvalidRequest when there are several
    @JsonIgnore
    @Nullable
    Sum sent() {
        List<Sum> sent = new ArrayList<>(1);
        for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
            String value = value(algorithm);
            if (value != null) {
                sent.add(new Sum(algorithm, value));
            }
        }
        if (sent.size() > 1) {
            throw S3Error.request(
                    "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
        }
        return sent.isEmpty() ? null : sent.getFirst();
    }

    private @Nullable String value(ChecksumAlgorithm algorithm) {
        return switch (algorithm) {
            case CRC32 -> checksumCRC32;
            case CRC32C -> checksumCRC32C;
            case CRC64NVME -> checksumCRC64NVME;
            case SHA1 -> checksumSHA1;
            case SHA256 -> checksumSHA256;
            case SHA512 -> checksumSHA512;
            case MD5 -> checksumMD5;
        };
    }
}
