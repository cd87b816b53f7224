package dev.podium.http.wire;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A server of a few hundred lines for what the JDK's own can't do; see the package's description.
///
/// ```java
/// try (var server = WireServer.start(settings, x -> x.respond(200, WireHeaders.empty(), bytes))) { … }
/// ```
public final class WireServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(WireServer.class.getName());
    private static final int BACKLOG = 1024;
    private static final Duration STOP_LIMIT = Duration.ofSeconds(1);

    private final WireSettings settings;
    private final WireHandler handler;
    private final ServerSocket main;
    private final Map<ServerSocket, Thread> acceptors = new ConcurrentHashMap<>();
    private final Map<String, ServerSocket> aliases = new ConcurrentHashMap<>();
    private final Set<WireConnection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong numbers = new AtomicLong();
    private volatile boolean closed;

    private WireServer(WireSettings settings, WireHandler handler, ServerSocket main) {
        this.settings = settings;
        this.handler = handler;
        this.main = main;
    }

    /// Listens and serves.
    ///
    /// @throws IOException if the address can't be had
    public static WireServer start(WireSettings settings, WireHandler handler) throws IOException {
        WireServer server = new WireServer(settings, handler, listen(settings.listen()));
        server.accept(server.main, null);
        return server;
    }

    private static ServerSocket listen(InetSocketAddress address) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.bind(address, BACKLOG);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw new IOException("cannot listen on " + address + ": " + e.getMessage(), e);
        }
    }

    /// The address it listens on.
    public InetSocketAddress address() {
        return (InetSocketAddress) main.getLocalSocketAddress();
    }

    /// The number of connections.
    public int connections() {
        return connections.size();
    }

    /// Listens on a free loopback port too; requests there count as sent to `host`, whatever their own `Host`
    /// says.
    ///
    /// @return the loopback address; the same one for the same host
    public InetSocketAddress alias(String host) throws IOException {
        ServerSocket known = aliases.get(host);
        if (known == null) {
            ServerSocket fresh = listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            known = aliases.putIfAbsent(host, fresh);
            if (known == null) {
                accept(fresh, host);
                known = fresh;
            } else {
                fresh.close();
            }
        }
        return (InetSocketAddress) known.getLocalSocketAddress();
    }

    /// Ends an alias; its open connections stay.
    public void unalias(String host) {
        ServerSocket socket = aliases.remove(host);
        if (socket != null) {
            stopListening(socket);
        }
    }

    private void accept(ServerSocket socket, @Nullable String host) {
        Thread acceptor = Thread.ofVirtual()
                .name("podium-" + settings.name() + "-accept")
                .unstarted(() -> {
                    while (!socket.isClosed()) {
                        try {
                            admit(socket.accept(), host);
                        } catch (IOException e) {
                            if (!socket.isClosed()) {
                                LOG.log(
                                        Level.WARNING,
                                        "accept failed server={0} cause={1}",
                                        settings.name(),
                                        e.getMessage());
                                pause();
                            }
                        }
                    }
                });
        acceptors.put(socket, acceptor);
        acceptor.start();
    }

    /// Closes a listening socket. The kernel goes on accepting until its thread has left it, so that is
    /// waited for.
    private void stopListening(ServerSocket socket) {
        close(socket);
        Thread acceptor = acceptors.remove(socket);
        try {
            if (acceptor != null && !acceptor.join(STOP_LIMIT)) {
                LOG.log(Level.WARNING, "listener did not stop in time server={0}", settings.name());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void admit(Socket socket, @Nullable String host) throws IOException {
        if (connections.size() >= settings.maxConnections()) {
            LOG.log(Level.WARNING, "connection refused, too many server={0}", settings.name());
            close(socket);
            return;
        }
        WireConnection connection;
        try {
            socket.setTcpNoDelay(true);
            keepAlive(socket);
            connection = new WireConnection(settings, handler, socket, host);
        } catch (IOException e) {
            close(socket); // reset before it was served
            return;
        }
        connections.add(connection);
        Thread.ofVirtual()
                .name("podium-" + settings.name() + "-", numbers.incrementAndGet())
                .start(() -> {
                    try {
                        connection.run();
                    } finally {
                        connections.remove(connection);
                    }
                });
        if (closed) {
            connection.close();
        }
    }

    /// A parked client whose machine vanished is noticed after two to three minutes.
    private static void keepAlive(Socket socket) throws IOException {
        socket.setKeepAlive(true);
        if (socket.supportedOptions().contains(jdk.net.ExtendedSocketOptions.TCP_KEEPIDLE)) {
            socket.setOption(jdk.net.ExtendedSocketOptions.TCP_KEEPIDLE, 60);
            socket.setOption(jdk.net.ExtendedSocketOptions.TCP_KEEPINTERVAL, 15);
            socket.setOption(jdk.net.ExtendedSocketOptions.TCP_KEEPCOUNT, 6);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(50); // out of file descriptors, most likely
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            LOG.log(Level.TRACE, "socket did not close", e);
        }
    }

    /// Stops listening, at most a second for each address, and cuts every connection. Afterwards nobody can
    /// connect; the connections' threads end with their handlers.
    @Override
    public void close() {
        closed = true;
        stopListening(main);
        aliases.values().forEach(this::stopListening);
        aliases.clear();
        connections.forEach(WireConnection::close);
    }
}
