package dev.podium.logs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;

/// A file of events of one group, in the order in which they came. Written by one thread, read by any.
///
/// A record is its length, the CRC-32 of what follows, the stream's number, timestamp, ingestion time and the
/// message. A full segment ends with a summary of its streams, so that it need not be read to know what is in it.
/// Whatever follows the last sound record was torn by a crash, and is cut off.
final class Segment {
    private static final int SUMMARY = -1;
    private static final int MAGIC = 0x504F4C47;
    private static final int HEAD = 8;
    /// Stream, timestamp and ingestion time.
    private static final int FIXED = 20;
    private static final int LARGEST = 4 << 20;

    private final Path file;
    private final long number;
    private final Map<Integer, Facts> streams = new ConcurrentHashMap<>();
    private volatile long length;
    private volatile long firstTime = Long.MAX_VALUE;
    private volatile long lastTime = Long.MIN_VALUE;
    private volatile boolean sealed;

    private Segment(Path file, long number) {
        this.file = file;
        this.number = number;
    }

    /// What a segment knows of a stream.
    ///
    /// @param first smallest timestamp
    /// @param last largest timestamp
    /// @param ingestion the last time something came
    record Facts(long first, long last, long ingestion) {
        Facts and(Facts other) {
            return new Facts(
                    Math.min(first, other.first), Math.max(last, other.last), Math.max(ingestion, other.ingestion));
        }
    }

    /// A stored event.
    ///
    /// @param stream the stream's number
    /// @param position its place in the group: later ones have larger ones
    record Stored(int stream, long timestamp, long ingestionTime, String message, long position) {}

    /// What a reader wants to see of each event.
    interface Visitor {
        /// Looks at an event; the message's bytes are those of `buffer` from `offset` on.
        void visit(int stream, long timestamp, long ingestion, long position, byte[] buffer, int offset, int length);
    }

    static Segment create(Path folder, long number) {
        return new Segment(folder.resolve("%016x.log".formatted(number)), number);
    }

