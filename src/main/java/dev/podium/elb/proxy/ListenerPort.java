package dev.podium.elb.proxy;

import dev.podium.http.wire.Watchdog;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The port of a listener, while it is listened on.
interface ListenerPort extends AutoCloseable {
    /// What ports are made with.
    ///
    /// @param shared the open ports of HTTP and HTTPS listeners, which others may join; the caller's lock
    ///     guards it
    record Parts(
            ProxySettings settings,
            Forwarder forwarder,
            Function<String, @Nullable LiveGroup> groups,
            Watchdog watchdog,
            Map<InetSocketAddress, HttpPort> shared) {}

    /// Starts listening.
    ///
    /// @throws IOException if the address can't be had, or a certificate can't be used
    static ListenerPort start(Parts parts, LoadBalancer balancer, Listener listener) throws IOException {
        return switch (listener.protocol()) {
            case TCP, TLS -> TcpPort.start(parts, balancer, listener);
            case HTTP, HTTPS -> HttpPort.start(parts, balancer, listener);
        };
    }

    /// What is really listened on.
    InetSocketAddress address();

    /// Takes over what has changed but the address and the protocol.
    ///
    /// @throws IOException if a certificate can't be used; nothing has changed then
    void update(LoadBalancer balancer, Listener listener) throws IOException;

    /// Stops listening, if no other listener is on the port; connections end after the requests in progress.
    void drain();

    /// Stops listening and cuts every connection.
    @Override
    void close();
}
