package dev.podium;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The cluster that this server runs pods on: the one it was given, or its own.
///
/// @param selfIp IPv4 address under which its pods reach this server
/// @param owner what owns this server's pods, when it runs in the cluster itself
record Cluster(
        KubeClient client,
        @Nullable EmbeddedCluster own,
        String selfIp,
        String description,
        @Nullable ObjectNode owner) implements AutoCloseable {
    private static final Logger LOG = System.getLogger("podium");
    private static final Duration FIRST_CALL = Duration.ofSeconds(5);

    /// Connects to the cluster that the configuration means. An API server that is away is no error: it may come back.
    ///
    /// @throws StartException when the configuration can't work or a permission is missing
    static Cluster connect(Config config, Map<String, String> env, RuntimePort port, KubeObserver observer)
            throws StartException, IOException, InterruptedException {
        String kind = kind(config, env);
        if (kind.equals("embedded")) {
            EmbeddedCluster own = new EmbeddedCluster();
            KubeClient client = KubeClient.connect(
                    own.access(), KubeClientSettings.defaults().withObserver(observer));
            LOG.log(Level.INFO, "embedded cluster: functions run as local processes, which is no isolation boundary");
            return new Cluster(client, own, "127.0.0.1", "embedded (local processes)", null);
        }
        KubeAccess access = access(kind, config, env);
        KubeClient client =
                KubeClient.connect(access, KubeClientSettings.defaults().withObserver(observer));
        try {
            checkPermissions(access);
            Inet4Address self =
                    SelfAddress.find(config.selfUrl(), port.address().getAddress(), access, client, env);
            return new Cluster(
                    client, null, self.getHostAddress(), access.server() + " (" + kind + ")", owner(access, env));
        } catch (StartException | InterruptedException | RuntimeException e) {
            client.close();
            throw e;
        }
    }

    private static String kind(Config config, Map<String, String> env) {
        String given = config.cluster();
        if (!given.equals("auto")) {
            return given;
        }
        if (KubeAccess.isInCluster(env)) {
            return "in-cluster";
        }
        boolean kubeconfig = KubeAccess.kubeconfigFiles(env).stream().anyMatch(Files::exists);
        return kubeconfig ? "kubeconfig" : "embedded";
    }

    private static KubeAccess access(String kind, Config config, Map<String, String> env) throws StartException {
        try {
            KubeAccess access = kind.equals("in-cluster")
                    ? KubeAccess.inCluster(KubeAccess.SERVICE_ACCOUNT, env)
                    : KubeAccess.kubeconfig(files(config, env), config.kubeContext());
            String namespace = config.namespace();
            return namespace == null ? access : access.withNamespace(namespace);
        } catch (KubeException e) {
            throw new StartException(e.getMessage(), e);
        }
    }

    private static List<Path> files(Config config, Map<String, String> env) {
        Path given = config.kubeconfig();
        return given == null ? KubeAccess.kubeconfigFiles(env) : List.of(given);
    }

    private static void checkPermissions(KubeAccess access) throws StartException, InterruptedException {
        try (KubeClient brief =
                KubeClient.connect(access, KubeClientSettings.defaults().withRetryFor(FIRST_CALL))) {
            List<String> missing = brief.missingPermissions();
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

    /// The controller of this server's own pod, so that uninstalling collects the function pods as well.
    private static @Nullable ObjectNode owner(KubeAccess access, Map<String, String> env) throws InterruptedException {
        String name = env.get("POD_NAME");
        if (name == null || !KubeAccess.isInCluster(env)) {
            return null;
        }
        try (KubeClient brief =
                KubeClient.connect(access, KubeClientSettings.defaults().withRetryFor(FIRST_CALL))) {
            JsonNode references = brief.pod(name)
                    .map(pod -> pod.path("metadata").path("ownerReferences"))
                    .orElse(Json.object());
            for (JsonNode reference : references) {
                if (reference.path("controller").asBoolean()) {
                    ObjectNode owner = Json.object();
                    for (String member : List.of("apiVersion", "kind", "name", "uid")) {
                        owner.set(member, reference.path(member));
                    }
                    return owner;
                }
            }
        } catch (KubeException e) {
            LOG.log(Level.WARNING, "own pod not read, function pods get no owner why={0}", e.getMessage());
        }
        return null;
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
