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
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// One request and the place for its answer.
///
/// The request is read on the thread of its connection; the answer may be given by any thread,
/// once.
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
    private final RequestHead request;
    private final WireBody body;
    private volatile int state = OPEN;
    private volatile boolean closing;
    private volatile @Nullable Thread waiting;

    WireExchange(WireConnection connection, RequestHead request, WireBody body) {
        this.connection = connection;
        this.request = request;
        this.body = body;
    }

    /// The request's method.
    public String method() {
        return request.method();
    }

    /// The request's target exactly as it was sent: still encoded, with its query.
    public String rawTarget() {
        return request.target();
    }

    /// The part of the target before its query.
    public String rawPath() {
        int query = request.target().indexOf('?');
        return query < 0 ? request.target() : request.target().substring(0, query);
    }

    /// The first value of a parameter of the query, decoded; null when it is missing.
    public @Nullable String parameter(String name) {
        int query = request.target().indexOf('?');
        String rest = query < 0 ? "" : request.target().substring(query + 1);
        for (String pair : rest.split("&", -1)) {
            if (pair.startsWith(name) && pair.startsWith("=", name.length())) {
                return URI.create("?" + pair.substring(name.length() + 1)).getQuery();
            }
        }
        return null;
    }

    /// The request's header fields.
    public WireHeaders headers() {
        return request.headers();
    }

    /// The host that the request is for, with its port if it was given: the `Host` header, or the
    /// name of the [alias][WireServer#alias] that took the connection. Empty when the request
    /// names none.
    public String host() {
        String alias = connection.aliasHost();
        return alias != null
                ? alias
                : Objects.requireNonNullElse(request.headers().first("Host"), "");
    }

    /// The client's address.
    public InetSocketAddress remote() {
        return connection.remote();
    }

    /// The request's body. To be read on the connection's thread, before the handler returns.
    ///
    /// It throws [java.io.EOFException] when the client cuts it off and [BadMessage] (413) when
    /// it is too large.
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

    /// Has a task run once when the connection ends, for whatever reason, in this exchange or a
    /// later one. A connection has one such task: the last one wins. It runs at once if the
    /// connection has ended, and must not block.
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

    /// Answers, in one write. A `Connection: close` among the headers ends the connection
    /// afterwards.
    ///
    /// @throws IOException if the client is gone; the connection is then closed
    /// @throws IllegalStateException if the request was answered already
    public void respond(int status, WireHeaders headers, byte[] content) throws IOException {
        respond(status, headers, content, Duration.ZERO);
    }

    /// Answers, in one write, and gives up after some time if the client does not take the
    /// answer.
    ///
    /// @param limit zero waits as long as it takes; watched only for answers that a connection
    ///     may not take at once
    public void respond(int status, WireHeaders headers, byte[] content, Duration limit) throws IOException {
        claim();
        boolean written = false;
        try {
            connection.output().write(request, status, headers, content, closes(headers), limit);
            written = true;
        } finally {
            finish(written);
        }
    }

    /// Answers and ends the connection.
    void refuse(int status, WireHeaders headers, byte[] content) throws IOException {
        claim();
        closing = true;
        boolean written = false;
        try {
            connection.output().write(request, status, headers, content, true, Duration.ZERO);
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
        boolean needed = !request.keepsConnection()
                || connection.isEnding()
                || (!body.isEnded() && !body.isStarted() && expectsContinue());
        closing = said || needed;
        return needed && !said;
    }

    /// Begins an answer whose length isn't known. Closing the stream completes it; [#abort] cuts
    /// it off so that the client notices. Every write goes out at once.
    public OutputStream stream(int status, WireHeaders headers) throws IOException {
        return begin(new AnswerHead(status, null, headers), -1, false);
    }

    /// Begins an answer as [#stream] does, but what is written waits for a flush.
    ///
    /// @param head   without fields about the body's length, unless the request is a HEAD
    /// @param length of the body, or -1 if it isn't known
    public WireStream begin(AnswerHead head, long length) throws IOException {
        return begin(head, length, true);
    }

    private WireStream begin(AnswerHead head, long length, boolean lazy) throws IOException {
        claim();
        boolean begun = false;
        try {
            WireStream stream = connection.output().stream(this, request, head, length, closes(head.headers()), lazy);
            closing |= length < 0 && request.minor() == 0;
            begun = true;
            return stream;
        } finally {
            if (!begun) {
                finish(false);
            }
        }
    }

    /// Sends an answer of 1xx before the real one.
    public void interim(AnswerHead head) throws IOException {
        connection.output().bare(head);
    }

    /// Tells a client that expects it to go on with its body; otherwise the first read does.
    public void goOn() throws IOException {
        body.begin();
    }

    /// Ends HTTP on this connection, with an answer such as 101. When the handler returns, the
    /// connection ends.
    ///
    /// @return what is left: bytes both ways
    public WireEnd upgrade(AnswerHead head) throws IOException {
        claim();
        closing = true;
        connection.output().bare(head);
        return connection.end(() -> finish(true));
    }

    /// Looks whether the client has gone away; takes a millisecond if not.
    ///
    /// Not while the body is being read. Only for servers with a [Watchdog].
    public boolean isAbandoned() {
        return connection.isAbandoned();
    }

    /// The TLS session; null without TLS.
    public @Nullable SSLSession tls() {
        return connection.tls();
    }

    /// The address that the client connected to.
    public InetSocketAddress local() {
        return connection.local();
    }

    /// When the connection began, in terms of [System#nanoTime].
    public long connectedNanos() {
        return connection.connectedNanos();
    }

    /// Ends the connection after the answer, which says so if it has not begun.
    public void endConnection() {
        connection.endWhenIdle();
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
        return request.headers().lists("Expect", "100-continue");
    }

    private void claim() {
        if (!STATE.compareAndSet(this, OPEN, ANSWERING)) {
            throw new IllegalStateException("the request has been answered");
        }
    }
}
