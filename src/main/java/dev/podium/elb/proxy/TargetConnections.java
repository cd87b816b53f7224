package dev.podium.elb.proxy;

import dev.podium.http.wire.WireClientConnection;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The connections to one target: those in use, and those kept for reuse, newest first.
final class TargetConnections {
    private final LiveTarget target;
    private final Connector connector;
    private final ConcurrentLinkedDeque<Kept> kept = new ConcurrentLinkedDeque<>();
    private final AtomicInteger size = new AtomicInteger();
    private volatile boolean retired;

    private record Kept(Leased connection, long sinceNanos) {}

    /// A connection in use.
    ///
    /// @param idle how long the target may be silent on it, which its load balancer decides
    record Leased(WireClientConnection wire, LiveTarget target, Duration idle) implements Closeable {
        @Override
        public void close() {
            target.closed(this);
            wire.close();
        }
    }

    TargetConnections(LiveTarget target, Connector connector) {
        this.target = target;
        this.connector = connector;
    }

    /// A kept connection that the target hasn't ended; null if there is none.
    @Nullable
    Leased reuse(Duration idle) {
        for (Kept next = take(); next != null; next = take()) {
            boolean fresh = System.nanoTime() - next.sinceNanos()
                    < connector.settings().keepIdle().toNanos();
            if (fresh
                    && next.connection().idle().equals(idle)
                    && next.connection().wire().isUsable()) {
                return next.connection();
            }
            next.connection().close();
        }
        return null;
    }

    private @Nullable Kept take() {
        Kept next = kept.pollFirst();
        if (next != null) {
            size.decrementAndGet();
        }
        return next;
    }

    /// A new connection.
    Leased connect(InetSocketAddress address, Duration idle) throws IOException {
        WireClientConnection wire = WireClientConnection.open(
                address, connector.settings().connectTimeout(), connector.layer(), connector.watchdog(), idle);
        Leased leased = new Leased(wire, target, idle);
        target.opened(leased);
        return leased;
    }

    /// Keeps a connection whose exchange is over.
    void giveBack(Leased connection) {
        if (size.incrementAndGet() > connector.settings().maxIdle() || retired) {
            size.decrementAndGet();
            connection.close();
            return;
        }
        kept.addFirst(new Kept(connection, System.nanoTime()));
        if (retired) {
            clear();
        }
    }

    /// Keeps no connections any more, or again.
    void retire(boolean noMore) {
        retired = noMore;
        if (noMore) {
            clear();
        }
    }

    /// Closes kept connections that nobody has used for long.
    void prune() {
        long limit = System.nanoTime() - connector.settings().keepIdle().toNanos();
        for (Kept last = kept.peekLast(); last != null && last.sinceNanos() - limit < 0; last = kept.peekLast()) {
            if (kept.removeLastOccurrence(last)) {
                size.decrementAndGet();
                last.connection().close();
            }
        }
    }

    /// Closes all kept connections.
    void clear() {
        for (Kept next = take(); next != null; next = take()) {
            next.connection().close();
        }
    }
}
