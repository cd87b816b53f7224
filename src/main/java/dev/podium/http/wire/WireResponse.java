package dev.podium.http.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/// A server's response; its body arrives while it is read. Closing it gives the connection back, or ends it
/// when the body was not read to its end.
public final class WireResponse implements AutoCloseable {
    private final WireClient client;
    private final WireClientConnection connection;
    private final int status;
    private final WireHeaders headers;
    private final WireBody body;
    private final boolean kept;
    private final long deadlineNanos;
    private boolean closed;

    WireResponse(
            WireClient client,
            WireClientConnection connection,
            int status,
            WireHeaders headers,
            WireBody body,
            boolean kept,
            long deadlineNanos) {
        this.client = client;
        this.connection = connection;
        this.status = status;
        this.headers = headers;
        this.body = body;
        this.kept = kept;
        this.deadlineNanos = deadlineNanos;
    }

    /// The status code, from 200.
    public int status() {
        return status;
    }

    /// The header fields.
    public WireHeaders headers() {
        return headers;
    }

    /// The fields after a chunked body; empty until its end was read.
    public WireHeaders trailers() {
        return body.trailers();
    }

    /// The body. Reads end with [java.net.SocketTimeoutException] at the request's deadline, and with
    /// [java.io.EOFException] when the body is cut off.
    public InputStream body() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                Objects.checkFromIndexSize(offset, length, target.length);
                if (body.isEnded()) {
                    return -1;
                }
                connection.bound(deadlineNanos);
                return body.read(target, offset, length);
            }
        };
    }

    /// Reads the whole body.
    ///
    /// @throws BadMessage (413) if it is larger than allowed
    public byte[] bytes(int maxBytes) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] part = new byte[8 << 10];
        InputStream in = body();
        for (int n = in.read(part); n >= 0; n = in.read(part)) {
            if (all.size() + n > maxBytes) {
                throw new BadMessage(413, "response of more than " + maxBytes + " bytes");
            }
            all.write(part, 0, n);
        }
        return all.toByteArray();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            if (kept && body.isEnded() && !body.endsConnection()) {
                client.giveBack(connection);
            } else {
                connection.close();
            }
        }
    }
}
