package dev.podium.logs;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

/// Messages of AWS's event stream format, as far as a live tail needs them.
final class EventFrames {
    static final String CONTENT_TYPE = "application/vnd.amazon.eventstream";
    private static final int FRAME = 16;
    private static final byte STRING = 7;

    private EventFrames() {}

    /// An event with a JSON payload.
    static byte[] event(String type, byte[] payload) {
        return message(
                Map.of(":message-type", "event", ":event-type", type, ":content-type", "application/json"), payload);
    }

    private static byte[] message(Map<String, String> headers, byte[] payload) {
        int headerBytes = 0;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            headerBytes += 4 + header.getKey().length() + header.getValue().length();
        }
        ByteBuffer out = ByteBuffer.allocate(FRAME + headerBytes + payload.length);
        out.putInt(out.capacity()).putInt(headerBytes).putInt(crc(out, 8));
        new TreeMap<>(headers).forEach((name, value) -> out.put((byte) name.length())
                .put(name.getBytes(StandardCharsets.US_ASCII))
                .put(STRING)
                .putShort((short) value.length())
                .put(value.getBytes(StandardCharsets.US_ASCII)));
        out.put(payload);
        return out.putInt(crc(out, out.position())).array();
    }

    private static int crc(ByteBuffer out, int length) {
        CRC32 crc = new CRC32();
        crc.update(out.array(), 0, length);
        return (int) crc.getValue();
    }
}
