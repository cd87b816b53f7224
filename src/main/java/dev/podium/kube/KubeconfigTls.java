package dev.podium.kube;

import java.net.InetSocketAddress;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// The parts of a kubeconfig that decide how the connection is made.
final class KubeconfigTls {
    private KubeconfigTls() {}

    /// Authority, server name and client certificate.
    static Tls of(KubeconfigEntry cluster, @Nullable KubeconfigEntry user) throws KubeException {
        boolean insecure = cluster.body().path("insecure-skip-tls-verify").asBoolean(false);
        PemSource authority = cluster.pem("certificate-authority");
        if (insecure && authority != null) {
            throw KubeException.configuration(
                    cluster.place() + " has both a certificate-authority and insecure-skip-tls-verify: remove one",
                    null);
        }
        PemSource certificate = user == null ? null : user.pem("client-certificate");
        PemSource key = user == null ? null : user.pem("client-key");
        if (user != null && (certificate == null) != (key == null)) {
            throw KubeException.configuration(
                    user.place() + " has "
                            + (key == null
                                    ? "a client-certificate but no client-key"
                                    : "a client-key but no client-certificate"),
                    null);
        }
        return new Tls(authority, insecure, cluster.text("tls-server-name"), certificate, key);
    }

    /// The HTTP proxy of `proxy-url`.
    static @Nullable InetSocketAddress proxy(KubeconfigEntry cluster) throws KubeException {
        String text = cluster.text("proxy-url");
        if (text == null) {
            return null;
        }
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw KubeException.configuration(cluster.place() + " has an unusable proxy-url", e);
        }
        if (!"http".equals(uri.getScheme()) || uri.getHost() == null || uri.getUserInfo() != null) {
            throw KubeException.configuration(
                    cluster.place()
                            + " has a proxy-url that Podium cannot use: it must be http://host:port, without a password",
                    null);
        }
        return InetSocketAddress.createUnresolved(uri.getHost(), uri.getPort() < 0 ? 80 : uri.getPort());
    }
}
