package dev.podium.elb.proxy;

import dev.podium.http.wire.SocketLayer;
import dev.podium.http.wire.TcpServer;
import dev.podium.http.wire.WireEnd;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The port of a network load balancer's TCP or TLS listener: each connection goes to one target and
/// stays there.
final class TcpPort implements ListenerPort {
    private static final byte[] PROXY = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};

    private static final Duration HANDSHAKE = Duration.ofSeconds(10);

    private final Parts parts;
    private final TcpServer server;
    private final TlsLayer tls = new TlsLayer();
    private final SocketLayer overTls;
    private HostNames names = HostNames.none();
    private volatile Listener listener;

    private TcpPort(Parts parts, LoadBalancer balancer, Listener listener) throws IOException {
        this.parts = parts;
        this.listener = listener;
        this.overTls = TargetTls.layer(parts.settings().connectTimeout());
        show(balancer, listener);
        this.server = TcpServer.start(
                "elb-" + balancer.name(),
                Objects.requireNonNull(listener.address()),
                parts.settings().maxConnections(),
                this::serve);
    }

    static TcpPort start(Parts parts, LoadBalancer balancer, Listener listener) throws IOException {
        return new TcpPort(parts, balancer, listener);
    }

    private void show(LoadBalancer balancer, Listener changed) throws IOException {
        HostNames next = HostNames.none().and(balancer.hostName(), changed, names);
        tls.update(next);
        names = next;
    }

    private void serve(Socket raw) throws IOException, InterruptedException {
        Listener now = listener;
        raw.setSoTimeout((int) HANDSHAKE.toMillis());
        Socket client = tls.over(raw);
        raw.setSoTimeout(0);
        LiveGroup group = group(now);
        if (group == null) {
            reset(client);
            return;
        }
        Flow flow = connect(client, group);
        if (flow == null) {
            reset(client);
            return;
        }
        LiveTarget target = flow.target();
        target.begin();
        try (flow) {
            target.opened(flow);
            WireEnd end = WireEnd.of(flow.socket());
            if (group.settings().attributes().proxyProtocol()) {
                end.write(proxyHeader(client));
            }
            Duration idle = now.attributes().tcpIdleTimeout();
            WireEnd.join(WireEnd.of(client), end, "podium-elb-tunnel", parts.watchdog(), idle);
        } finally {
            target.closed(flow);
            target.end();
        }
    }

    private @Nullable LiveGroup group(Listener now) {
        for (Rule rule : now.rules()) {
            if (rule.action() instanceof Action.Forward forward) {
                String arn = Forwarder.weighted(forward.groups());
                return arn == null ? null : parts.groups().apply(arn);
            }
        }
        return null;
    }

    /// A connection to a target.
    private record Flow(LiveTarget target, Socket socket) implements Closeable {
        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private @Nullable Flow connect(Socket client, LiveGroup group) throws IOException {
        List<LiveTarget> tried = new ArrayList<>(0);
        InetSocketAddress from = (InetSocketAddress) client.getRemoteSocketAddress();
        boolean sticky = group.settings().attributes().stickiness() instanceof TargetGroup.Stickiness.SourceAddress;
        int hash = from.getAddress().hashCode();
        for (LiveTarget target = choose(group, sticky, hash, tried);
                target != null;
                target = choose(group, sticky, hash, tried)) {
            Socket socket = new Socket();
            try {
                socket.connect(target.address(), (int)
                        parts.settings().connectTimeout().toMillis());
                socket.setTcpNoDelay(true);
                socket.setKeepAlive(true);
                boolean secure = group.settings().protocol() == TargetGroup.Protocol.TLS;
                return new Flow(target, secure ? overTls.over(socket) : socket);
            } catch (IOException e) {
                socket.close();
                tried.add(target);
            }
        }
        return null;
    }

    private static @Nullable LiveTarget choose(LiveGroup group, boolean sticky, int hash, List<LiveTarget> tried) {
        return sticky ? group.chooseFor(hash, tried) : group.choose(tried);
    }

    /// Ends a connection as a network load balancer without targets does.
    private static void reset(Socket client) throws IOException {
        client.setSoLinger(true, 0);
        client.close();
    }

    /// The header of the proxy protocol, version 2: who connected, and to what.
    private static byte[] proxyHeader(Socket client) {
        byte[] source = client.getInetAddress().getAddress();
        byte[] destination = client.getLocalAddress().getAddress();
        ByteBuffer header = ByteBuffer.allocate(PROXY.length + 4 + source.length + destination.length + 4);
        header.put(PROXY);
        header.put((byte) 0x21);
        header.put((byte) (source.length == 4 ? 0x11 : 0x21));
        header.putShort((short) (source.length + destination.length + 4));
        header.put(source).put(destination);
        header.putShort((short) client.getPort()).putShort((short) client.getLocalPort());
        return header.array();
    }

    @Override
    public InetSocketAddress address() {
        return server.address();
    }

    @Override
    public void update(LoadBalancer balancer, Listener changed) throws IOException {
        show(balancer, changed);
        listener = changed;
    }

    @Override
    public void drain() {
        server.close(); // its connections have no requests that end
    }

    @Override
    public void close() {
        server.close();
    }
}
