package dev.podium.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/// How a [Listener] listens.
///
/// @param address   where; port 0 takes any free port
/// @param name      of its threads, as in `<name>-http-17`
/// @param maxBody   largest request body in bytes
/// @param stopGrace how long [Listener#close] lets running exchanges go on
/// @param patience  how long a client may be silent in a request
public record ListenerSettings(
        InetSocketAddress address, String name, long maxBody, Duration stopGrace, Duration patience) {
    /// With five minutes of patience.
    public ListenerSettings(InetSocketAddress address, String name, long maxBody, Duration stopGrace) {
        this(address, name, maxBody, stopGrace, Duration.ofMinutes(5));
    }

    /// A free loopback port, bodies up to 70,167,211 bytes (AWS Lambda's own limit) and 30 s of grace.
    public static ListenerSettings defaults() {
        return new ListenerSettings(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                "podium",
                70_167_211,
                Duration.ofSeconds(30));
    }

    /// The same at another address.
    public ListenerSettings at(InetSocketAddress newAddress) {
        return new ListenerSettings(newAddress, name, maxBody, stopGrace, patience);
    }
}
