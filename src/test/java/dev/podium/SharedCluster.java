package dev.podium;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.kube.Credentials;
import dev.podium.kube.KubeClient;
import dev.podium.kube.KubeClientSettings;
import dev.podium.kube.embedded.EmbeddedCluster;
import dev.podium.kube.embedded.EmbeddedSettings;
import dev.podium.kube.embedded.Faults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.NullMarked;

/// A cluster that outlives the servers that use it, as a real one does: an embedded cluster of the test's
/// own, which
/// servers find by a kubeconfig.
///
/// Its pods are local processes; what they call `<token>.runtime.internal` is a [Relay] to the server's
/// runtime port.
@NullMarked
public final class SharedCluster implements AutoCloseable {
    private final Path folder;
    private final EmbeddedCluster cluster;
    private final KubeClient client;
    private final Relay api;
    private final Map<String, Relay> pods = new ConcurrentHashMap<>();
    private volatile boolean on = true;

    private SharedCluster(Path folder) throws IOException {
        this.folder = folder;
        this.cluster = EmbeddedCluster.start(
                EmbeddedSettings.defaults(folder).withHosts(this::resolve).withSearchPath(System.getenv("PATH")));
        this.client = KubeClient.connect(cluster.access(), KubeClientSettings.defaults());
        this.api = new Relay(cluster.access().server().getPort(), "");
    }

    /// Starts one.
    public static SharedCluster start() {
        try {
            return new SharedCluster(Files.createTempDirectory("podium-cluster"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String resolve(String hostPort) {
        if (!hostPort.contains(".runtime.internal:")) {
            return hostPort;
        }
        int port = Integer.parseInt(hostPort.substring(hostPort.indexOf(':') + 1));
        Relay relay = pods.computeIfAbsent(hostPort, name -> {
            try {
                Relay made = new Relay(port, name);
                made.on(on);
                return made;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return "127.0.0.1:" + relay.port();
    }

    /// The variables of a server that uses this cluster. The same ones again make the same server after a restart.
    public Map<String, String> settings() throws IOException {
        String token = cluster.access().credentials() instanceof Credentials.Token given ? given.token() : "";
        Path kubeconfig = folder.resolve("kubeconfig");
        Files.writeString(kubeconfig, """
                apiVersion: v1
                kind: Config
                current-context: test
                contexts:
                - {name: test, context: {cluster: test, user: test, namespace: default}}
                clusters:
                - {name: test, cluster: {server: "http://127.0.0.1:%d"}}
                users:
                - {name: test, user: {token: "%s"}}
                """.formatted(api.port(), token));
        int port = FreePort.next();
        return Map.of(
                "PODIUM_CLUSTER",
                "kubeconfig",
                "KUBECONFIG",
                kubeconfig.toString(),
                "PODIUM_RUNTIME_LISTEN",
                "127.0.0.1:" + port,
                // An address of no host: the relays lead to the port all the same.
                "PODIUM_SELF_URL",
                "http://192.0.2.1:" + port,
                "PODIUM_LAMBDA_CODE_LOADER",
                "init",
                // Most tests count pods.
                "PODIUM_LAMBDA_POOL",
                "off");
    }

    /// Manifests of all pods that aren't being deleted.
    public List<ObjectNode> pods() throws Exception {
        return new ArrayList<>(client.pods("").pods())
                .stream()
                        .filter(pod -> !pod.path("metadata").has("deletionTimestamp"))
                        .toList();
    }

    /// Their names.
    public List<String> podNames() throws Exception {
        return pods().stream()
                .map(pod -> pod.path("metadata").path("name").asText())
                .sorted()
                .toList();
    }

    /// Deletes a pod as a person would, by `kubectl delete --force`.
    public void delete(String name) throws Exception {
        client.deletePod(name, null, Duration.ZERO);
    }

    /// The switches of the API.
    public Faults faults() {
        return cluster.faults();
    }

    /// Takes the API server away, or brings it back.
    public void api(boolean there) throws IOException {
        api.on(there);
    }

    /// Cuts the pods off from their servers, or connects them again.
    public void network(boolean there) throws IOException {
        on = there;
        for (Relay relay : pods.values()) {
            relay.on(there);
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
        cluster.close();
        api.close();
        for (Relay relay : pods.values()) {
            relay.close();
        }
        TestServer.delete(folder);
    }
}
