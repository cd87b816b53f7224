package dev.podium.elb;

import dev.podium.elb.proxy.Certificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The PEM files of certificates (`PODIUM_ELB_CERTIFICATES`): each has the certificate, those above it, and its
/// private key. A certificate without a file is signed by the load balancer itself.
///
/// @param files by ARN; `*` is for all ARNs that aren't there
public record CertificateFiles(Map<String, Path> files) {
    private static final String ANY = "*";
    private static final String KEY_BEGINS = "-----BEGIN ";

    /// Copies the map.
    public CertificateFiles {
        files = Map.copyOf(files);
    }

    /// The certificate of an ARN, read anew.
    ///
    /// @param hostName of the load balancer, for one that signs itself
    /// @throws IOException naming the file, when it can't be read
    Certificate of(String arn, String hostName) throws IOException {
        Path file = file(arn);
        if (file == null) {
            return new Certificate.SelfSigned(arn, List.of(hostName, "*.elb.localhost", "localhost", "127.0.0.1"));
        }
        String pem;
        try {
            pem = Files.readString(file);
        } catch (IOException e) {
            throw new IOException(
                    "the file " + file + ", which PODIUM_ELB_CERTIFICATES names for " + arn + ", can't be read", e);
        }
        return new Certificate.OfPem(arn, section(pem, "CERTIFICATE", true), section(pem, "CERTIFICATE", false));
    }

    private @Nullable Path file(String arn) {
        Path own = files.get(arn);
        return own == null ? files.get(ANY) : own;
    }

    /// The sections of one kind, or all others.
    private static String section(String pem, String kind, boolean wanted) {
        StringBuilder found = new StringBuilder();
        for (String section : pem.split("(?=" + KEY_BEGINS + ")", -1)) {
            if (section.startsWith(KEY_BEGINS) && section.startsWith(KEY_BEGINS + kind) == wanted) {
                found.append(section);
            }
        }
        return found.toString();
    }
}
