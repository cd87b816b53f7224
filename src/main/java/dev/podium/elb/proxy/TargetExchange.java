package dev.podium.elb.proxy;

import dev.podium.http.wire.AnswerHead;
import dev.podium.http.wire.WireEnd;
import dev.podium.http.wire.WireHeaders;
import dev.podium.http.wire.WireStream;
import java.io.IOException;
import java.io.InputStream;

/// A target's answer, of which the head has come. Closing it gives the connection back.
final class TargetExchange implements Answer, AutoCloseable {
    private static final int PART = 16 << 10;

    private final TargetConnections.Leased connection;
    private final AnswerHead head;
    private final Upload upload;
    private final boolean bodiless;
    private boolean closed;

    /// Begins to pass on an answer.
    ///
    /// @param head     as it goes to the client
    /// @param bodiless whether no body follows, whatever the head says
    TargetExchange(TargetConnections.Leased connection, AnswerHead head, Upload upload, boolean bodiless) {
        this.connection = connection;
        this.head = head;
        this.upload = upload;
        this.bodiless = bodiless;
    }

    AnswerHead head() {
        return head;
    }

    /// The body's length, or -1 if it isn't known.
    long length() {
        return bodiless ? 0 : connection.wire().bodyLength();
    }

    boolean isUpgrade() {
        return head.status() == 101;
    }

    /// The target's side of the connection after an upgrade.
    WireEnd end() {
        return connection.wire().end();
    }

    /// The fields after the body, when that was read.
    WireHeaders trailers() {
        return connection.wire().trailers();
    }

    /// Where the body goes.
    interface Sink {
        /// Takes some bytes.
        ///
        /// @param flush whether nothing more is there at the moment
        void take(byte[] bytes, int count, boolean flush) throws IOException;
    }

    /// Passes the body on as it comes.
    void copyTo(Sink sink) throws IOException {
        long length = length();
        if (length == 0) {
            return;
        }
        InputStream body = connection.wire().body();
        byte[] part = new byte[length > 0 ? (int) Math.min(length, PART) : PART];
        for (int n = body.read(part); n >= 0; n = body.read(part)) {
            sink.take(part, n, body.available() == 0);
        }
    }

    /// Passes the body on, and what follows it.
    void copyTo(WireStream out) throws IOException {
        copyTo((bytes, count, flush) -> {
            out.write(bytes, 0, count);
            if (flush) {
                out.flush();
            }
        });
        out.trailers(trailers());
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        boolean reusable = false;
        try {
            reusable = !isUpgrade() && connection.wire().isReusable() && upload.finish();
        } finally {
            if (reusable) {
                connection.target().pool().giveBack(connection);
            } else {
                connection.close();
                upload.stop();
            }
            connection.target().end();
        }
    }
}
