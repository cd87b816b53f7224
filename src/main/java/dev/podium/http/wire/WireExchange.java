package dev.podium.http.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One request and the place for its answer.
///
/// The request is read on the thread of its connection; the answer may be given by any thread, once.
public final class WireExchange {
    private static final int OPEN = 0;
    private static final int ANSWERING = 1;
    private static final int ANSWERED = 2;
    private static final int ABORTED = 3;
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(WireExchange.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final WireConnection connection;
    private final RequestHead head;
    private final WireBody body;
    private volatile int state = OPEN;
    private volatile boolean closing;
    private volatile @Nullable Thread waiting;

    WireExchange(WireConnection connection, RequestHead head, WireBody body) {
        this.connection = connection;
        this.head = head;
        this.body = body;
    }

    /// The request's method.
    public String method() {
        return head.method();
    }

    /// The request's target exactly as it was sent: still encoded, with its query.
    public String rawTarget() {
        return head.target();
    }

    /// The part of the target before its query.
    public String rawPath() {
        int query = head.target().indexOf('?');
        return query < 0 ? head.target() : head.target().substring(0, query);
    }

    /// The first value of a parameter of the query, decoded; null when it is missing.
    public @Nullable String parameter(String name) {
        int query = head.target().indexOf('?');
        String rest = query < 0 ? "" : head.target().substring(query + 1);
        for (String pair : rest.split("&", -1)) {
            if (pair.startsWith(name) && pair.startsWith("=", name.length())) {
                return URI.create("?" + pair.substring(name.length() + 1)).getQuery();
            }
        }
        return null;
    }

    /// The request's header fields.
    public WireHeaders headers() {
        return head.headers();
    }

    /// The host that the request is for, with its port if it was given: the `Host` header, or the name of the
    /// [alias][WireServer#alias] that took the connection. Empty when the request names none.
    public String host() {
        String alias = connection.aliasHost();
        return alias != null ? alias : Objects.requireNonNullElse(head.headers().first("Host"), "");
    }

    /// The client's address.
    public InetSocketAddress remote() {
        return connection.remote();
    }

    /// The request's body. To be read on the connection's thread, before the handler returns.
    ///
    /// It throws [java.io.EOFException] when the client cuts it off and [BadMessage] (413) when it is too large.
    public InputStream body() {
        return body;
    }

    /// The length of the body, or -1 when it comes in chunks.
    public long bodyLength() {
        return body.declaredLength();
    }

    /// The fields after a chunked body; empty until its end was read.
    public WireHeaders trailers() {
        return body.trailers();
    }

    /// Has a task run once when the connection ends, for whatever reason, in this exchange or a later one. A
    /// connection has one such task: the last one wins. It runs at once if the connection has ended, and must
    /// not block.
    public void onDisconnect(Runnable task) {
        connection.onDisconnect(task);
    }

    /// Tells whether the connection has ended.
    public boolean isDisconnected() {
        return connection.isEnded();
    }

    /// The number of this request on its connection, from 1.
    public int ordinal() {
        return connection.requests();
    }

    /// Answers, in one write. A `Connection: close` among the headers ends the connection afterwards.
    ///
    /// @throws IOException if the client is gone; the connection is then closed
    /// @throws IllegalStateException if the request was answered already
    public void respond(int status, WireHeaders headers, byte[] content) throws IOException {
        respond(status, headers, content, Duration.ZERO);
    }

    /// Answers, in one write, and gives up after some time if the client does not take the answer.
    ///
    /// @param limit zero waits as long as it takes; watched only for answers that a connection may not take
    ///     at once
    public void respond(int status, WireHeaders headers, byte[] content, Duration limit) throws IOException {
        claim();
        boolean written = false;
        try {
            connection.output().write(head, status, headers, content, closes(headers), limit);
            written = true;
        } finally {
            finish(written);
        }
    }

    /// Notes whether the connection ends with this answer.
    ///
    /// @return whether that has to be added to the headers
    private boolean closes(WireHeaders headers) {
        boolean said = headers.lists("Connection", "close");
        boolean needed = !head.keepsConnection() || (!body.isEnded() && !body.isStarted() && expectsContinue());
        closing = said || needed;
        return needed && !said;
    }

    /// Begins an answer whose length isn't known. Closing the stream completes it; [#abort] cuts it off so
    /// that the
    /// client notices. Every write goes out at once.
    public OutputStream stream(int status, WireHeaders headers) throws IOException {
        claim();
        boolean begun = false;
        try {
            OutputStream stream = connection.output().stream(this, head, status, headers, closes(headers));
            begun = true;
            return stream;
        } finally {
            if (!begun) {
                finish(false);
            }
        }
    }

    /// Cuts the connection, without an answer or in the midst of one.
    public void abort() {
        finish(false);
    }

    /// Completes the answer: the connection goes on with its next request, or ends.
    void finish(boolean written) {
        state = written ? ANSWERED : ABORTED;
        if (!written) {
            connection.close();
        } else if (closing) {
            connection.finishOutput();
        }
        LockSupport.unpark(waiting);
    }

    /// Tells whether an answer was given or begun.
    public boolean isAnswered() {
        return state != OPEN;
    }

    boolean isComplete() {
        return state >= ANSWERED;
    }

    /// Waits until the answer is complete.
    ///
    /// @return whether the connection may go on
    boolean awaitCompletion() {
        if (state < ANSWERED) {
            waiting = Thread.currentThread();
            while (state < ANSWERED && !connection.isEnded()) {
                LockSupport.park(this);
            }
        }
        return state == ANSWERED && !closing;
    }

    private boolean expectsContinue() {
        return head.headers().lists("Expect", "100-continue");
    }

    private void claim() {
        if (!STATE.compareAndSet(this, OPEN, ANSWERING)) {
            throw new IllegalStateException("the request has been answered");
        }
    }
}
