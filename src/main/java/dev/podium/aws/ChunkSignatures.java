package dev.podium.aws;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/// Verifies the chain of signatures of an `aws-chunked` body; the request's own is the first one.
///
/// @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html">Chunked upload</a>
final class ChunkSignatures {
    private final byte[] key;
    private final String place;
    private String previous;
    private MessageDigest chunk = SigV4.sha256();

    /// @param key   signing key of the scope
    /// @param place date and scope, each with a line break behind it
    /// @param seed  the request's signature
    ChunkSignatures(byte[] key, String place, String seed) {
        this.key = key;
        this.place = place;
        this.previous = seed;
    }

    /// Adds data of the chunk that is being read.
    void update(byte[] bytes, int offset, int length) {
        chunk.update(bytes, offset, length);
    }

    /// Ends a chunk.
    ///
    /// @throws AwsException when its signature is another
    void chunk(String signature) {
        String hash = HexFormat.of().formatHex(chunk.digest());
        chunk = SigV4.sha256();
        String empty = HexFormat.of().formatHex(SigV4.sha256().digest());
        next("AWS4-HMAC-SHA256-PAYLOAD\n" + place + previous + "\n" + empty + "\n" + hash, signature);
    }

    /// Ends the body.
    ///
    /// @param trailers as `name:value` lines
    /// @throws AwsException when the signature is another
    void trailers(String trailers, String signature) {
        String hash = HexFormat.of().formatHex(SigV4.sha256().digest(trailers.getBytes(StandardCharsets.UTF_8)));
        next("AWS4-HMAC-SHA256-TRAILER\n" + place + previous + "\n" + hash, signature);
    }

    private void next(String toSign, String signature) {
        String expected = HexFormat.of().formatHex(SigV4.hmac(key, toSign));
        if (!MessageDigest.isEqual(
                expected.getBytes(StandardCharsets.UTF_8), signature.getBytes(StandardCharsets.UTF_8))) {
            throw Fault.of(Fault.Kind.WRONG_SIGNATURE, SigV4.MISMATCH);
        }
        previous = signature;
    }
}
