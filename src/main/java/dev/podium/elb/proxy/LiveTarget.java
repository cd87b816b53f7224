package dev.podium.elb.proxy;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A target with what is in progress on it.
final class LiveTarget {
    private static final System.Logger LOG = System.getLogger(LiveTarget.class.getName());

    private final TargetGroup.Target target;
    private final @Nullable InetSocketAddress address;
    private final String key;
    private final AtomicInteger outstanding = new AtomicInteger();
    private final Set<Closeable> connections = ConcurrentHashMap.newKeySet();
    private final TargetConnections pool;
    private volatile boolean drained;
    private volatile @Nullable Runnable whenIdle;
    private volatile long healthyNanos; // when it became healthy; 0 if it gets its full share

    LiveTarget(String groupArn, TargetGroup.Target target, Connector connector) {
        this.target = target;
        this.address = target.address() == null ? null : new InetSocketAddress(target.address(), target.port());
        this.key = key(groupArn + " " + target.id() + ":" + target.port());
        this.pool = new TargetConnections(this, connector);
    }

    /// A short opaque name for cookies.
    static String key(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    TargetGroup.Target target() {
        return target;
    }

    @Nullable
    InetSocketAddress address() {
        return address;
    }

    String key() {
        return key;
    }

    TargetConnections pool() {
        return pool;
    }

    /// The requests and connections in progress.
    int outstanding() {
        return outstanding.get();
    }

    void begin() {
        outstanding.incrementAndGet();
    }

    void end() {
        Runnable task = outstanding.decrementAndGet() == 0 ? whenIdle : null;
        if (task != null) {
            task.run();
        }
    }

    /// Has a task run whenever nothing is in progress any more; null for none.
    void whenIdle(@Nullable Runnable task) {
        whenIdle = task;
    }

    /// Starts or ends its slow start.
    void healthySince(long nanos) {
        healthyNanos = nanos;
    }

    /// The share that it gets at the moment, of 1000.
    int share(long slowStartNanos) {
        long since = healthyNanos;
        if (slowStartNanos == 0 || since == 0) {
            return 1000;
        }
        long passed = System.nanoTime() - since;
        if (passed >= slowStartNanos) {
            healthyNanos = 0;
            return 1000;
        }
        return (int) Math.max(20, 1000 * passed / slowStartNanos);
    }

    /// Keeps a connection to be cut with the target.
    void opened(Closeable connection) {
        connections.add(connection);
        if (drained) {
            close(connection);
        }
    }

    void closed(Closeable connection) {
        connections.remove(connection);
    }

    /// Cuts every connection, and those that come.
    void cut() {
        drained = true;
        cutConnections();
    }

    /// Cuts the connections that there are.
    void cutConnections() {
        pool.clear();
        connections.forEach(LiveTarget::close);
    }

    private static void close(Closeable connection) {
        try {
            connection.close();
        } catch (IOException e) {
            LOG.log(Level.TRACE, "connection did not close", e);
        }
    }
}
