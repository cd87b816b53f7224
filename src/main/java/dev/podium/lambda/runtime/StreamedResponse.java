package dev.podium.lambda.runtime;

import dev.podium.http.wire.WireExchange;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// An answer that a runtime sends in chunks: the invoking thread reads it straight from the connection, whose own
/// thread waits meanwhile.
final class StreamedResponse implements ResponseStream {
    /// AWS's limit of a streamed answer.
    static final long LONGEST = 200L << 20;
    /// How the process ended is told on another connection, a moment after this one has broken.
    private static final Duration REASON = Duration.ofSeconds(3);

    private final Invocation invocation;
    private final WireExchange exchange;
    private final Thread connection = Thread.currentThread();
    private long length;
    private boolean ended;
    private volatile boolean over;
    private volatile boolean whole;

    /// To be made on the connection's thread.
    StreamedResponse(Invocation invocation, WireExchange exchange) {
        this.invocation = invocation;
        this.exchange = exchange;
    }

    @Override
    public int status() {
        return 200;
    }

    @Override
    public List<Map.Entry<String, String>> headers() {
        return List.of();
    }

    @Override
    public @Nullable String contentType() {
        return exchange.headers().first("Content-Type");
    }

    @Override
    public int read(byte[] target) {
        if (ended) {
            return -1;
        }
        try {
            int n = exchange.body().read(target, 0, target.length);
            length += Math.max(n, 0);
            if (n > 0 && length <= LONGEST) {
                return n;
            }
            if (n > 0) {
                invocation.complete(RuntimeAnswers.responseTooLarge(LONGEST));
                exchange.abort();
            } else {
                whole = true;
                invocation.complete(RuntimeApi.outcome(exchange, new byte[0]));
            }
        } catch (IOException e) {
            invocation.complete(reason(e));
            exchange.abort();
        }
        ended = true;
        over = true;
        LockSupport.unpark(connection);
        return -1;
    }

    private Outcome reason(IOException cut) {
        long end = System.nanoTime() + REASON.toNanos();
        while (true) {
            Outcome known = invocation.outcome();
            long left = end - System.nanoTime();
            if (known != null) {
                return known;
            }
            if (left <= 0 || Thread.currentThread().isInterrupted()) {
                return new Outcome.Lost("the answer was cut off: " + cut.getMessage(), true);
            }
            LockSupport.parkNanos(this, left);
        }
    }

    @Override
    public Outcome end() {
        byte[] sink = ended ? new byte[0] : new byte[32 << 10];
        int n = ended ? -1 : 0;
        while (n >= 0) {
            n = read(sink);
        }
        return invocation.complete(new Outcome.Lost("the answer was not read", true));
    }

    /// Breaks the connection: the reader must not wait any longer.
    void cut() {
        if (!over) {
            exchange.abort();
        }
    }

    /// Tells whether the reader is done with it.
    boolean isOver() {
        return over;
    }

    /// Has the connection's thread wait for the reader.
    ///
    /// @return whether the answer arrived to its end, so that the runtime may be told
    boolean awaitEnd() {
        while (!over) {
            LockSupport.park(this);
            if (Thread.interrupted()) {
                exchange.abort();
                return false;
            }
        }
        return whole;
    }
}
