package dev.podium.http.wire;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Listens on an address and serves each connection on a virtual thread of its own.
public final class TcpServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(TcpServer.class.getName());
    private static final int BACKLOG = 1024;
    private static final Duration STOP_LIMIT = Duration.ofSeconds(1);

    private final String name;
    private final ServerSocket listening;
    private final Connections open;
    private final Serving serving;
    private volatile @Nullable Thread acceptor;

    private TcpServer(String name, ServerSocket listening, Connections open, Serving serving) {
        this.name = name;
        this.listening = listening;
        this.open = open;
        this.serving = serving;
    }

    /// What is done with a connection. It is closed afterwards.
    @FunctionalInterface
    public interface Serving {
        /// Serves a connection until it ends.
        void serve(Socket socket) throws IOException, InterruptedException;
    }

    /// Listens and serves.
    ///
    /// @param name           goes into the names of its threads
    /// @param maxConnections further ones are closed at once
    /// @throws IOException if the address can't be had
    public static TcpServer start(String name, InetSocketAddress address, int maxConnections, Serving serving)
            throws IOException {
        return start(name, address, new Connections(name, maxConnections), serving);
    }

    /// Listens and serves, counting connections together with others.
    static TcpServer start(String name, InetSocketAddress address, Connections open, Serving serving)
            throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.bind(address, BACKLOG);
        } catch (IOException e) {
            socket.close();
            throw new IOException("cannot listen on " + address + ": " + e.getMessage(), e);
        }
        TcpServer server = new TcpServer(name, socket, open, serving);
        Thread acceptor = Thread.ofVirtual().name("podium-" + name + "-accept").unstarted(server::accept);
        server.acceptor = acceptor;
        acceptor.start();
        return server;
    }

    /// The address it listens on.
    public InetSocketAddress address() {
        return (InetSocketAddress) listening.getLocalSocketAddress();
    }

    /// The number of connections.
    public int connections() {
        return open.size();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                open.admit(listening.accept(), serving);
            } catch (IOException e) {
                if (!listening.isClosed()) {
                    LOG.log(Level.WARNING, "accept failed server={0} cause={1}", name, e.getMessage());
                    pause();
                }
            }
        }
    }

    /// Waits a moment after something that would fail again at once.
    static void pause() {
        try {
            Thread.sleep(50); // out of file descriptors, most likely
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Stops listening, in at most a second; connections go on. The kernel goes on accepting
    /// until the accepting thread has left the socket, so that is waited for.
    public void stopListening() {
        Connections.close(listening);
        Thread accepting = acceptor;
        try {
            if (accepting != null && !accepting.join(STOP_LIMIT)) {
                LOG.log(Level.WARNING, "listener did not stop in time server={0}", name);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Stops listening and cuts every connection; their threads end with what they serve.
    @Override
    public void close() {
        stopListening();
        open.close();
    }
}
