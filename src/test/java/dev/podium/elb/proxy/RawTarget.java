package dev.podium.elb.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.podium.http.wire.TcpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullMarked;

/// A target that speaks bytes.
@NullMarked
final class RawTarget implements AutoCloseable {
    private final String address;
    private final TcpServer server;
    private final AtomicInteger connections = new AtomicInteger();

    private RawTarget(String address, TcpServer.Serving serving) throws IOException {
        this.address = address;
        this.server = TcpServer.start("raw", new InetSocketAddress(address, 0), 100, socket -> {
            connections.incrementAndGet();
            serving.serve(socket);
        });
    }

    /// Starts one.
    static RawTarget start(String address, TcpServer.Serving serving) throws IOException {
        return new RawTarget(address, serving);
    }

    /// Starts one that answers each request, or whatever ends with an empty line, with the same bytes.
    static RawTarget start(String address, String answer) throws IOException {
        return new RawTarget(address, socket -> {
            while (skipHead(socket.getInputStream())) {
                socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
            }
        });
    }

    /// Reads up to an empty line.
    ///
    /// @return false at the end
    static boolean skipHead(InputStream in) throws IOException {
        int matched = 0;
        while (matched < 4) {
            int b = in.read();
            if (b < 0) {
                return false;
            }
            matched = b == "\r\n\r\n".charAt(matched) ? matched + 1 : b == '\r' ? 1 : 0;
        }
        return true;
    }

    int connections() {
        return connections.get();
    }

    /// The connections that there are now.
    int open() {
        return server.connections();
    }

    TargetGroup.Target target() {
        return new TargetGroup.Target(address, server.address().getPort(), address);
    }

    /// A TCP check, every tenth of a second.
    static TargetGroup.HealthCheck check() {
        return new TargetGroup.HealthCheck(
                true, TargetGroup.Protocol.TCP, 0, "/", "200", Duration.ofMillis(100), Duration.ofSeconds(30), 2, 2);
    }

    /// An HTTP group of this target alone, checked by connecting.
    TargetGroup group() {
        return new TargetGroup(
                TestBalancer.GROUP, "raw", TargetGroup.Protocol.HTTP, check(), TestBalancer.plain(), List.of(target()));
    }

    /// A TCP group.
    static TargetGroup group(TargetGroup.Attributes attributes, RawTarget... targets) {
        return new TargetGroup(
                TestBalancer.GROUP,
                "raw",
                TargetGroup.Protocol.TCP,
                check(),
                attributes,
                java.util.Arrays.stream(targets).map(RawTarget::target).toList());
    }

    @Override
    public void close() {
        server.close();
    }
}
