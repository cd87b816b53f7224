package dev.podium.kube;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// What a pod's service account gives us.
final class InCluster {
    private InCluster() {}

    /// See [KubeAccess#inCluster(Path, Map)].
    static KubeAccess access(Path folder, Map<String, String> env) throws KubeException {
        String host = env.getOrDefault("KUBERNETES_SERVICE_HOST", "");
        String port =
                env.getOrDefault("KUBERNETES_SERVICE_PORT_HTTPS", env.getOrDefault("KUBERNETES_SERVICE_PORT", ""));
        if (host.isEmpty() || port.isEmpty()) {
            throw KubeException.configuration(
                    "not in a cluster: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set", null);
        }
        Path token = folder.resolve("token");
        if (!Files.isReadable(token)) {
            throw KubeException.configuration(
                    "there is no service account token at " + token
                            + ": the pod needs a serviceAccountName, and automountServiceAccountToken must not be false",
                    null);
        }
        URI server;
        try {
            server = URI.create("https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
        } catch (IllegalArgumentException e) {
            throw KubeException.configuration(
                    "KUBERNETES_SERVICE_HOST=" + host + " and KUBERNETES_SERVICE_PORT=" + port + " are no address", e);
        }
        Path authority = folder.resolve("ca.crt");
        Tls tls = Files.exists(authority)
                ? new Tls(new PemSource.File(authority), false, null, null, null)
                : Tls.defaults();
        return new KubeAccess(
                server, namespace(folder), tls, new Credentials.TokenFile(token), null, "service account of this pod");
    }

    private static String namespace(Path folder) throws KubeException {
        Path file = folder.resolve("namespace");
        String namespace = Files.exists(file) ? new PemSource.File(file).read().strip() : "";
        return namespace.isEmpty() ? "default" : namespace;
    }
}
