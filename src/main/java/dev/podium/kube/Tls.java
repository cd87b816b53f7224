package dev.podium.kube;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What a TLS connection to the API server needs.
///
/// @param authority certificates to trust, or the JDK's own when absent
/// @param insecure trust any server: only when a kubeconfig says so
/// @param serverName the name in the server's certificate, when it isn't the host of the URL
/// @param certificate our own certificate chain
/// @param key the key of our certificate
public record Tls(
        @Nullable PemSource authority,
        boolean insecure,
        @Nullable String serverName,
        @Nullable PemSource certificate,
        @Nullable PemSource key) {
    /// The JDK's authorities, no certificate of our own.
    public static Tls defaults() {
        return new Tls(null, false, null, null, null);
    }

    /// Changes whenever one of the files does.
    String stamp() {
        return stamp(authority) + "," + stamp(certificate) + "," + stamp(key);
    }

    private static String stamp(@Nullable PemSource source) {
        if (!(source instanceof PemSource.File(Path path))) {
            return "";
        }
        try {
            return Files.getLastModifiedTime(path).toString();
        } catch (IOException _) {
            return "missing";
        }
    }
}
