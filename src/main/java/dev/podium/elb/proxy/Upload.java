package dev.podium.elb.proxy;

import dev.podium.http.wire.WireStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A request's body on its way to the target, while the answer may already come.
final class Upload {
    private static final int PART = 16 << 10;
    private static final Duration LAST = Duration.ofSeconds(1);

    private final Incoming request;
    private final WireStream out;
    private final Runnable onClientFailure;
    private final Runnable onSent;
    private volatile @Nullable Thread thread;
    private volatile @Nullable IOException clientFailure;

    private Upload(Incoming request, WireStream out, Runnable onClientFailure, Runnable onSent) {
        this.request = request;
        this.out = out;
        this.onClientFailure = onClientFailure;
        this.onSent = onSent;
    }

    /// An upload that is over.
    static Upload none(Incoming request, WireStream out) {
        return new Upload(request, out, () -> {}, () -> {});
    }

    /// Starts it on a thread of its own.
    ///
    /// @param onClientFailure what to do when the client breaks off: the target must not take
    ///     what it has for all
    /// @param onSent what to do when the whole body has been sent
    static Upload start(Incoming request, WireStream out, Runnable onClientFailure, Runnable onSent)
            throws IOException {
        request.goOn();
        Upload upload = new Upload(request, out, onClientFailure, onSent);
        upload.thread = Thread.ofVirtual().name("podium-elb-upload").start(upload::run);
        return upload;
    }

    private void run() {
        try {
            pass();
            onSent.run();
        } catch (IOException e) {
            clientFailure = e;
            onClientFailure.run();
        } finally {
            thread = null;
        }
    }

    private void pass() throws IOException {
        InputStream body = request.body();
        byte[] part = new byte[PART];
        boolean taken = true;
        for (int n = body.read(part); n >= 0; n = body.read(part)) {
            taken = taken && write(part, n, body.available() == 0);
            if (!taken) {
                return; // the target has answered, or is gone: the answer's reader sees which
            }
        }
        out.trailers(request.trailers());
        close();
    }

    private boolean write(byte[] part, int count, boolean flush) {
        try {
            out.write(part, 0, count);
            if (flush) {
                out.flush();
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void close() {
        try {
            out.close();
        } catch (IOException e) {
            System.getLogger(Upload.class.getName()).log(System.Logger.Level.TRACE, "target gone", e);
        }
    }

    /// What was wrong with the client's side; null if nothing was.
    @Nullable
    IOException clientFailure() {
        return clientFailure;
    }

    /// Whether the client's side is not being read any more.
    boolean isOver() {
        return thread == null;
    }

    /// Whether the whole body was passed on, for which an upload that is still going on gets a
    /// second.
    boolean finish() {
        Thread running = thread;
        try {
            if (running != null) {
                running.join(LAST);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return isOver() && out.isClosed();
    }

    /// Ends it; the client's connection is lost if it was still sending.
    void stop() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }
}
