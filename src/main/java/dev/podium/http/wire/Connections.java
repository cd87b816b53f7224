package dev.podium.http.wire;

import dev.podium.http.wire.TcpServer.Serving;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// The connections of a server's addresses, which count together: each is served on a virtual thread of its own.
final class Connections implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(TcpServer.class.getName());

    private final String name;
    private final int max;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicLong numbers = new AtomicLong();
    private volatile boolean closed;

    /// @param name goes into the names of the threads
    /// @param max further ones are closed at once
    Connections(String name, int max) {
        this.name = name;
        this.max = max;
    }

    int size() {
        return sockets.size();
    }

    /// Has a connection served that was accepted just now.
    void admit(Socket socket, Serving serving) {
        if (sockets.size() >= max) {
            LOG.log(Level.WARNING, "connection refused, too many server={0}", name);
            close(socket);
            return;
        }
        try {
            socket.setTcpNoDelay(true);
            keepAlive(socket);
        } catch (IOException e) {
            close(socket); // reset before it was served
            return;
        }
        sockets.add(socket);
        Thread.ofVirtual()
                .name("podium-" + name + "-", numbers.incrementAndGet())
                .start(() -> serve(socket, serving));
        if (closed) {
            close(socket);
        }
    }

    private void serve(Socket socket, Serving serving) {
        try {
            serving.serve(socket);
        } catch (IOException e) {
            LOG.log(Level.TRACE, "connection ended server={0} cause={1}", name, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "connection failed server=" + name, e);
        } finally {
            close(socket);
            sockets.remove(socket);
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

    static void close(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            LOG.log(Level.TRACE, "socket did not close", e);
        }
    }

    /// Cuts them, and those that are about to begin.
    @Override
    public void close() {
        closed = true;
        sockets.forEach(Connections::close);
    }
}
