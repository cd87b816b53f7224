package dev.podium.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/// Writes messages of the type `application/vnd.amazon.eventstream`, in which AWS streams its answers.
///
/// A message is: total length, length of its headers, CRC-32 of these eight bytes, headers, payload, and CRC-32
/// of all before; numbers are big-endian. A header is its name and a text, each with its length.
///
/// @see <a href="https://smithy.io/2.0/aws/amazon-eventstream.html">Amazon event stream</a>
public final class EventStream {
    /// Media type of a response that is made of such messages.
    public static final String CONTENT_TYPE = "application/vnd.amazon.eventstream";

    private static final int PRELUDE = 12;
    private static final int TEXT = 7;
    private static final int CHECKSUM = 4;

    private EventStream() {}

    /// A kind of message: its headers, made once.
    public static final class Event {
        private final byte[] headers;

        private Event(byte[] headers) {
            this.headers = headers;
        }

        /// The message of that kind with a payload.
        public byte[] message(byte[] payload) {
            return message(payload, payload.length);
        }

        /// The message of that kind with the first bytes of a buffer as its payload.
        public byte[] message(byte[] buffer, int length) {
            int total = PRELUDE + headers.length + length + CHECKSUM;
            byte[] bytes = new byte[total];
            ByteBuffer message = ByteBuffer.wrap(bytes);
            message.putInt(total).putInt(headers.length);
            message.putInt(checksum(bytes, message.position()));
            message.put(headers).put(buffer, 0, length);
            message.putInt(checksum(bytes, message.position()));
            return bytes;
        }
    }

    /// A kind of event.
    ///
    /// @param type the model's name of it, such as `PayloadChunk`
    /// @param contentType of its payload
    public static Event event(String type, String contentType) {
        ByteBuffer headers = ByteBuffer.allocate(512);
        header(headers, ":event-type", type);
        header(headers, ":content-type", contentType);
        header(headers, ":message-type", "event");
        byte[] bytes = new byte[headers.position()];
        headers.flip().get(bytes);
        return new Event(bytes);
    }

    private static void header(ByteBuffer out, String name, String value) {
        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        byte[] valueBytes = value.getBytes(StandardCharsets.UTF_8);
        out.put((byte) nameBytes.length).put(nameBytes);
        out.put((byte) TEXT).putShort((short) valueBytes.length).put(valueBytes);
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
