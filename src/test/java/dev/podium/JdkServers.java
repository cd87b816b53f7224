package dev.podium;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsServer;
import dev.podium.http.Listener;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.NullMarked;

/// The JDK's web servers, for tests.
///
/// The JDK reads their settings once, when the first of a JVM is made. Were that a test's, Podium's own would go
/// without theirs, and its tests would depend on the order of classes.
@NullMarked
public final class JdkServers {
    static {
        try {
            Class.forName(Listener.class.getName());
        } catch (ClassNotFoundException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private JdkServers() {}

    /// A server that is yet to be started.
    public static HttpServer plain(InetSocketAddress address) throws IOException {
        return HttpServer.create(address, 0);
    }

    /// A server with TLS that is yet to be configured and started.
    public static HttpsServer secure(InetSocketAddress address) throws IOException {
        return HttpsServer.create(address, 0);
    }
}
