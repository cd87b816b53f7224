package dev.podium.elb.proxy;

import dev.podium.elb.proxy.ListenerPort.Parts;
import dev.podium.http.wire.AnswerHead;
import dev.podium.http.wire.WireEnd;
import dev.podium.http.wire.WireExchange;
import dev.podium.http.wire.WireHandler;
import dev.podium.http.wire.WireHeaders;
import dev.podium.http.wire.WireServer;
import dev.podium.http.wire.WireSettings;
import dev.podium.http.wire.WireStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/// An open port of HTTP or HTTPS listeners: that of one load balancer, or of several, which are told apart by the
/// host that requests are for. What fits none belongs to the oldest load balancer.
final class HttpPort {
    private static final int MAX_HEAD = 64 << 10;
    private static final int MAX_FIELDS = 200;
    private static final Comparator<Site> OLDEST_FIRST = Comparator.comparing(
                    (Site site) -> site.balancer().created())
            .thenComparing(site -> site.listener().arn());

    private final Parts parts;
    private final InetSocketAddress address;
    private final Listener.Protocol protocol;
    private final TlsLayer tls = new TlsLayer();
    private final WireServer server;
    private volatile Sites sites;

    /// A listener on the port.
    private record Site(LoadBalancer balancer, Listener listener, HttpRoutes routes) {}

    /// All of them.
    ///
    /// @param names in the order of `all`
    private record Sites(List<Site> all, HostNames names) {
        HttpRoutes routes(WireHeaders headers) {
            String host = headers.first("Host");
            int chosen = all.size() == 1 ? 0 : names.owner(RequestTarget.host(host == null ? "" : host));
            return all.get(chosen).routes();
        }
    }

    private HttpPort(Parts parts, LoadBalancer balancer, Listener listener) throws IOException {
        this.parts = parts;
        this.address = Objects.requireNonNull(listener.address());
        this.protocol = listener.protocol();
        this.sites = with(List.of(), HostNames.none(), balancer, listener);
        tls.update(sites.names());
        this.server = WireServer.start(wire(sites), new Requests(), tls, parts.watchdog());
    }

    /// Listens, or joins those who do.
    ///
    /// @throws IOException if the address can't be had, or a certificate can't be used
    static ListenerPort start(Parts parts, LoadBalancer balancer, Listener listener) throws IOException {
        InetSocketAddress address = Objects.requireNonNull(listener.address());
        HttpPort port = parts.shared().get(address);
        if (port == null) {
            port = new HttpPort(parts, balancer, listener);
            if (address.getPort() != 0) {
                parts.shared().put(address, port);
            }
        } else {
            port.put(balancer, listener);
        }
        return port.new Share(listener.arn());
    }

    private static Sites with(List<Site> others, HostNames before, LoadBalancer balancer, Listener listener)
            throws IOException {
        List<Site> all = new ArrayList<>(others);
        all.add(new Site(balancer, listener, HttpRoutes.of(balancer, listener)));
        all.sort(OLDEST_FIRST);
        return new Sites(List.copyOf(all), names(all, before));
    }

    private static HostNames names(List<Site> all, HostNames before) throws IOException {
        HostNames names = HostNames.none();
        for (Site site : all) {
            names = names.and(site.balancer().hostName(), site.listener(), before);
        }
        return names;
    }

    private void put(LoadBalancer balancer, Listener listener) throws IOException {
        Sites now = sites;
        if (listener.protocol() != protocol) {
            throw new IOException("the port " + address.getPort() + " speaks " + protocol + " for the load balancer "
                    + now.all().getFirst().balancer().name());
        }
        adopt(with(without(listener.arn()), now.names(), balancer, listener));
    }

    private List<Site> without(String arn) {
        return sites.all().stream()
                .filter(site -> !site.listener().arn().equals(arn))
                .toList();
    }

    private void adopt(Sites changed) throws IOException {
        tls.update(changed.names());
        sites = changed;
        server.reconfigure(wire(changed));
    }

    /// @return whether nobody is left; requests in progress end as they were begun
    private boolean leave(String arn) {
        List<Site> left = without(arn);
        if (left.isEmpty()) {
            return parts.shared().remove(address, this) || address.getPort() == 0;
        }
        try {
            adopt(new Sites(left, names(left, sites.names())));
        } catch (IOException e) {
            throw new IllegalStateException("what was in use can't be used", e);
        }
        return false;
    }

    /// A connection isn't one load balancer's: the most patient one's time counts.
    private WireSettings wire(Sites now) {
        Duration idle = now.all().stream()
                .map(site -> site.balancer().attributes().idleTimeout())
                .max(Comparator.naturalOrder())
                .orElseThrow();
        return new WireSettings(
                "elb-" + now.all().getFirst().balancer().name(),
                address,
                parts.settings().maxConnections(),
                MAX_HEAD,
                MAX_FIELDS,
                Long.MAX_VALUE,
                idle,
                idle,
                idle);
    }

    /// One listener's part in the port.
    private final class Share implements ListenerPort {
        private final String arn;

        Share(String arn) {
            this.arn = arn;
        }

        @Override
        public InetSocketAddress address() {
            return server.address();
        }

        @Override
        public void update(LoadBalancer balancer, Listener listener) throws IOException {
            put(balancer, listener);
        }

        @Override
        public void drain() {
            if (leave(arn)) {
                server.drain();
            }
        }

        @Override
        public void close() {
            if (leave(arn)) {
                server.close();
            }
        }
    }

    private final class Requests implements WireHandler {
        @Override
        public void handle(WireExchange exchange) throws IOException, InterruptedException {
            HttpRoutes now = sites.routes(exchange.headers());
            long age = System.nanoTime() - exchange.connectedNanos();
            if (age > now.balancer().clientKeepAlive().toNanos()) {
                exchange.endConnection();
            }
            switch (parts.forwarder().answer(new WireIncoming(exchange), now)) {
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
                            parts.watchdog(),
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
