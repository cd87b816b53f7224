package dev.podium.sqs;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The digests by which SDKs check what they sent and received.
///
/// @see <a href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html">
/// Calculating the MD5 message digest for message attributes</a>
final class Digests {
    private static final byte STRING = 1;
    private static final byte BINARY = 2;

    private Digests() {}

    /// MD5 of a body, in hexadecimal.
    static String ofBody(String body) {
        return hex(digest("MD5").digest(body.getBytes(StandardCharsets.UTF_8)));
    }

    /// MD5 of attributes in the order of their names: each name, type and value after its length; null for none.
    static @Nullable String ofAttributes(Map<String, MessageAttribute> attributes) {
        if (attributes.isEmpty()) {
            return null;
        }
        MessageDigest md5 = digest("MD5");
        new TreeMap<>(attributes).forEach((name, attribute) -> {
            part(md5, name.getBytes(StandardCharsets.UTF_8));
            part(md5, attribute.dataType().getBytes(StandardCharsets.UTF_8));
            md5.update(attribute.binary() ? BINARY : STRING);
            part(md5, attribute.bytes());
        });
        return hex(md5.digest());
    }

    /// SHA-256 of a body, in hexadecimal: what content-based deduplication takes for an id.
    static String contentId(String body) {
        return hex(digest("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8)));
    }

    private static void part(MessageDigest md5, byte[] bytes) {
        md5.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        md5.update(bytes);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
