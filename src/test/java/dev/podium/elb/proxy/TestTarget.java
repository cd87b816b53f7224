package dev.podium.elb.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.podium.http.wire.WireExchange;
import dev.podium.http.wire.WireHandler;
import dev.podium.http.wire.WireHeaders;
import dev.podium.http.wire.WireServer;
import dev.podium.http.wire.WireSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.NullMarked;

/// A little web server on an address of its own, that says who it is.
@NullMarked
final class TestTarget implements AutoCloseable {
    private final String address;
    private final WireServer server;
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private volatile int health = 200;

    private TestTarget(String address, int port, WireHandler handler) throws IOException {
        this.address = address;
        WireHandler all = x -> {
            if (x.rawPath().equals("/health")) {
                x.respond(health, WireHeaders.empty(), new byte[0]);
            } else {
                seen.add(x.method() + " " + x.rawTarget());
                handler.handle(x);
            }
        };
        server = WireServer.start(WireSettings.defaults("target", new InetSocketAddress(address, port)), all);
    }

    /// Starts one on a free port.
    static TestTarget start(String address, WireHandler handler) throws IOException {
        return new TestTarget(address, 0, handler);
    }

    /// Starts one that answers with its address.
    static TestTarget start(String address) throws IOException {
        return start(address, x -> TestTarget.say(x, address));
    }

    /// Starts one on a known port.
    static TestTarget start(String address, int port) throws IOException {
        return new TestTarget(address, port, x -> TestTarget.say(x, address));
    }

    static void say(WireExchange exchange, String text) throws IOException {
        exchange.respond(200, WireHeaders.of("Content-Type", "text/plain"), text.getBytes(UTF_8));
    }

    TargetGroup.Target target() {
        return new TargetGroup.Target(address, server.address().getPort(), address);
    }

    /// What was asked for, but for health checks.
    List<String> seen() {
        return seen;
    }

    int connections() {
        return server.connections();
    }

    void health(int status) {
        health = status;
    }

    @Override
    public void close() {
        server.close();
    }
}
