package dev.podium.http.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;

/// The body of a message on its way out: of a stated length, in chunks, up to the end of the
/// connection, or none. Closing it completes the message.
///
/// What is written goes out at once, or, where its maker said so, when it is flushed or 32 kB
/// have come together: the head then travels with the first bytes.
public final class WireStream extends OutputStream {
    /// The length of a body that is sent in chunks.
    public static final long CHUNKED = -1;
    /// The length of a body that ends with the connection.
    static final long UNTIL_END = -2;
    /// A message without body: what is written is dropped.
    public static final long NONE = -3;

    private static final int JOINED = 32 << 10;
    private static final byte[] LINE = {'\r', '\n'};

    private final OutputStream out;
    private final boolean lazy;
    private final boolean chunked;
    private final boolean none;
    private final Completion completion;
    private byte[] buffer;
    private int length;
    private long remaining;
    private boolean closed;
    private WireHeaders trailers = WireHeaders.empty();

    /// Is told once how the message ended.
    @FunctionalInterface
    interface Completion {
        /// Takes note.
        ///
        /// @param whole false if it was cut off
        void done(boolean whole);
    }

    /// Begins a body.
    ///
    /// @param head    what goes out before it; kept and used
    /// @param size    of the body in bytes, or one of the constants
    /// @param lazy    whether to wait for a flush
    WireStream(OutputStream out, byte[] head, int headLength, long size, boolean lazy, Completion completion) {
        this.out = out;
        this.buffer = head;
        this.length = headLength;
        this.chunked = size == CHUNKED;
        this.none = size == NONE;
        this.remaining = size < 0 ? Long.MAX_VALUE : size;
        this.lazy = lazy;
        this.completion = completion;
    }

    /// Sets the fields that follow a chunked body; ignored with any other.
    public void trailers(WireHeaders fields) {
        trailers = fields;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, bytes.length);
        if (closed) {
            throw new IOException("the message is complete");
        }
        if (count == 0 || none) {
            return;
        }
        if (count > remaining) {
            throw new IOException("more than was announced");
        }
        remaining -= chunked ? 0 : count;
        if (chunked) {
            add((Integer.toHexString(count) + "\r\n").getBytes(ISO_8859_1));
        }
        if (length + count > JOINED && !chunked) {
            flush();
            out.write(bytes, offset, count);
            return;
        }
        add(bytes, offset, count);
        if (chunked) {
            add(LINE);
        }
        if (!lazy || length >= JOINED) {
            flush();
        }
    }

    private void add(byte[] bytes) {
        add(bytes, 0, bytes.length);
    }

    private void add(byte[] bytes, int offset, int count) {
        if (length + count > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(length + count, buffer.length * 2));
        }
        System.arraycopy(bytes, offset, buffer, length, count);
        length += count;
    }

    @Override
    public void flush() throws IOException {
        if (length > 0) {
            int whole = length;
            length = 0;
            out.write(buffer, 0, whole);
        }
    }

    /// Tells whether everything was written and the message is complete.
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        boolean whole = false;
        try {
            if (chunked) {
                add(new byte[] {'0', '\r', '\n'});
                byte[] fields = new byte[trailers.wireLength()];
                trailers.copyTo(fields, 0);
                add(fields);
                add(LINE);
            }
            flush();
            whole = chunked || remaining == 0 || remaining > Long.MAX_VALUE / 2;
        } finally {
            completion.done(whole);
        }
    }
}
