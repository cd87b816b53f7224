package dev.podium.codec;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/// As much of ASN.1 DER as wrapping a private key takes.
public final class Der {
    public static final int INTEGER = 0x02;
    public static final int OCTET_STRING = 0x04;
    public static final int NULL = 0x05;
    public static final int OID = 0x06;
    public static final int SEQUENCE = 0x30;

    private Der() {}

    /// One element: tag, length and the parts as its content.
    public static byte[] element(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.size();
        if (length >= 0x80) {
            int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
            out.write(0x80 | bytes);
            for (int i = bytes - 1; i >= 0; i--) {
                out.write(length >>> (8 * i));
            }
        } else {
            out.write(length);
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }

    /// The tag of the element that comes next, -1 at the end.
    public static int peek(ByteBuffer in) {
        return in.hasRemaining() ? in.get(in.position()) & 0xff : -1;
    }

    /// Reads one element and gives its content.
    ///
    /// @throws IllegalArgumentException when the next element has another tag, or is cut off
    public static ByteBuffer content(ByteBuffer in, int tag) {
        if (in.remaining() < 2 || peek(in) != tag) {
            throw new IllegalArgumentException("unexpected ASN.1 element");
        }
        in.get();
        int length = in.get() & 0xff;
        if (length >= 0x80) {
            int bytes = length & 0x7f;
            if (bytes == 0 || bytes > 3 || in.remaining() < bytes) {
                throw new IllegalArgumentException("unexpected ASN.1 length");
            }
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = length << 8 | (in.get() & 0xff);
            }
        }
        if (length > in.remaining()) {
            throw new IllegalArgumentException("cut off ASN.1 element");
        }
        ByteBuffer content = in.slice(in.position(), length);
        in.position(in.position() + length);
        return content;
    }

    /// What is left, as an array.
    public static byte[] bytes(ByteBuffer in) {
        byte[] bytes = new byte[in.remaining()];
        in.duplicate().get(bytes);
        return bytes;
    }
}
