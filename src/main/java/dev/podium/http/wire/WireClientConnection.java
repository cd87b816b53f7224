package dev.podium.http.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A client's connection. It is a channel, since only a channel can be asked without waiting
/// whether its peer is gone.
///
/// [WireClient] uses it with deadlines. A proxy opens it by itself, sends with [#send], and takes
/// what comes with [#receive] and [#body]; its limits are then watched by a [Watchdog].
public final class WireClientConnection implements Closeable {
    private static final int MAX_HEAD = 64 << 10;
    private static final int MAX_HEADERS = 200;
    private static final int UNWATCHED = 32 << 10;
    private static final int PART = 16 << 10;
    private static final byte[] LINE = {'\r', '\n'};

    private final SocketChannel channel;
    private final Socket socket;
    private final WireInput input;
    private final OutputStream output;
    private final Watchdog.@Nullable Alarm reading;
    private final Watchdog.@Nullable Alarm writing;
    private volatile int timeoutMillis;
    private @Nullable WireBody body;
    private boolean kept;

    private WireClientConnection(
            SocketChannel channel, SocketLayer layer, Duration connectLimit, @Nullable Watchdog watchdog, Duration idle)
            throws IOException {
        this.channel = channel;
        if (watchdog == null) {
            this.reading = null;
            this.writing = null;
        } else {
            this.reading = watchdog.watch(this::endInput);
            this.writing = watchdog.watch(this::close);
            reading.set(connectLimit.toNanos());
        }
        this.socket = laid(layer);
        this.input = new WireInput(socket, MAX_HEAD, reading);
        OutputStream out = socket.getOutputStream();
        this.output = writing == null ? out : new TimedOutput(out, writing, idle.toNanos());
        this.timeoutMillis = Math.clamp(idle.toMillis(), 0, Integer.MAX_VALUE);
    }

    private Socket laid(SocketLayer layer) throws IOException {
        boolean laid = false;
        try {
            Socket over = layer.over(channel.socket());
            laid = true;
            return over;
        } finally {
            if (reading != null) {
                reading.clear();
            }
            if (!laid) {
                close();
            }
        }
    }

    static WireClientConnection open(InetSocketAddress address, Duration limit) throws IOException {
        return open(address, limit, socket -> socket, null, Duration.ZERO);
    }

    /// Connects.
    ///
    /// @param limit    for the connection, and for what the layer does
    /// @param watchdog what watches the limits
    /// @param idle     how long the server may be silent, or not take what is sent
    public static WireClientConnection open(
            InetSocketAddress address, Duration limit, SocketLayer layer, @Nullable Watchdog watchdog, Duration idle)
            throws IOException {
        SocketChannel channel = SocketChannel.open();
        boolean connected = false;
        try {
            channel.socket().connect(address, Math.clamp(limit.toMillis(), 1, Integer.MAX_VALUE));
            channel.socket().setTcpNoDelay(true);
            channel.socket().setKeepAlive(true);
            WireClientConnection connection = new WireClientConnection(channel, layer, limit, watchdog, idle);
            connected = true;
            return connection;
        } finally {
            if (!connected) {
                channel.close();
            }
        }
    }

    private void endInput() {
        try {
            channel.shutdownInput();
        } catch (IOException e) {
            close();
        }
    }

    /// Begins a request. What is written to the stream waits for a flush; closing it completes
    /// the request.
    ///
    /// @param headers all of them, but for those about the body's length
    /// @param length  of the body; [WireStream#CHUNKED] if it isn't known, [WireStream#NONE] for
    ///     none at all
    public WireStream send(String method, String target, WireHeaders headers, long length) {
        byte[] first = (method + " " + target + " HTTP/1.1\r\n").getBytes(ISO_8859_1);
        String framing = "Content-Length: " + length + "\r\n\r\n";
        if (length < 0) {
            framing = length == WireStream.NONE ? "\r\n" : "Transfer-Encoding: chunked\r\n\r\n";
        }
        byte[] last = framing.getBytes(ISO_8859_1);
        int size = first.length + headers.wireLength() + last.length;
        byte[] head = new byte[size + Math.clamp(length, 0, PART)];
        System.arraycopy(first, 0, head, 0, first.length);
        headers.copyTo(head, first.length);
        System.arraycopy(last, 0, head, size - last.length, last.length);
        body = null;
        return new WireStream(output, head, size, length, true, whole -> {
            if (!whole) {
                close();
            }
        });
    }

    /// Changes how long the server may be silent, also for a thread that waits for it now.
    public void limit(Duration silence) {
        timeoutMillis = Math.clamp(silence.toMillis(), 1, Integer.MAX_VALUE);
        if (reading != null && reading.isSet()) {
            reading.set(silence.toNanos());
        }
    }

    /// Waits for the next head: perhaps of status 1xx, and then there is another one.
    ///
    /// @throws EOFException if the server ends the connection instead
    /// @throws SocketTimeoutException if it is silent for too long
    public AnswerHead receive(boolean ofHead) throws IOException {
        if (!input.await(timeoutMillis)) {
            throw new EOFException("connection ended before the response");
        }
        return next(ofHead);
    }

    /// The body that follows the head received last.
    public InputStream body() {
        return body == null ? InputStream.nullInputStream() : body;
    }

    /// The length of that body, or -1 if it isn't known.
    public long bodyLength() {
        return body == null ? 0 : body.declaredLength();
    }

    /// The fields after a chunked body; empty until its end was read.
    public WireHeaders trailers() {
        return body == null ? WireHeaders.empty() : body.trailers();
    }

    /// Tells whether the exchange is over and the connection can carry another one.
    public boolean isReusable() {
        return kept && body != null && body.isEnded() && !body.endsConnection();
    }

    /// Has something done every half second while the server lets us wait. It must not block.
    public void whileWaiting(@Nullable Runnable task) {
        if (reading != null) {
            reading.whileWaiting(task);
        }
    }

    /// Ends HTTP on this connection.
    ///
    /// @return what is left: bytes both ways
    public WireEnd end() {
        return new WireEnd(socket, input, output, this::close);
    }

    /// Tells whether the peer still keeps the connection, and has sent nothing unasked.
    public boolean isUsable() {
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
            timeoutMillis = left(deadlineNanos);
            AnswerHead head = next(ofHead);
            if (head.status() >= 200 && body != null) {
                return new WireResponse(client, this, head.status(), head.headers(), body, kept, deadlineNanos);
            }
        }
    }

    private AnswerHead next(boolean ofHead) throws IOException {
        byte[] head = input.head(timeoutMillis);
        int end = WireHeaders.lineEnd(head, 0, head.length);
        String line = new String(head, 0, end, ISO_8859_1);
        int status = status(line);
        WireHeaders headers = WireHeaders.parse(head, end + 2, head.length - 2, MAX_HEADERS);
        if (status >= 200) {
            boolean none = ofHead || status == 204 || status == 304;
            kept = head[7] == '1' && !headers.lists("Connection", "close");
            body = WireBody.ofResponse(headers, none, input);
        }
        return new AnswerHead(status, line.length() > 13 ? line.substring(13) : null, headers);
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
        if (reading != null && writing != null) {
            reading.close();
            writing.close();
        }
        try {
            channel.close();
        } catch (IOException e) {
            System.getLogger(WireClientConnection.class.getName())
                    .log(System.Logger.Level.TRACE, "channel did not close", e);
        }
    }
}
