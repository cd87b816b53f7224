package dev.podium.kube;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where the API server is, which namespace is ours, and who we are.
///
/// @param server its base URL, perhaps with a path
/// @param namespace in which all pods are
/// @param tls how to trust it, and our certificate
/// @param credentials what else proves who we are
/// @param proxy an HTTP proxy on the way
/// @param origin where all this comes from, in words
public record KubeAccess(
        URI server,
        String namespace,
        Tls tls,
        Credentials credentials,
        @Nullable InetSocketAddress proxy,
        String origin) {

    /// Where Kubernetes puts the service account's files into a pod.
    public static final Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

    /// Refuses URLs that can't be called.
    public KubeAccess {
        String scheme = server.getScheme();
        if (server.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
            throw new IllegalArgumentException("not an http(s) URL of an API server: " + server);
        }
        if (namespace.isEmpty()) {
            throw new IllegalArgumentException("the namespace is empty");
        }
    }

    /// The access of a pod by its service account.
    ///
    /// @param serviceAccountDir holds `token`, `ca.crt` and `namespace`; usually [#SERVICE_ACCOUNT]
    /// @param env holds `KUBERNETES_SERVICE_HOST` and `_PORT`
    /// @throws KubeException saying which of them is missing
    /// @see <a href="https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/">API access</a>
    public static KubeAccess inCluster(Path serviceAccountDir, Map<String, String> env) throws KubeException {
        return InCluster.access(serviceAccountDir, env);
    }

    /// Tells whether this process seems to run in a pod.
    public static boolean isInCluster(Map<String, String> env) {
        return !env.getOrDefault("KUBERNETES_SERVICE_HOST", "").isEmpty();
    }

    /// The access that one kubeconfig file describes.
    ///
    /// @param context name, or null for the file's current one
    /// @throws KubeException naming the file, what is wrong in it, and what to do
    public static KubeAccess kubeconfig(Path file, @Nullable String context) throws KubeException {
        return kubeconfig(List.of(file), context);
    }

    /// The access that several kubeconfig files describe together: the first file to say something wins.
    ///
    /// @param files of which at least one must exist
    /// @param context name, or null for the current one
    /// @throws KubeException naming the file, what is wrong in it, and what to do
    /// See [kubeconfig](https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/).
    public static KubeAccess kubeconfig(List<Path> files, @Nullable String context) throws KubeException {
        return Kubeconfig.load(files).access(context);
    }

    /// The files that `kubectl` would read: those of `KUBECONFIG`, else `~/.kube/config`. They need not exist.
    public static List<Path> kubeconfigFiles(Map<String, String> env) {
        List<Path> files = new ArrayList<>();
        for (String file : env.getOrDefault("KUBECONFIG", "").split(java.io.File.pathSeparator, -1)) {
            if (!file.isBlank()) {
                files.add(Path.of(file));
            }
        }
        String home = env.getOrDefault("HOME", System.getProperty("user.home", ""));
        return files.isEmpty() ? List.of(Path.of(home, ".kube", "config")) : List.copyOf(files);
    }

    /// Access by URL and token alone: the embedded cluster.
    public static KubeAccess plain(URI server, String token, String namespace) {
        return new KubeAccess(server, namespace, Tls.defaults(), new Credentials.Token(token), null, "URL " + server);
    }

    /// The same in another namespace.
    public KubeAccess withNamespace(String other) {
        return new KubeAccess(server, other, tls, credentials, proxy, origin);
    }
}
