package dev.podium.s3;

import dev.podium.aws.AwsException;
import dev.podium.aws.ChecksumAlgorithm;
import dev.podium.aws.Content;
import dev.podium.http.Headers;
import dev.podium.s3.Checksums.Sum;
import dev.podium.s3.ObjectVersion.Piece;
import dev.podium.s3.S3Error.Kind;
import dev.podium.store.RecordFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Bytes on their way to disk: counted, digested, and held against what the client said about them.
///
/// @param expected checksum that came with the request; null when it comes in a trailer, or not at all
/// @param algorithm of the checksum that is kept
/// @param md5 `Content-MD5`, or null
/// @param announced the one header of a checksum that comes as a trailer; empty when none may, null when nobody said
/// @param trailers of the body, once it has ended
record Arrival(
        @Nullable Sum expected,
        ChecksumAlgorithm algorithm,
        @Nullable String md5,
        @Nullable String announced,
        Supplier<Map<String, String>> trailers) {
    /// Largest object that comes in one piece.
    static final long LARGEST = 5L << 30;

    private static final int BUFFER = 64 << 10;

    /// Bytes that lie on disk.
    ///
    /// @param eTag their MD5 in hexadecimal digits
    record Arrived(Piece piece, String eTag, Sum sum) {}

    /// Bytes of another object: nobody said anything about them.
    static Arrival copied(ChecksumAlgorithm algorithm) {
        return new Arrival(null, algorithm, null, null, Map::of);
    }

    /// Bytes of a request.
    ///
    /// @param wanted algorithm of the upload that they are a part of; null when any will do
    /// @throws AwsException when the headers contradict each other
    static Arrival of(Headers headers, Checksums checksums, Content content, @Nullable ChecksumAlgorithm wanted) {
        Sum sent = checksums.sent();
        if (sent != null && !sent.isWellFormed()) {
            throw S3Error.request("Value for " + sent.algorithm().header() + " header is invalid.");
        }
        ChecksumAlgorithm trailing = ofTrailer(headers);
        // SDKs announce a trailer that they send as a header after all, but not in a body of this kind.
        boolean strict = headers.first("x-amz-content-sha256", "")
                .toUpperCase(Locale.ROOT)
                .endsWith("-TRAILER");
        if (strict && sent != null && trailing != null) {
            throw S3Error.request("Expecting a single x-amz-checksum- header");
        }
        ChecksumAlgorithm algorithm = sent == null ? trailing : sent.algorithm();
        String named = headers.first("x-amz-sdk-checksum-algorithm");
        if (algorithm == null && named != null && ChecksumAlgorithm.named(named) != null) {
            throw S3Error.request("x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or"
                    + " x-amz-trailer headers were found.");
        }
        if (wanted != null && algorithm != null && algorithm != wanted) {
            throw S3Error.request("Checksum Type mismatch occurred, expected checksum Type: " + lower(wanted)
                    + ", actual checksum Type: " + lower(algorithm));
        }
        ChecksumAlgorithm kept = wanted != null ? wanted : algorithm != null ? algorithm : ChecksumAlgorithm.CRC64NVME;
        String announced = !strict ? null : trailing == null ? "" : trailing.header();
        return new Arrival(sent, kept, headers.first("Content-MD5"), announced, content::trailers);
    }

    private static @Nullable ChecksumAlgorithm ofTrailer(Headers headers) {
        String announced = headers.first("x-amz-trailer", "").toLowerCase(Locale.ROOT);
        for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
            if (announced.equals(algorithm.header())) {
                return algorithm;
            }
        }
        return null;
    }

    static String lower(ChecksumAlgorithm algorithm) {
        return algorithm.name().toLowerCase(Locale.ROOT);
    }

    /// Takes all bytes in.
    ///
    /// @param mostTotal bytes that all objects may have
    /// @throws AwsException when there are too many, or others than the client said; nothing is
    ///     kept then
    Arrived write(RecordFiles files, RecordFiles.Change change, InputStream in, long mostTotal) throws IOException {
        Transfer transfer = new Transfer(files, in, mostTotal);
        String file = change.write(transfer::run);
        return new Arrived(
                new Piece(file, transfer.size, transfer.kept),
                transfer.eTag,
                java.util.Objects.requireNonNull(transfer.kept));
    }

    private final class Transfer {
        private final RecordFiles files;
        private final InputStream in;
        private final long mostTotal;
        private long size;
        private String eTag = "";
        private @Nullable Sum kept;

        Transfer(RecordFiles files, InputStream in, long mostTotal) {
            this.files = files;
            this.in = in;
            this.mostTotal = mostTotal;
        }

        void run(OutputStream out) throws IOException {
            ChecksumAlgorithm.Running digest = ChecksumAlgorithm.MD5.start();
            ChecksumAlgorithm.Running sum = algorithm.start();
            byte[] buffer = new byte[BUFFER];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                size += n;
                if (size > LARGEST) {
                    throw tooLarge(size);
                }
                if (files.bytes() + n > mostTotal) {
                    throw S3Error.of(Kind.FULL);
                }
                out.write(buffer, 0, n);
                digest.update(buffer, 0, n);
                sum.update(buffer, 0, n);
            }
            byte[] tag = digest.value();
            eTag = HexFormat.of().formatHex(tag);
            Sum value = new Sum(algorithm, base64(sum.value()));
            kept = value;
            verify(base64(tag), value);
        }

        private void verify(String actualMd5, Sum value) {
            if (md5 != null && !md5.equals(actualMd5)) {
                throw isMd5(md5)
                        ? S3Error.of(Kind.BAD_DIGEST, "ExpectedDigest", md5, "CalculatedDigest", actualMd5)
                        : S3Error.of(Kind.INVALID_DIGEST, "Content-MD5", md5);
            }
            Sum told = expected == null ? trailer() : expected;
            if (told != null && !told.equals(value)) {
                throw mismatch(algorithm);
            }
        }

        /// The checksum behind the body, or null.
        private @Nullable Sum trailer() {
            Set<String> sums = new TreeSet<>(trailers.get().keySet());
            sums.removeIf(name -> !name.startsWith("x-amz-checksum-"));
            if (announced != null && !sums.equals(announced.isEmpty() ? Set.of() : Set.of(announced))) {
                throw S3Error.of(Kind.MALFORMED_TRAILER);
            }
            String value = trailers.get().get(algorithm.header());
            Sum sum = value == null ? null : new Sum(algorithm, value);
            if (sum != null && !sum.isWellFormed()) {
                throw S3Error.request("Value for " + algorithm.header() + " trailing header is invalid.");
            }
            return sum;
        }
    }

    private static boolean isMd5(String text) {
        try {
            return Base64.getDecoder().decode(text).length == 16;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /// A checksum that isn't the one that the client announced.
    static AwsException mismatch(ChecksumAlgorithm algorithm) {
        return S3Error.with(
                Kind.BAD_DIGEST, "The " + algorithm + " you specified did not match the calculated checksum.");
    }

    static AwsException tooLarge(long size) {
        return S3Error.of(Kind.ENTITY_TOO_LARGE, "ProposedSize", size, "MaxSizeAllowed", LARGEST);
    }
}
