package dev.podium.http.wire;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// A client's connection: reads requests one after the other on its own thread.
final class WireConnection implements Closeable {
    private static final System.Logger LOG = System.getLogger(WireConnection.class.getName());
    private static final long LINGER_NANOS = 500_000_000;
    private static final long CLOSE_NANOS = 2_000_000_000;
    private static final int MAX_DRAINED = 256 << 10;

    private final WireSettings settings;
    private final WireHandler handler;
    private final Socket raw;
    private final @Nullable String aliasHost;
    private final long connectedNanos = System.nanoTime();
    private final Watchdog.@Nullable Alarm reading;
    private final Watchdog.@Nullable Alarm writing;
    private Socket socket;
    private WireInput input;
    private WireOutput output;
    private final AtomicReference<Runnable> onDisconnect = new AtomicReference<>(WireConnection::ignore);
    private volatile boolean ended;
    private volatile boolean ending;
    private volatile boolean idle;
    private volatile boolean watching;
    private int requests;

    WireConnection(
            WireSettings settings,
            WireHandler handler,
            Socket socket,
            @Nullable String aliasHost,
            @Nullable Watchdog watchdog)
            throws IOException {
        this.settings = settings;
        this.handler = handler;
        this.raw = socket;
        this.socket = socket;
        this.aliasHost = aliasHost;
        this.reading = watchdog == null ? null : watchdog.watch(this::endInput);
        this.writing = watchdog == null ? null : watchdog.watch(() -> Connections.close(raw));
        this.input = new WireInput(socket, settings.maxHeadBytes(), reading);
        this.output = output(socket);
    }

    private WireOutput output(Socket to) throws IOException {
        OutputStream out = to.getOutputStream();
        long limit = settings.bodyTimeout().toNanos();
        return new WireOutput(this, writing == null ? out : new TimedOutput(out, writing, limit));
    }

    /// Serves the connection until it ends.
    void run(SocketLayer layer) {
        @Nullable WireExchange exchange = null;
        try {
            lay(layer);
            do {
                exchange = null;
                if (!awaitRequest()) {
                    break;
                }
                exchange = next();
            } while (exchange != null && serve(exchange) && !ending);
        } catch (SocketTimeoutException e) {
            if (requests > 0 || exchange != null) {
                LOG.log(Level.DEBUG, "connection timed out server={0}", settings.name());
            }
        } catch (IOException e) {
            LOG.log(Level.TRACE, "connection ended server={0} cause={1}", settings.name(), e.getMessage());
        } finally {
            end();
        }
    }

    private void lay(SocketLayer layer) throws IOException {
        if (reading != null) {
            reading.set(settings.headTimeout().toNanos());
        }
        Socket laid = layer.over(raw);
        if (reading != null) {
            reading.clear();
        }
        if (laid instanceof SSLSocket) {
            socket = laid;
            input = new WireInput(laid, settings.maxHeadBytes(), reading);
            output = output(laid);
        }
    }

    private boolean awaitRequest() throws IOException {
        idle = true;
        if (ending && !input.isBuffered()) {
            return false;
        }
        boolean there = input.await(millis(requests == 0 ? settings.headTimeout() : settings.idleTimeout()));
        idle = false;
        return there;
    }

    /// Ends the connection when no request is being served, now or later.
    void endWhenIdle() {
        ending = true;
        if (idle) {
            endInput();
        }
    }

    boolean isEnding() {
        return ending;
    }

    private void endInput() {
        try {
            raw.shutdownInput();
        } catch (IOException e) {
            LOG.log(Level.TRACE, "client gone already server={0}", settings.name());
        }
    }

    private @Nullable WireExchange next() throws IOException {
        try {
            RequestHead head = RequestHead.parse(input.head(millis(settings.headTimeout())), settings.maxHeaders());
            requests++;
            boolean expects = head.headers().lists("Expect", "100-continue");
            WireBody body = WireBody.ofRequest(head.headers(), input, settings, () -> goOn(expects));
            WireExchange exchange = new WireExchange(this, head, body);
            return exchange;
        } catch (BadMessage e) {
            refuse(e.status());
        } catch (SocketTimeoutException e) {
            refuse(408);
        }
        return null;
    }

    private void goOn(boolean expected) throws IOException {
        if (expected) {
            output.goOn();
        }
    }

