package dev.podium;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.config.Config;
import dev.podium.kube.KubeAccess;
import dev.podium.kube.KubeClient;
import dev.podium.kube.KubeClientSettings;
import dev.podium.kube.KubeException;
import dev.podium.kube.KubeObserver;
import dev.podium.kube.Permissions;
import dev.podium.kube.embedded.EmbeddedCluster;
import dev.podium.lambda.runtime.RuntimePort;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The cluster that this server runs pods on: the one it was given, or its own.
///
/// @param selfIp IPv4 address under which its pods reach this server
/// @param selfPort the port of the runtime API there
/// @param owner what owns this server's pods, when it runs in the cluster itself
record Cluster(
        KubeClient client,
        @Nullable EmbeddedCluster own,
        String selfIp,
        int selfPort,
        String description,
        Supplier<@Nullable ObjectNode> owner)
        implements AutoCloseable {
    private static final Logger LOG = System.getLogger("podium");
    private static final Duration FIRST_CALL = Duration.ofSeconds(5);
    /// The one permission that Podium can do without.
    private static final String WATCH = "pods watch";

    /// Connects to the cluster that the configuration means. An API server that is away is no error: it may come
    /// back.
    ///
    /// @throws StartException when the configuration can't work or a permission is missing
    static Cluster connect(
            Config config, Map<String, String> env, boolean embedded, RuntimePort port, KubeObserver observer)
            throws StartException, IOException, InterruptedException {
        KubeClientSettings settings = KubeClientSettings.defaults().withObserver(observer);
        int runtimePort = port.address().getPort();
        if (embedded) {
            EmbeddedCluster own = EmbeddedCluster.start(Wiring.embedded(config, port, env));
            LOG.log(Level.INFO, "embedded cluster: functions run as local processes, which is no isolation boundary");
            return new Cluster(
                    KubeClient.connect(own.access(), settings),
                    own,
                    "127.0.0.1",
                    runtimePort,
                    "embedded (local processes)",
                    () -> null);
        }
        boolean inCluster = inCluster(config, env);
        KubeAccess access = access(inCluster, config, env);
        KubeClient client = KubeClient.connect(access, settings);
        try {
            checkPermissions(access);
            Inet4Address self = SelfAddress.find(config, port.address().getAddress(), inCluster, access, client);
            URI url = config.server().selfUrl();
            return new Cluster(
                    client,
                    null,
                    self.getHostAddress(),
                    url == null || url.getPort() < 0 ? runtimePort : url.getPort(),
                    access.server() + (inCluster ? " (this pod's)" : " (kubeconfig)"),
                    inCluster ? new Owner(client, config.cluster().podName()) : () -> null);
        } catch (StartException | InterruptedException | RuntimeException e) {
            client.close();
            throw e;
        }
    }

    /// Tells whether there is neither a cluster around this process nor one that a kubeconfig names.
    static boolean isEmbedded(Config config, Map<String, String> env) {
        return switch (config.cluster().kind()) {
            case EMBEDDED -> true;
            case KUBECONFIG, IN_CLUSTER -> false;
            case AUTO ->
                !KubeAccess.isInCluster(env)
                        && !config.cluster().kubeconfigNamed()
                        && !Files.exists(config.cluster().kubeconfig());
        };
    }

    private static boolean inCluster(Config config, Map<String, String> env) {
        return switch (config.cluster().kind()) {
            case IN_CLUSTER -> true;
            case KUBECONFIG, EMBEDDED -> false;
            case AUTO -> KubeAccess.isInCluster(env);
        };
    }

    private static KubeAccess access(boolean inCluster, Config config, Map<String, String> env) throws StartException {
        try {
            KubeAccess access = inCluster
                    ? KubeAccess.inCluster(KubeAccess.SERVICE_ACCOUNT, env)
                    : KubeAccess.kubeconfig(
                            KubeAccess.kubeconfigFiles(env), config.cluster().context());
            String namespace = config.cluster().namespace();
            return namespace == null ? access : access.withNamespace(namespace);
        } catch (KubeException e) {
            throw new StartException(e.getMessage(), e);
        }
    }

    private static void checkPermissions(KubeAccess access) throws StartException, InterruptedException {
        try (KubeClient brief =
                KubeClient.connect(access, KubeClientSettings.defaults().withRetryFor(FIRST_CALL))) {
            List<String> missing = new ArrayList<>(brief.missingPermissions());
            if (missing.remove(WATCH)) {
                LOG.log(Level.WARNING, "the permission \"{0}\" is missing: pods are polled instead", WATCH);
            }
            if (!missing.isEmpty()) {
                throw new StartException("Podium lacks permissions in the namespace " + access.namespace() + ": "
                        + String.join(", ", missing) + ". Add to its Role:\n" + Permissions.rules(missing));
            }
        } catch (KubeException e) {
            if (!e.transientFault()) {
                throw new StartException(e.getMessage(), e);
            }
            LOG.log(Level.WARNING, "the API server does not answer yet: {0}", e.getMessage());
        }
    }

    boolean embedded() {
        return own != null;
    }

    @Override
    public void close() throws IOException {
        client.close();
        EmbeddedCluster mine = own;
        if (mine != null) {
            mine.close();
        }
    }
}
