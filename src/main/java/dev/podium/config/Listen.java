package dev.podium.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/// Where to listen.
///
/// @param host a name or address; `0.0.0.0` or `::` for all interfaces
/// @param port 0 for any free one
public record Listen(String host, int port) {
    /// Rejects ports that do not exist.
    public Listen {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not between 0 and 65535");
        }
    }

    /// Reads `host:port`, `[IPv6]:port`, `:port` (all interfaces) or `port` (likewise).
    static Listen parse(String text) {
        if (text.indexOf(',') >= 0) {
            throw new IllegalArgumentException("Podium listens on one address, not on several");
        }
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw new IllegalArgumentException("an IPv6 address needs brackets, as in [::1]:4566");
        }
        try {
            return new Listen(host.isEmpty() ? "0.0.0.0" : host, Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("expected host:port, such as 127.0.0.1:4566", e);
        }
    }

    /// Whether only this machine can connect. Names other than `localhost` are not looked up and count as open.
    public boolean loopback() {
        if (host.equals("localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /// The address to bind, after a look-up of the host.
    public InetSocketAddress address() {
        return new InetSocketAddress(host, port);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
