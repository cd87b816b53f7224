package dev.podium.elb.proxy;

import dev.podium.codec.Pem;
import dev.podium.codec.SelfSigned;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/// A certificate with its key and the host names that it is for.
///
/// @param given what it was made of
record Identity(Certificate given, List<X509Certificate> chain, PrivateKey key, List<Wildcard> names) {
    /// Reads a certificate, or makes one that signs itself.
    ///
    /// @throws IOException if it can't be used
    static Identity of(Certificate certificate) throws IOException {
        try {
            return switch (certificate) {
                case Certificate.OfPem pem -> of(pem, Pem.certificates(pem.chain()), Pem.privateKey(pem.privateKey()));
                case Certificate.SelfSigned self -> {
                    String name =
                            self.names().isEmpty() ? "podium" : self.names().getFirst();
                    SelfSigned made = SelfSigned.of(name.substring(0, Math.min(name.length(), 64)), self.names());
                    yield of(self, List.of(made.certificate()), made.key());
                }
            };
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificate " + certificate.arn() + " can't be used: " + e.getMessage(), e);
        }
    }

    private static Identity of(Certificate given, List<X509Certificate> chain, PrivateKey key)
            throws GeneralSecurityException {
        List<Wildcard> names = new ArrayList<>();
        var alternatives = chain.getFirst().getSubjectAlternativeNames();
        for (List<?> alternative : alternatives == null ? List.<List<?>>of() : alternatives) {
            if (Integer.valueOf(2).equals(alternative.get(0))) {
                names.add(Wildcard.of(String.valueOf(alternative.get(1)), false));
            }
        }
        return new Identity(given, chain, key, names);
    }

    boolean isFor(String host) {
        return names.stream().anyMatch(name -> name.matches(host));
    }
}
