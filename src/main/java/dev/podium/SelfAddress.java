package dev.podium;

import dev.podium.config.Config;
import dev.podium.kube.KubeAccess;
import dev.podium.kube.KubeClient;
import dev.podium.kube.KubeException;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the IPv4 address under which pods reach this server.
///
/// Runtime clients only take `host:port` with IPv4, and pods get the name by a host alias, so an address is
/// what it
/// takes.
final class SelfAddress {
    private static final String EXPLAIN =
            " Pods can't reach that: set PODIUM_SELF_URL to http://<an address of this host that the nodes reach>:<runtime port>.";

    private SelfAddress() {}

    /// Finds the address.
    ///
    /// @param listen where the runtime port listens; a special address there is the answer
    /// @throws StartException when the only address to be had is a loopback one
    static Inet4Address find(Config config, InetAddress listen, boolean inCluster, KubeAccess access, KubeClient client)
            throws StartException, InterruptedException {
        List<InetAddress> candidates = new ArrayList<>();
        URI given = config.server().selfUrl();
        if (given != null) {
            add(candidates, given.getHost());
            return first(candidates, "PODIUM_SELF_URL is " + given + ".");
        }
        if (!listen.isAnyLocalAddress()) {
            candidates.add(listen);
            return first(candidates, "PODIUM_RUNTIME_LISTEN is " + listen.getHostAddress() + ".");
        }
        if (inCluster) {
            add(candidates, config.cluster().serviceIp());
            add(candidates, config.cluster().podIp());
            addRouteTo(candidates, access.server().getHost());
            return first(
                    candidates, "There is neither a Service named podium nor PODIUM_POD_IP in this pod's environment.");
        }
        try {
            for (String node : client.nodeAddresses()) {
                addRouteTo(candidates, node);
            }
        } catch (KubeException e) {
            // Listing nodes is more than Podium's own role allows: the API server's address has to do.
        }
        addRouteTo(candidates, access.server().getHost());
        return first(candidates, "The route to the cluster's nodes leads over the loopback interface.");
    }

    private static Inet4Address first(List<InetAddress> candidates, String why) throws StartException {
        for (InetAddress address : candidates) {
            if (address instanceof Inet4Address usable && !usable.isLoopbackAddress() && !usable.isAnyLocalAddress()) {
                return usable;
            }
        }
        throw new StartException(why + EXPLAIN);
    }

    private static void add(List<InetAddress> candidates, @Nullable String host) {
        if (host == null) {
            return;
        }
        try {
            candidates.addAll(List.of(InetAddress.getAllByName(host)));
        } catch (UnknownHostException e) {
            // The next candidate may do; if none does the error names this source.
        }
    }

    /// The local address that the kernel would send from; nothing is sent.
    private static void addRouteTo(List<InetAddress> candidates, String host) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(InetAddress.getByName(host), 9));
            candidates.add(socket.getLocalAddress());
        } catch (IOException e) {
            // No route there: the next candidate may do.
        }
    }
}
