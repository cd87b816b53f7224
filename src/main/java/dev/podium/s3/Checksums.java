package dev.podium.s3;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.podium.aws.ChecksumAlgorithm;
import java.util.ArrayList;
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
    static final Checksums NONE = new Checksums(null, null, null, null, null, null, null);

    /// A checksum with its algorithm.
    ///
    /// @param value base64, with `-` and the number of parts behind it when it is a checksum of checksums
    record Sum(ChecksumAlgorithm algorithm, String value) {}

    /// The one of a stored object or part; none when null.
    static Checksums of(@Nullable Sum sum) {
        if (sum == null) {
            return NONE;
        }
        String[] all = new String[7];
        all[sum.algorithm.ordinal()] = sum.value;
        return new Checksums(all[0], all[1], all[2], all[3], all[4], all[5], all[6]);
    }

    /// The one that was sent, or null.
    ///
    /// @throws dev.podium.aws.AwsException InvalidRequest when there are several
    @JsonIgnore
    @Nullable
    Sum sent() {
        @Nullable
        String[] all = {
            checksumCRC32,
            checksumCRC32C,
            checksumCRC64NVME,
            checksumSHA1,
            checksumSHA256,
            checksumSHA512,
            checksumMD5
        };
        List<Sum> sent = new ArrayList<>(1);
        for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
            String value = all[algorithm.ordinal()];
            if (value != null) {
                sent.add(new Sum(algorithm, value));
            }
        }
        if (sent.size() > 1) {
            throw S3Error.request("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
        }
        return sent.isEmpty() ? null : sent.getFirst();
    }
}