    private boolean serve(WireExchange exchange) throws IOException {
        try {
            input.timeout(millis(settings.bodyTimeout()));
            handler.handle(exchange);
            if (!exchange.isAnswered()) {
                return isDrained(exchange) && watch(exchange);
            }
            if (exchange.awaitCompletion()) {
                return isDrained(exchange);
            }
        } catch (BadMessage e) {
            answer(exchange, e.status());
        } catch (EOFException e) {
            answer(exchange, 400);
        } catch (SocketTimeoutException e) {
            answer(exchange, 408);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "request failed server=" + settings.name(), e);
            answer(exchange, 500);
        }
        linger();
        return false;
    }

    /// Reads on while a request is parked.
    private boolean watch(WireExchange exchange) throws IOException {
        watching = true;
        boolean pipelined = input.isBuffered(); // such a client's end can't be seen: its next request is in the way
        if (!pipelined && !exchange.isComplete() && !input.watch()) {
            return false;
        }
        boolean goesOn = exchange.awaitCompletion();
        watching = false;
        return goesOn;
    }

    private static boolean isDrained(WireExchange exchange) throws IOException {
        InputStream body = exchange.body();
        byte[] sink = null;
        int drained = 0;
        while (!((WireBody) body).isEnded()) {
            sink = sink == null ? new byte[8 << 10] : sink;
            int n = body.read(sink);
            drained += Math.max(n, 0);
            if (n >= 0 && drained > MAX_DRAINED) {
                return false;
            }
        }
        return true;
    }

    private void answer(WireExchange exchange, int status) {
        if (!exchange.isAnswered()) {
            try {
                WireHandler.Refusal refusal = handler.refusal(status);
                exchange.refuse(refusal.status(), refusal.headers(), refusal.body());
            } catch (IOException | IllegalStateException e) {
                LOG.log(Level.TRACE, "no answer possible server={0}", settings.name());
            }
        }
    }

    private void refuse(int status) throws IOException {
        RequestHead none = new RequestHead("", "", 0, WireHeaders.empty());
        WireHandler.Refusal refusal = handler.refusal(status);
        output.write(none, refusal.status(), refusal.headers(), refusal.body(), true, Duration.ZERO);
        socket.shutdownOutput();
        linger();
    }

    /// Takes what a client is still sending for a moment: closing at once would reset the
    /// connection, and the client could not read its answer.
    private void linger() throws IOException {
        if (socket.isClosed()) {
            return;
        }
        long end = System.nanoTime() + LINGER_NANOS;
        byte[] sink = new byte[4096];
        int rest = MAX_DRAINED;
        for (int n = 0; n >= 0 && rest > 0; rest -= n) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return;
            }
            input.timeout((int) left);
            n = input.read(sink, 0, sink.length);
        }
    }

    /// Ends the connection after an answer that said so.
    void finishOutput() {
        try {
            if (watching) {
                socket.close();
            } else {
                socket.shutdownOutput();
            }
        } catch (IOException e) {
            LOG.log(Level.TRACE, "client gone already server={0}", settings.name());
        }
    }

    private static int millis(Duration duration) {
        return (int) Math.min(Integer.MAX_VALUE, duration.toMillis());
    }

    WireEnd end(Runnable onClose) {
        return new WireEnd(socket, input, output.stream(), onClose);
    }

    boolean isAbandoned() {
        try {
            return ended || input.isEnded();
        } catch (IOException e) {
            return true;
        }
    }

    @Nullable
    SSLSession tls() {
        return socket instanceof SSLSocket secure ? secure.getSession() : null;
    }

    InetSocketAddress local() {
        return (InetSocketAddress) raw.getLocalSocketAddress();
    }

    long connectedNanos() {
        return connectedNanos;
    }

    WireOutput output() {
        return output;
    }

    int requests() {
        return requests;
    }

    @Nullable
    String aliasHost() {
        return aliasHost;
    }

    InetSocketAddress remote() {
        return (InetSocketAddress) raw.getRemoteSocketAddress();
    }

    void onDisconnect(Runnable task) {
        onDisconnect.set(task);
        if (ended) {
            onDisconnect.getAndSet(WireConnection::ignore).run();
        }
    }

    private static void ignore() {}

    boolean isEnded() {
        return ended;
    }

    private void end() {
        if (reading == null || writing == null) {
            close();
        } else {
            writing.set(CLOSE_NANOS); // with TLS there is something to send
            close();
            reading.close();
            writing.close();
        }
        ended = true;
        onDisconnect.getAndSet(WireConnection::ignore).run();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.log(Level.TRACE, "socket did not close server={0}", settings.name());
        }
    }
}
