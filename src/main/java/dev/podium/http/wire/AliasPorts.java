package dev.podium.http.wire;

import dev.podium.http.wire.TcpServer.Serving;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Further loopback ports of a server, one for each name: a single thread accepts on all of them, since each
/// environment of the embedded cluster has one, and a thread that waits holds some kilobytes.
final class AliasPorts implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(TcpServer.class.getName());

    private final String name;
    private final Connections connections;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Selector selector; // under the lock; with the first port

    AliasPorts(String name, Connections connections) {
        this.name = name;
        this.connections = connections;
    }

    /// Opens a port.
    ServerSocketChannel open(Serving serving) throws IOException {
        ServerSocketChannel port = ServerSocketChannel.open();
        try {
            port.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            port.configureBlocking(false);
            Selector all = selector();
            port.register(all, SelectionKey.OP_ACCEPT, serving);
            all.wakeup();
            return port;
        } catch (IOException e) {
            port.close();
            throw e;
        }
    }

    private Selector selector() throws IOException {
        lock.lock();
        try {
            Selector all = selector;
            if (all == null) {
                all = Selector.open();
                selector = all;
                Selector opened = all;
                // A virtual thread that selects would keep its carrier.
                Thread.ofPlatform().name("podium-" + name + "-aliases").daemon().start(() -> accept(opened));
            }
            return all;
        } finally {
            lock.unlock();
        }
    }

    private void accept(Selector all) {
        while (stillOpen(all)) {
            try {
                all.select(this::admit);
            } catch (ClosedSelectorException e) {
                return;
            } catch (IOException | RuntimeException e) {
                LOG.log(Level.WARNING, "accept failed server=" + name, e);
                TcpServer.pause();
            }
        }
    }

    /// Waits for one who closes a port, so that it comes in before the next select.
    private boolean stillOpen(Selector all) {
        lock.lock();
        try {
            return all.isOpen();
        } finally {
            lock.unlock();
        }
    }

    private void admit(SelectionKey key) {
        try {
            SocketChannel accepted = ((ServerSocketChannel) key.channel()).accept();
            if (accepted != null) {
                connections.admit(accepted.socket(), (Serving) key.attachment());
            }
        } catch (IOException | CancelledKeyException e) {
            LOG.log(Level.DEBUG, "accept failed server={0} cause={1}", name, e.toString());
            if (key.isValid()) {
                TcpServer.pause();
            }
        }
    }

    /// Closes a port; its connections stay. Afterwards nobody can connect.
    void close(ServerSocketChannel port) {
        Connections.close(port);
        lock.lock();
        try {
            Selector all = selector;
            if (all != null && all.isOpen()) {
                all.wakeup();
                all.selectNow(); // only now the kernel lets go of the port
            }
        } catch (IOException | ClosedSelectorException e) {
            LOG.log(Level.DEBUG, "a port may be open for a while server={0} cause={1}", name, e.toString());
        } finally {
            lock.unlock();
        }
    }

    /// Ends the thread; the ports are closed before.
    @Override
    public void close() {
        lock.lock();
        try {
            if (selector != null) {
                Connections.close(selector);
            }
        } finally {
            lock.unlock();
        }
    }
}
