package dev.podium.http.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;

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

    /// What bytes go out on when HTTP has ended.
    OutputStream stream() {
        return out;
    }

    /// Writes a whole answer.
    void write(RequestHead request, int status, WireHeaders headers, byte[] content, boolean sayClose, Duration limit)
            throws IOException {
        boolean silent = isBodiless(status);
        head(Status.line(status), headers, sayClose);
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

    /// Gives the stream for an answer's body; the head goes out with its first bytes, or at once
    /// unless lazy.
    ///
    /// @param length of the body, or -1 if it isn't known
    WireStream stream(
            WireExchange exchange, RequestHead request, AnswerHead head, long length, boolean sayClose, boolean lazy)
            throws IOException {
        head(Status.line(head.status(), head.reason()), head.headers(), sayClose);
        long size = length;
        if (isBodiless(head.status()) || request.method().equals("HEAD")) {
            size = WireStream.NONE;
        } else if (length >= 0) {
            add(LENGTH);
            add(Long.toString(length).getBytes(ISO_8859_1));
            add(LINE);
        } else if (request.minor() == 1) {
            add(CHUNKED);
        } else {
            size = WireStream.UNTIL_END;
        }
        add(LINE);
        byte[] whole = buffer;
        buffer = new byte[512];
        WireStream stream = new WireStream(out, whole, this.length, size, lazy, exchange::finish);
        if (!lazy) {
            stream.flush();
        }
        return stream;
    }

    /// Writes the head of an answer before the real one, or one that ends HTTP on this
    /// connection.
    void bare(AnswerHead head) throws IOException {
        head(Status.line(head.status(), head.reason()), head.headers(), false);
        add(LINE);
        flush();
    }

    /// Tells the client to go on with its body.
    void goOn() throws IOException {
        out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
    }

    private void head(byte[] line, WireHeaders headers, boolean sayClose) {
        length = 0;
        add(line);
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
}