    /// Reads what is in a file that an earlier run has left; a torn end is cut off.
    static Segment open(Path file) throws IOException {
        String name = file.getFileName().toString();
        Segment segment = new Segment(file, Long.parseLong(name.substring(0, name.length() - 4), 16));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (!segment.readSummary(channel)) {
                segment.length = channel.size();
                segment.length = segment.scan(segment.bytes(channel), (stream, time, ingestion, at, b, o, n) -> {
                    segment.note(stream, new Facts(time, time, ingestion));
                });
                channel.truncate(segment.length);
            }
        }
        return segment;
    }

    private boolean readSummary(FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < HEAD) {
            return false;
        }
        ByteBuffer end = ByteBuffer.wrap(read(channel, size - HEAD, HEAD));
        int at = end.getInt();
        if (end.getInt() != MAGIC || at < 0 || at > size - HEAD - HEAD) {
            return false;
        }
        byte[] bytes = read(channel, at, (int) (size - HEAD - at));
        ByteBuffer summary = ByteBuffer.wrap(bytes);
        int bodyLength = summary.getInt();
        int crc = summary.getInt();
        if (bodyLength != summary.remaining() || crc != crc(bytes, HEAD, bodyLength)) {
            return false;
        }
        if (summary.getInt() != SUMMARY) {
            return false;
        }
        while (summary.remaining() >= 28) {
            note(summary.getInt(), new Facts(summary.getLong(), summary.getLong(), summary.getLong()));
        }
        length = at;
        sealed = true;
        return true;
    }

    private void note(int stream, Facts facts) {
        streams.merge(stream, facts, Facts::and);
        firstTime = Math.min(firstTime, facts.first());
        lastTime = Math.max(lastTime, facts.last());
    }

    Path file() {
        return file;
    }

    long number() {
        return number;
    }

    /// Bytes of sound records.
    long length() {
        return length;
    }

    long firstTime() {
        return firstTime;
    }

    long lastTime() {
        return lastTime;
    }

    boolean isSealed() {
        return sealed;
    }

    /// What is known of each stream, by its number.
    Map<Integer, Facts> streams() {
        return streams;
    }

    /// Size of an event on disk.
    static int size(int messageBytes) {
        return HEAD + FIXED + messageBytes;
    }

    /// Writes an event into a buffer.
    ///
    /// @return where the next one goes
    static int encode(byte[] target, int at, int stream, long timestamp, long ingestion, byte[] message) {
        ByteBuffer out = ByteBuffer.wrap(target, at, size(message.length));
        out.putInt(FIXED + message.length)
                .putInt(0)
                .putInt(stream)
                .putLong(timestamp)
                .putLong(ingestion);
        out.put(message);
        out.putInt(at + 4, crc(target, at + HEAD, FIXED + message.length));
        return out.position();
    }

    /// Appends encoded events; readers see them when all are written.
    void append(byte[] encoded, Map<Integer, Facts> facts) throws IOException {
        long before = length;
        int more = encoded.length;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            try {
                write(channel, ByteBuffer.wrap(encoded), before);
            } catch (IOException e) {
                channel.truncate(before);
                throw e;
            }
        }
        facts.forEach(this::note);
        length = before + more;
    }

    /// Writes the summary: nothing is appended after it.
    void seal() throws IOException {
        ByteBuffer out = ByteBuffer.allocate(HEAD + 4 + 28 * streams.size() + HEAD);
        out.putInt(out.capacity() - 2 * HEAD).putInt(0).putInt(SUMMARY);
        streams.forEach((stream, facts) ->
                out.putInt(stream).putLong(facts.first()).putLong(facts.last()).putLong(facts.ingestion()));
        out.putInt(4, crc(out.array(), HEAD, out.capacity() - 2 * HEAD));
        out.putInt((int) length).putInt(MAGIC).flip();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            write(channel, out, length);
        }
        sealed = true;
    }

    /// Shows every event to a visitor. A segment that was deleted meanwhile has none.
    void read(Visitor visitor) throws IOException {
        byte[] bytes;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            bytes = bytes(channel);
        } catch (NoSuchFileException e) {
            return;
        }
        scan(bytes, visitor);
    }

    private byte[] bytes(FileChannel channel) throws IOException {
        long readable = Math.min(length, channel.size());
        return read(channel, 0, (int) Math.min(readable, Integer.MAX_VALUE - 8));
    }

    /// @return where the sound records end
    private int scan(byte[] bytes, Visitor visitor) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int at = 0;
        while (bytes.length - at >= HEAD + FIXED) {
            int body = in.getInt(at);
            if (body < FIXED || body > LARGEST || body > bytes.length - at - HEAD) {
                break;
            }
            int stream = in.getInt(at + HEAD);
            if (in.getInt(at + 4) != crc(bytes, at + HEAD, body) || stream == SUMMARY) {
                break;
            }
            long position = number << 32 | at;
            visitor.visit(
                    stream,
                    in.getLong(at + HEAD + 4),
                    in.getLong(at + HEAD + 12),
                    position,
                    bytes,
                    at + HEAD + FIXED,
                    body - FIXED);
            at += HEAD + body;
        }
        return at;
    }

    private static int crc(byte[] bytes, int offset, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    private static byte[] read(FileChannel channel, long position, int length) throws IOException {
        byte[] bytes = new byte[length];
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining() && channel.read(buffer, position + buffer.position()) >= 0) {
            // A short read is rare, and the next one goes on.
        }
        return bytes;
    }

    private static void write(FileChannel channel, ByteBuffer buffer, long position) throws IOException {
        long at = position;
        while (buffer.hasRemaining()) {
            at += channel.write(buffer, at);
        }
    }

    static String text(byte[] buffer, int offset, int length) {
        return new String(buffer, offset, length, StandardCharsets.UTF_8);
    }
}
