package dev.podium.aws;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import org.jspecify.annotations.Nullable;

/// The checksums that AWS takes with a body, under their names in the API.
///
/// @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html">Checking object
/// integrity</a>
public enum ChecksumAlgorithm {
    CRC32(4, 0xEDB88320L),
    CRC32C(4, 0x82F63B78L),
    CRC64NVME(8, Crc64Nvme.POLYNOMIAL),
    SHA1(20, 0),
    SHA256(32, 0),
    SHA512(64, 0),
    MD5(16, 0);

    private final int bytes;
    private final long polynomial;

    /// @param polynomial of a CRC, reflected; 0 for a digest
    ChecksumAlgorithm(int bytes, long polynomial) {
        this.bytes = bytes;
        this.polynomial = polynomial;
    }

    /// A checksum on its way.
    public interface Running {
        /// Adds bytes.
        void update(byte[] bytes, int offset, int length);

        /// The checksum of what was added; to be asked once.
        byte[] value();
    }

    /// The algorithm of that name, or null.
    public static @Nullable ChecksumAlgorithm named(String name) {
        for (ChecksumAlgorithm algorithm : values()) {
            if (algorithm.name().equals(name)) {
                return algorithm;
            }
        }
        return null;
    }

    /// The header that carries its value, such as `x-amz-checksum-crc32`.
    public String header() {
        return "x-amz-checksum-" + name().toLowerCase(Locale.ROOT);
    }

    /// Begins a checksum.
    public Running start() {
        return switch (this) {
            case CRC32 -> new OfCrc(new CRC32(), bytes);
            case CRC32C -> new OfCrc(new CRC32C(), bytes);
            case CRC64NVME -> new OfCrc(new Crc64Nvme(), bytes);
            case SHA1 -> new OfDigest(digest("SHA-1"));
            case SHA256 -> new OfDigest(digest("SHA-256"));
            case SHA512 -> new OfDigest(digest("SHA-512"));
            case MD5 -> new OfDigest(digest("MD5"));
        };
    }

    /// The checksum of all bytes at hand, in base64.
    public String of(byte[] bytes) {
        Running running = start();
        running.update(bytes, 0, bytes.length);
        return Base64.getEncoder().encodeToString(running.value());
    }

    /// Tells whether the checksum of a whole follows from those of its parts: it does for the CRCs.
    public boolean combines() {
        return polynomial != 0;
    }

    /// The checksum of two stretches of bytes, from those of each.
    ///
    /// @param second length of the second one
    public byte[] combine(byte[] first, byte[] then, long second) {
        long moved = CrcShift.byZeros(number(first), 8 * second, polynomial, 8 * bytes);
        return bytes(moved ^ number(then), bytes);
    }

    private static long number(byte[] bytes) {
        long number = 0;
        for (byte b : bytes) {
            number = number << 8 | (b & 0xFF);
        }
        return number;
    }

    private static byte[] bytes(long number, int count) {
        byte[] all = ByteBuffer.allocate(8).putLong(number).array();
        byte[] bytes = new byte[count];
        System.arraycopy(all, 8 - count, bytes, 0, count);
        return bytes;
    }

    private static MessageDigest digest(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + name, e);
        }
    }

    private record OfCrc(Checksum sum, int count) implements Running {
        @Override
        public void update(byte[] bytes, int offset, int length) {
            sum.update(bytes, offset, length);
        }

        @Override
        public byte[] value() {
            return bytes(sum.getValue(), count);
        }
    }

    private record OfDigest(MessageDigest digest) implements Running {
        @Override
        public void update(byte[] bytes, int offset, int length) {
            digest.update(bytes, offset, length);
        }

        @Override
        public byte[] value() {
            return digest.digest();
        }
    }
}
