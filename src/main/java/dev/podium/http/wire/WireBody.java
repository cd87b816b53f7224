package dev.podium.http.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The body of a message as it arrives: of a known length, in chunks, or up to the end of the
/// connection.
///
/// A body that is cut off ends with an [EOFException], never like a complete one.
final class WireBody extends InputStream {
    private static final int UNTIL_END = -2;
    private static final int CHUNKED = -1;
    private static final int MAX_LINE = 4096;

    /// What happens before the first byte is read.
    @FunctionalInterface
    interface Prelude {
        /// Does it.
        void run() throws IOException;
    }

    private final WireInput in;
    private final long maxBytes;
    private final int maxTrailers;
    private final boolean chunked;
    private final boolean untilEnd;
    private Prelude beforeFirstRead;
    private boolean started;
    private boolean ended;
    private long remaining; // in the body or the chunk
    private long total;
    private WireHeaders trailers = WireHeaders.empty();

    private WireBody(WireInput in, long length, long maxBytes, int maxTrailers, Prelude beforeFirstRead) {
        this.in = in;
        this.maxBytes = maxBytes;
        this.maxTrailers = maxTrailers;
        this.chunked = length == CHUNKED;
        this.untilEnd = length == UNTIL_END;
        this.remaining = Math.max(0, length);
        this.ended = length == 0;
        this.beforeFirstRead = beforeFirstRead;
    }

    /// The body of a request, by its headers.
    ///
    /// @param beforeFirstRead what a client that expects `100 Continue` waits for
    /// @throws BadMessage if the headers contradict each other
    static WireBody ofRequest(WireHeaders headers, WireInput in, WireSettings settings, Prelude beforeFirstRead)
            throws BadMessage {
        return new WireBody(in, length(headers, 0), settings.maxBodyBytes(), settings.maxHeaders(), beforeFirstRead);
    }

    /// The body of a response, by its headers.
    static WireBody ofResponse(WireHeaders headers, boolean none, WireInput in) throws BadMessage {
        return new WireBody(in, none ? 0 : length(headers, UNTIL_END), Long.MAX_VALUE, 200, () -> {});
    }

    private static long length(WireHeaders headers, int without) throws BadMessage {
        var lengths = headers.all("Content-Length");
        String coding = headers.first("Transfer-Encoding");
        if (coding != null) {
            if (!lengths.isEmpty()) {
                throw new BadMessage(400, "both Content-Length and Transfer-Encoding");
            }
            if (!coding.equalsIgnoreCase("chunked")
                    || headers.all("Transfer-Encoding").size() > 1) {
                throw new BadMessage(501, "unsupported Transfer-Encoding");
            }
            return CHUNKED;
        }
        if (lengths.isEmpty()) {
            return without;
        }
        String text = lengths.getFirst();
        boolean digits = !text.isEmpty() && text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits || lengths.stream().anyMatch(other -> !other.equals(text))) {
            throw new BadMessage(400, "malformed Content-Length");
        }
        return Long.parseLong(text);
    }

    /// The length if it is known from the start, else -1.
    long declaredLength() {
        return chunked || untilEnd ? -1 : remaining + total;
    }

    /// Tells whether the whole body has been read.
    boolean isEnded() {
        return ended;
    }

    /// Tells whether the end of the body is the end of the connection.
    boolean endsConnection() {
        return untilEnd;
    }

    /// Tells whether reading has begun.
    boolean isStarted() {
        return started;
    }

    /// The fields that followed a chunked body; empty until its end was read.
    WireHeaders trailers() {
        return trailers;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (ended || length == 0) {
            return ended ? -1 : 0;
        }
        start();
        if (chunked && remaining == 0 && !nextChunk()) {
            return -1;
        }
        int n = in.read(target, offset, untilEnd ? length : (int) Math.min(length, remaining));
        if (n < 0) {
            if (!untilEnd) {
                throw new EOFException("body cut off after " + total + " bytes");
            }
            ended = true;
            return -1;
        }
        total += n;
        if (!untilEnd) {
            remaining -= n;
        }
        if (chunked) {
            limit(total);
            if (remaining == 0 && in.line(2) != null) {
                throw new BadMessage(400, "chunk longer than its size");
            }
        } else if (!untilEnd && remaining == 0) {
            ended = true;
        }
        return n;
    }

    @Override
    public int available() {
        if (chunked && remaining == 0) {
            return !ended && in.hasChunkHead() ? 1 : 0;
        }
        return untilEnd ? in.buffered() : (int) Math.min(remaining, in.buffered());
    }

    /// Does what comes before the first read, now.
    void begin() throws IOException {
        start();
    }

    private void start() throws IOException {
        if (!started) {
            started = true;
            if (!chunked) {
                limit(remaining);
            }
            beforeFirstRead.run();
            beforeFirstRead = () -> {};
        }
    }

    private void limit(long bytes) throws BadMessage {
        if (bytes > maxBytes) {
            throw new BadMessage(413, "body of more than " + maxBytes + " bytes");
        }
    }

    private boolean nextChunk() throws IOException {
        remaining = chunkSize(in.line(MAX_LINE));
        if (remaining > 0) {
            return true;
        }
        WireHeaders.Builder fields = WireHeaders.builder();
        int bytes = 0;
        int count = 0;
        for (byte[] line = in.line(64 << 10); line != null; line = in.line(64 << 10)) {
            byte[] whole = Arrays.copyOf(line, line.length + 2);
            whole[line.length] = '\r';
            whole[line.length + 1] = '\n';
            bytes += whole.length;
            if (++count > maxTrailers || bytes > 64 << 10) {
                throw new BadMessage(431, "too many trailers");
            }
            WireHeaders field = WireHeaders.parse(whole, 0, whole.length, 1);
            fields.add(field.name(0), field.value(0));
        }
        trailers = fields.build();
        ended = true;
        return false;
    }

    private static long chunkSize(byte @Nullable [] line) throws BadMessage {
        long size = 0;
        int digits = 0;
        for (int i = 0; line != null && i < line.length; i++) {
            int digit = Character.digit(line[i], 16);
            if (digit < 0) {
                if (digits == 0 || (line[i] != ';' && line[i] != ' ' && line[i] != '\t')) {
                    digits = 0;
                }
                break;
            }
            size = size << 4 | digit;
            digits++;
        }
        if (digits == 0 || digits > 15) {
            throw new BadMessage(400, "malformed chunk size");
        }
        return size;
    }
}
