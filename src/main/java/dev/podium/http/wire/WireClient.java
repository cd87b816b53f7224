package dev.podium.http.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/// A client of one server: keeps connections for reuse, streams responses, holds deadlines.
///
/// A request is never sent twice: a kept connection is checked before it is used again, and when one fails
/// after that the caller is told. Safe for use by several threads.
public final class WireClient implements AutoCloseable {
    private final String host;
    private final int port;
    private final Duration connectTimeout;
    private final int maxIdle;
    private final ConcurrentLinkedDeque<WireClientConnection> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    private WireClient(String host, int port, Duration connectTimeout, int maxIdle) {
        this.host = host;
        this.port = port;
        this.connectTimeout = connectTimeout;
        this.maxIdle = maxIdle;
    }

    /// Makes a client; connects on first use.
    ///
    /// @param maxIdle connections kept for reuse
    public static WireClient to(String host, int port, Duration connectTimeout, int maxIdle) {
        return new WireClient(host, port, connectTimeout, maxIdle);
    }

    /// Tells whether the server accepts a connection, and keeps that connection.
    ///
    /// @param limit for the TCP handshake
    public boolean accepts(Duration limit) {
        try {
            giveBack(connect(limit));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /// Sends a request and reads the response's head.
    ///
    /// @param target path and query, encoded
    /// @param headers without `Host` and `Content-Length`, which are added
    /// @param deadlineNanos for the whole exchange, in terms of [System#nanoTime]
    /// @return the response, which must be closed
    /// @throws NotSent if the server can't have seen the request
    /// @throws SocketTimeoutException when the deadline passes
    /// @throws IOException if the connection fails; the calling thread's interruption ends it too
    public WireResponse send(String method, String target, WireHeaders headers, byte[] body, long deadlineNanos)
            throws IOException {
        WireClientConnection connection = connection(deadlineNanos);
        boolean answered = false;
        try {
            connection.write(head(method, target, headers, body.length), body, deadlineNanos);
            WireResponse response = connection.response(this, method.equals("HEAD"), deadlineNanos);
            answered = true;
            return response;
        } finally {
            if (!answered) {
                connection.close();
            }
        }
    }

    /// Sends a request whose body is read while it is sent, and reads the response's head.
    ///
    /// @param length of the body; -1 sends it in chunks
    /// @throws NotSent if the server can't have seen the request
    /// @throws SocketTimeoutException when the deadline passes
    /// @throws IOException if the connection fails, or the body can't be read
    public WireResponse send(
            String method, String target, WireHeaders headers, InputStream body, long length, long deadlineNanos)
            throws IOException {
        WireClientConnection connection = connection(deadlineNanos);
        boolean answered = false;
        try {
            connection.write(head(method, target, headers, length), body, length < 0, deadlineNanos);
            WireResponse response = connection.response(this, method.equals("HEAD"), deadlineNanos);
            answered = true;
            return response;
        } finally {
            if (!answered) {
                connection.close();
            }
        }
    }

    private WireClientConnection connection(long deadlineNanos) throws IOException {
        Duration left = Duration.ofNanos(deadlineNanos - System.nanoTime());
        if (left.isNegative() || left.isZero()) {
            throw new SocketTimeoutException("no time left");
        }
        WireClientConnection connection = reused();
        if (connection != null) {
            return connection;
        }
        try {
            return connect(left.compareTo(connectTimeout) < 0 ? left : connectTimeout);
        } catch (IOException e) {
            throw new NotSent("cannot connect to " + host + ":" + port + ": " + e.getMessage(), e);
        }
    }

    private byte[] head(String method, String target, WireHeaders headers, long length) {
        byte[] first =
                (method + " " + target + " HTTP/1.1\r\nHost: " + host + ":" + port + "\r\n").getBytes(ISO_8859_1);
        String framing = length < 0 ? "Transfer-Encoding: chunked" : "Content-Length: " + length;
        byte[] last = (framing + "\r\n\r\n").getBytes(ISO_8859_1);
        byte[] head = new byte[first.length + headers.wireLength() + last.length];
        System.arraycopy(first, 0, head, 0, first.length);
        headers.copyTo(head, first.length);
        System.arraycopy(last, 0, head, head.length - last.length, last.length);
        return head;
    }

    private @Nullable WireClientConnection reused() {
        for (WireClientConnection kept = idle.pollLast(); kept != null; kept = idle.pollLast()) {
            if (kept.isUsable()) {
                return kept;
            }
            kept.close();
        }
        return null;
    }

    private WireClientConnection connect(Duration limit) throws IOException {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new UnknownHostException(host);
        }
        return WireClientConnection.open(address, limit);
    }

    void giveBack(WireClientConnection connection) {
        if (closed || idle.size() >= maxIdle) {
            connection.close();
            return;
        }
        idle.addLast(connection);
        if (closed) {
            close();
        }
    }

    /// Closes the kept connections; those in use end with their exchange.
    @Override
    public void close() {
        closed = true;
        for (WireClientConnection kept = idle.poll(); kept != null; kept = idle.poll()) {
            kept.close();
        }
    }

    /// The server can't have seen the request: trying elsewhere is safe.
    public static final class NotSent extends IOException {
        private static final long serialVersionUID = 1;

        NotSent(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
