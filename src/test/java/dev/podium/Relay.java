package dev.podium;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;

/// A loopback port that passes connections on to another one, and can be switched off and on: what a server
/// that is
/// away looks like from outside.
@NullMarked
public final class Relay implements AutoCloseable {
    private static final Pattern REQUEST = Pattern.compile("(GET|POST|PUT|DELETE) /");

    private final ServerSocket listener;
    private final String host;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile int target;
    private volatile boolean on = true;

    /// @param target port on loopback
    /// @param host Host header that requests get, empty to leave it
    public Relay(int target, String host) throws IOException {
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.target = target;
        this.host = host;
        Thread.ofVirtual().name("relay").start(this::accept);
    }

    /// Where it listens.
    public int port() {
        return listener.getLocalPort();
    }

    void target(int port) {
        target = port;
    }

    /// Off: connections end, and new ones are dropped.
    public void on(boolean now) throws IOException {
        on = now;
        if (!now) {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().name("relay-in").start(() -> pass(client));
            } catch (IOException e) {
                // Closed: the condition ends the loop.
            }
        }
    }

    private void pass(Socket client) {
        if (!on) {
            close(client);
            return;
        }
        Socket server = new Socket();
        try (client;
                server) {
            open.add(client);
            open.add(server);
            if (!on) {
                return; // switched off meanwhile, perhaps before these two were known
            }
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            server.setTcpNoDelay(true);
            client.setTcpNoDelay(true);
            Thread back = Thread.ofVirtual().name("relay-out").start(() -> copy(server, client, ""));
            copy(client, server, host);
            back.join();
        } catch (IOException e) {
            // The other side sees the end of its connection, as it should.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(client);
            open.remove(server);
        }
    }

    private static void copy(Socket from, Socket to, String host) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[64 << 10];
            String begun = ""; // of a head: bash writes line by line
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (host.isEmpty()) {
                    out.write(buffer, 0, n);
                } else {
                    String text = begun + new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
                    if (REQUEST.matcher(text).lookingAt() && !text.contains("\r\n\r\n")) {
                        begun = text;
                        continue;
                    }
                    begun = "";
                    String renamed = text.replaceFirst("(?i)\r\nHost: 127[0-9.:]+\r\n", "\r\nHost: " + host + "\r\n");
                    out.write(renamed.getBytes(StandardCharsets.ISO_8859_1));
                }
            }
            to.shutdownOutput();
        } catch (IOException e) {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        on(false);
    }
}
