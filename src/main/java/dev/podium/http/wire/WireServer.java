package dev.podium.http.wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A server of a few hundred lines for what the JDK's own can't do; see the package's
/// description.
///
/// ```java
/// try (var server = WireServer.start(settings, x -> x.respond(200, WireHeaders.empty(), bytes))) { … }
/// ```
public final class WireServer implements AutoCloseable {
    private final WireHandler handler;
    private final SocketLayer layer;
    private final @Nullable Watchdog watchdog;
    private final Connections open;
    private final AliasPorts ports;
    private final Set<WireConnection> connections = ConcurrentHashMap.newKeySet();
    private final Map<String, ServerSocketChannel> aliases = new ConcurrentHashMap<>();
    private volatile WireSettings settings;
    private volatile boolean draining;
    private @Nullable TcpServer main;

    private WireServer(WireSettings settings, WireHandler handler, SocketLayer layer, @Nullable Watchdog watchdog) {
        this.settings = settings;
        this.handler = handler;
        this.layer = layer;
        this.watchdog = watchdog;
        this.open = new Connections(settings.name(), settings.maxConnections());
        this.ports = new AliasPorts(settings.name(), open);
    }

    /// Listens and serves.
    ///
    /// @throws IOException if the address can't be had
    public static WireServer start(WireSettings settings, WireHandler handler) throws IOException {
        return start(settings, handler, socket -> socket, null);
    }

    /// Listens and serves, over TLS or so, and with cheaper time limits.
    ///
    /// @param watchdog what watches the limits instead of a timer for each read
    /// @throws IOException if the address can't be had
    public static WireServer start(
            WireSettings settings, WireHandler handler, SocketLayer layer, @Nullable Watchdog watchdog)
            throws IOException {
        WireServer server = new WireServer(settings, handler, layer, watchdog);
        server.main = TcpServer.start(settings.name(), settings.listen(), server.open, server.serving(null));
        return server;
    }

    private TcpServer.Serving serving(@Nullable String host) {
        return socket -> {
            WireConnection connection = new WireConnection(settings, handler, socket, host, watchdog);
            connections.add(connection);
            if (draining) {
                connection.endWhenIdle();
            }
            try {
                connection.run(layer);
            } finally {
                connections.remove(connection);
            }
        };
    }

    private TcpServer main() {
        TcpServer running = main;
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        return running;
    }

    /// The address it listens on.
    public InetSocketAddress address() {
        return main().address();
    }

    /// The number of connections.
    public int connections() {
        return open.size();
    }

    /// Changes limits and times, for connections that begin after this; not the address.
    public void reconfigure(WireSettings changed) {
        settings = changed;
    }

    /// Listens on a free loopback port too; requests there count as sent to `host`, whatever
    /// their own `Host` says.
    ///
    /// @return the loopback address; the same one for the same host
    public InetSocketAddress alias(String host) throws IOException {
        ServerSocketChannel known = aliases.get(host);
        if (known == null) {
            ServerSocketChannel fresh = ports.open(serving(host));
            known = aliases.putIfAbsent(host, fresh);
            if (known == null) {
                known = fresh;
            } else {
                ports.close(fresh);
            }
        }
        return (InetSocketAddress) known.getLocalAddress();
    }

    /// Ends an alias; its open connections stay.
    public void unalias(String host) {
        ServerSocketChannel alias = aliases.remove(host);
        if (alias != null) {
            ports.close(alias);
        }
    }

    /// Stops listening, and ends every connection after the request that it serves. Returns at
    /// once.
    public void drain() {
        draining = true;
        main().stopListening();
        connections.forEach(WireConnection::endWhenIdle);
    }

    /// Stops listening, at most a second for each address, and cuts every connection. Afterwards
    /// nobody can connect; the connections' threads end with their handlers.
    @Override
    public void close() {
        main().stopListening();
        aliases.values().forEach(Connections::close);
        aliases.clear();
        ports.close();
        open.close();
    }
}
