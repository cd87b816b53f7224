package dev.podium.http.wire;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A client's connection: reads requests one after the other on its own thread.
final class WireConnection implements Closeable {
    private static final System.Logger LOG = System.getLogger(WireConnection.class.getName());
    private static final long LINGER_NANOS = 500_000_000;
    private static final int MAX_DRAINED = 256 << 10;

    private final WireSettings settings;
    private final WireHandler handler;
    private final Socket socket;
    private final @Nullable String aliasHost;
    private final WireInput input;
    private final WireOutput output;
    private final AtomicReference<Runnable> onDisconnect = new AtomicReference<>(WireConnection::ignore);
    private volatile boolean ended;
    private volatile boolean watching;
    private int requests;

    WireConnection(WireSettings settings, WireHandler handler, Socket socket, @Nullable String aliasHost)
            throws IOException {
        this.settings = settings;
        this.handler = handler;
        this.socket = socket;
        this.aliasHost = aliasHost;
        this.input = new WireInput(socket, settings.maxHeadBytes());
        this.output = new WireOutput(this, socket.getOutputStream());
    }

    /// Serves the connection until it ends.
    void run() {
        @Nullable WireExchange exchange = null;
        try {
            do {
                exchange = null;
                if (!input.await(millis(requests == 0 ? settings.headTimeout() : settings.idleTimeout()))) {
                    break;
                }
                exchange = next();
            } while (exchange != null && serve(exchange));
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
                exchange.respond(status, WireHeaders.of("Connection", "close"), new byte[0]);
            } catch (IOException | IllegalStateException e) {
                LOG.log(Level.TRACE, "no answer possible server={0}", settings.name());
            }
        }
    }

    private void refuse(int status) throws IOException {
        RequestHead none = new RequestHead("", "", 0, WireHeaders.empty());
        output.write(none, status, WireHeaders.empty(), new byte[0], true, Duration.ZERO);
        socket.shutdownOutput();
        linger();
    }

    /// Takes what a client is still sending for a moment: closing at once would reset the connection, and the
    /// client could not read its answer.
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
        return (InetSocketAddress) socket.getRemoteSocketAddress();
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
        close();
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
