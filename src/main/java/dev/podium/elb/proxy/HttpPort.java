package dev.podium.elb.proxy;

import dev.podium.http.wire.AnswerHead;
import dev.podium.http.wire.Watchdog;
import dev.podium.http.wire.WireEnd;
import dev.podium.http.wire.WireExchange;
import dev.podium.http.wire.WireHandler;
import dev.podium.http.wire.WireServer;
import dev.podium.http.wire.WireSettings;
import dev.podium.http.wire.WireStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;

/// The port of an HTTP or HTTPS listener.
final class HttpPort implements ListenerPort {
    private static final int MAX_HEAD = 64 << 10;
    private static final int MAX_FIELDS = 200;

    private final ProxySettings settings;
    private final Forwarder forwarder;
    private final Watchdog watchdog;
    private final InetSocketAddress address;
    private final TlsLayer tls;
    private volatile HttpRoutes routes;
    private final WireServer server;

    private HttpPort(Parts parts, LoadBalancer balancer, Listener listener) throws IOException {
        this.settings = parts.settings();
        this.forwarder = parts.forwarder();
        this.watchdog = parts.watchdog();
        this.address = Objects.requireNonNull(listener.address());
        this.routes = HttpRoutes.of(balancer, listener);
        this.tls = new TlsLayer(listener);
        this.server = WireServer.start(wire(balancer), new Requests(), tls, watchdog);
    }

    /// Listens.
    ///
    /// @throws IOException if the address can't be had, or a certificate can't be used
    static HttpPort start(Parts parts, LoadBalancer balancer, Listener listener) throws IOException {
        return new HttpPort(parts, balancer, listener);
    }

    private WireSettings wire(LoadBalancer balancer) {
        Duration idle = balancer.attributes().idleTimeout();
        return new WireSettings(
                "elb-" + balancer.name(),
                address,
                settings.maxConnections(),
                MAX_HEAD,
                MAX_FIELDS,
                Long.MAX_VALUE,
                idle,
                idle,
                idle);
    }

    HttpRoutes routes() {
        return routes;
    }

    @Override
    public InetSocketAddress address() {
        return server.address();
    }

    @Override
    public void update(LoadBalancer balancer, Listener listener) throws IOException {
        HttpRoutes changed = HttpRoutes.of(balancer, listener);
        tls.update(listener);
        routes = changed;
        server.reconfigure(wire(balancer));
    }

    @Override
    public void drain() {
        server.drain();
    }

    @Override
    public void close() {
        server.close();
    }

    private final class Requests implements WireHandler {
        @Override
        public void handle(WireExchange exchange) throws IOException, InterruptedException {
            HttpRoutes now = routes;
            long age = System.nanoTime() - exchange.connectedNanos();
            if (age > now.balancer().clientKeepAlive().toNanos()) {
                exchange.endConnection();
            }
            switch (forwarder.answer(new WireIncoming(exchange), now)) {
                case Answer.Local local -> answer(exchange, local);
                case TargetExchange forwarded -> relay(exchange, forwarded, now);
                case Answer.Gone gone -> exchange.abort();
            }
        }

        @Override
        public Refusal refusal(int status) {
            Answer.Local page = Answers.error(status == 431 ? 400 : status);
            return new Refusal(page.status(), page.headers(), page.body());
        }

        private void answer(WireExchange exchange, Answer.Local local) throws IOException {
            AnswerHead head = new AnswerHead(local.status(), local.reason(), local.headers());
            try (WireStream out = exchange.begin(head, local.body().length)) {
                out.write(local.body());
            }
        }

        private void relay(WireExchange exchange, TargetExchange forwarded, HttpRoutes now)
                throws IOException, InterruptedException {
            try (forwarded) {
                if (forwarded.isUpgrade()) {
                    WireEnd client = exchange.upgrade(forwarded.head());
                    WireEnd.join(
                            client,
                            forwarded.end(),
                            "podium-elb-tunnel",
                            watchdog,
                            now.balancer().idleTimeout());
                    return;
                }
                boolean whole = false;
                try {
                    WireStream out = exchange.begin(forwarded.head(), forwarded.length());
                    forwarded.copyTo(out);
                    out.close();
                    whole = true;
                } finally {
                    if (!whole) {
                        exchange.abort();
                    }
                }
            }
        }
    }
}
