package dev.podium.http.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;

/// A client's connection. It is a channel, since only a channel can be asked without waiting whether its peer is
/// gone.
final class WireClientConnection implements Closeable {
    private static final int MAX_HEAD = 64 << 10;
    private static final int MAX_HEADERS = 200;
    private static final int UNWATCHED = 32 << 10;
    private static final int PART = 16 << 10;
    private static final byte[] LINE = {'\r', '\n'};

    private final SocketChannel channel;
    private final WireInput input;
    private final OutputStream output;

    private WireClientConnection(SocketChannel channel) throws IOException {
        this.channel = channel;
        this.input = new WireInput(channel.socket(), MAX_HEAD);
        this.output = channel.socket().getOutputStream();
    }

    static WireClientConnection open(InetSocketAddress address, Duration limit) throws IOException {
        SocketChannel channel = SocketChannel.open();
        boolean connected = false;
        try {
            channel.socket().connect(address, Math.clamp(limit.toMillis(), 1, Integer.MAX_VALUE));
            channel.socket().setTcpNoDelay(true);
            channel.socket().setKeepAlive(true);
            WireClientConnection connection = new WireClientConnection(channel);
            connected = true;
            return connection;
        } finally {
            if (!connected) {
                channel.close();
            }
        }
    }

    /// Tells whether the peer still keeps the connection, and has sent nothing unasked.
    boolean isUsable() {
        try {
            channel.configureBlocking(false);
            int read = channel.read(ByteBuffer.allocate(1));
            channel.configureBlocking(true);
            return read == 0;
        } catch (IOException e) {
            return false;
        }
    }

    void write(byte[] head, byte[] body, long deadlineNanos) throws IOException {
        int joined = Math.min(body.length, UNWATCHED);
        byte[] first = Arrays.copyOf(head, head.length + joined);
        System.arraycopy(body, 0, first, head.length, joined);
        if (body.length <= UNWATCHED) {
            output.write(first);
            return;
        }
        try (var watch = WriteWatch.start(this, Duration.ofNanos(deadlineNanos - System.nanoTime()))) {
            output.write(first);
            output.write(body, joined, body.length - joined);
            watch.done();
        } catch (IOException e) {
            if (System.nanoTime() - deadlineNanos >= 0) {
                throw new SocketTimeoutException("the server did not take the request in time");
            }
            throw e;
        }
    }

    /// Writes a request whose body is read meanwhile.
    void write(byte[] head, InputStream body, boolean chunked, long deadlineNanos) throws IOException {
        try (var watch = WriteWatch.start(this, Duration.ofNanos(deadlineNanos - System.nanoTime()))) {
            output.write(head);
            byte[] part = new byte[PART];
            for (int n = body.read(part); n >= 0; n = body.read(part)) {
                if (chunked && n > 0) {
                    output.write((Integer.toHexString(n) + "\r\n").getBytes(ISO_8859_1));
                }
                output.write(part, 0, n);
                if (chunked && n > 0) {
                    output.write(LINE);
                }
            }
            if (chunked) {
                output.write("0\r\n\r\n".getBytes(ISO_8859_1));
            }
            watch.done();
        } catch (IOException e) {
            if (System.nanoTime() - deadlineNanos >= 0) {
                throw new SocketTimeoutException("the server did not take the request in time");
            }
            throw e;
        }
    }

    WireResponse response(WireClient client, boolean ofHead, long deadlineNanos) throws IOException {
        while (true) {
            if (!input.await(left(deadlineNanos))) {
                throw new EOFException("connection ended before the response");
            }
            byte[] head = input.head(left(deadlineNanos));
            int end = WireHeaders.lineEnd(head, 0, head.length);
            int status = status(new String(head, 0, end, ISO_8859_1));
            WireHeaders headers = WireHeaders.parse(head, end + 2, head.length - 2, MAX_HEADERS);
            if (status >= 200) {
                boolean none = ofHead || status == 204 || status == 304;
                boolean kept = head[7] == '1' && !headers.lists("Connection", "close");
                return new WireResponse(
                        client, this, status, headers, WireBody.ofResponse(headers, none, input), kept, deadlineNanos);
            }
        }
    }

    private static int status(String line) throws BadMessage {
        boolean good = line.startsWith("HTTP/1.") && line.length() >= 12 && line.charAt(8) == ' ';
        for (int i = 9; good && i < 12; i++) {
            good = line.charAt(i) >= '0' && line.charAt(i) <= '9';
        }
        if (!good) {
            throw new BadMessage(502, "malformed status line");
        }
        return Integer.parseInt(line, 9, 12, 10);
    }

    private static int left(long deadlineNanos) throws SocketTimeoutException {
        long nanos = deadlineNanos - System.nanoTime();
        if (nanos <= 0) {
            throw new SocketTimeoutException("no time left");
        }
        return Math.clamp(nanos / 1_000_000, 1, Integer.MAX_VALUE);
    }

    /// Bounds the next read by the deadline.
    void bound(long deadlineNanos) throws IOException {
        input.timeout(left(deadlineNanos));
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            System.getLogger(WireClientConnection.class.getName())
                    .log(System.Logger.Level.TRACE, "channel did not close", e);
        }
    }
}
