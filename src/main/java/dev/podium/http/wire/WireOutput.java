package dev.podium.http.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;

/// What goes out on a connection: head and body in one write where they fit.
///
/// Used by one thread at a time: whoever has claimed the connection's exchange.
final class WireOutput {
    private static final int KEPT = 2048;
    private static final int JOINED = 32 << 10;
    private static final byte[] LENGTH = "Content-Length: ".getBytes(ISO_8859_1);
    private static final byte[] CLOSE = "Connection: close\r\n".getBytes(ISO_8859_1);
    private static final byte[] CHUNKED = "Transfer-Encoding: chunked\r\n".getBytes(ISO_8859_1);
    private static final byte[] LINE = {'\r', '\n'};

    private final WireConnection connection;
    private final OutputStream out;
    private byte[] buffer = new byte[512];
    private int length;

    WireOutput(WireConnection connection, OutputStream out) {
        this.connection = connection;
        this.out = out;
    }

    /// Writes a whole answer.
    void write(RequestHead request, int status, WireHeaders headers, byte[] content, boolean sayClose, Duration limit)
            throws IOException {
        boolean silent = isBodiless(status);
        head(status, headers, sayClose);
        if (!silent) {
            add(LENGTH);
            add(Integer.toString(content.length).getBytes(ISO_8859_1));
            add(LINE);
        }
        add(LINE);
        byte[] rest = silent || request.method().equals("HEAD") ? new byte[0] : content;
        int joined = Math.min(rest.length, JOINED);
        reserve(joined);
        System.arraycopy(rest, 0, buffer, length, joined);
        length += joined;
        if (rest.length > joined && !limit.isZero()) {
            try (var watch = WriteWatch.start(connection, limit)) {
                send(rest, joined);
                watch.done();
            }
        } else {
            send(rest, joined);
        }
    }

    private void send(byte[] rest, int from) throws IOException {
        flush();
        if (rest.length > from) {
            out.write(rest, from, rest.length - from);
        }
    }

    /// Writes the head of an answer of unknown length and gives the stream for its body.
    OutputStream stream(WireExchange exchange, RequestHead request, int status, WireHeaders headers, boolean sayClose)
            throws IOException {
        boolean chunked = request.minor() == 1;
        head(status, headers, sayClose);
        if (chunked) {
            add(CHUNKED);
        }
        add(LINE);
        flush();
        return new BodyStream(exchange, chunked);
    }

    /// Tells the client to go on with its body.
    void goOn() throws IOException {
        out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
    }

    private void head(int status, WireHeaders headers, boolean sayClose) {
        length = 0;
        add(Status.line(status));
        reserve(headers.wireLength());
        headers.copyTo(buffer, length);
        length += headers.wireLength();
        if (sayClose) {
            add(CLOSE);
        }
    }

    private void add(byte[] bytes) {
        reserve(bytes.length);
        System.arraycopy(bytes, 0, buffer, length, bytes.length);
        length += bytes.length;
    }

    private void reserve(int more) {
        if (length + more > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(length + more, buffer.length * 2));
        }
    }

    private void flush() throws IOException {
        byte[] whole = buffer;
        if (buffer.length > KEPT) {
            buffer = new byte[512];
        }
        out.write(whole, 0, length);
    }

    private static boolean isBodiless(int status) {
        return status < 200 || status == 204 || status == 304;
    }

    /// The body of an answer of unknown length.
    private final class BodyStream extends OutputStream {
        private final WireExchange exchange;
        private final boolean chunked;
        private boolean closed;

        BodyStream(WireExchange exchange, boolean chunked) {
            this.exchange = exchange;
            this.chunked = chunked;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            Objects.checkFromIndexSize(offset, count, bytes.length);
            if (closed) {
                throw new IOException("the answer is complete");
            }
            if (count == 0) {
                return;
            }
            if (!chunked) {
                out.write(bytes, offset, count);
                return;
            }
            byte[] size = (Integer.toHexString(count) + "\r\n").getBytes(ISO_8859_1);
            byte[] whole = new byte[size.length + count + 2];
            System.arraycopy(size, 0, whole, 0, size.length);
            System.arraycopy(bytes, offset, whole, size.length, count);
            System.arraycopy(LINE, 0, whole, size.length + count, 2);
            out.write(whole);
        }

        @Override
        public void close() throws IOException {
            if (closed || exchange.isComplete()) {
                return;
            }
            closed = true;
            boolean written = false;
            try {
                if (chunked) {
                    out.write("0\r\n\r\n".getBytes(ISO_8859_1));
                }
                written = true;
            } finally {
                exchange.finish(written);
            }
        }
    }
}
