package dev.podium.elb.proxy;

import dev.podium.codec.Pem;
import dev.podium.codec.SelfSigned;
import dev.podium.http.wire.SocketLayer;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// TLS on a listener's connections; nothing on an HTTP listener's.
final class TlsLayer implements SocketLayer {
    private volatile @Nullable SSLContext context;
    private List<Certificate> shown = List.of();

    TlsLayer(Listener listener) throws IOException {
        update(listener);
    }

    /// Takes over other certificates, for connections that begin after this.
    ///
    /// @throws IOException if one can't be used
    void update(Listener listener) throws IOException {
        if (listener.protocol() != Listener.Protocol.HTTPS
                || listener.certificates().equals(shown)) {
            return;
        }
        List<Identity> identities = new ArrayList<>();
        for (Certificate certificate : listener.certificates()) {
            identities.add(Identity.of(certificate));
        }
        if (identities.isEmpty()) {
            throw new IOException("an HTTPS listener needs a certificate");
        }
        try {
            SSLContext fresh = SSLContext.getInstance("TLS");
            fresh.init(new KeyManager[] {new ByName(identities)}, null, null);
            context = fresh;
            shown = listener.certificates();
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS is not available: " + e.getMessage(), e);
        }
    }

    @Override
    public Socket over(Socket socket) throws IOException {
        SSLContext tls = context;
        if (tls == null) {
            return socket;
        }
        SSLSocket secure = (SSLSocket) tls.getSocketFactory().createSocket(socket, null, true);
        secure.startHandshake();
        return secure;
    }

    /// A certificate with its key and the names that it is for.
    private record Identity(List<X509Certificate> chain, PrivateKey key, List<Wildcard> names) {
        static Identity of(Certificate certificate) throws IOException {
            try {
                return switch (certificate) {
                    case Certificate.OfPem pem -> of(Pem.certificates(pem.chain()), Pem.privateKey(pem.privateKey()));
                    case Certificate.SelfSigned self -> {
                        String name =
                                self.names().isEmpty() ? "podium" : self.names().getFirst();
                        SelfSigned made = SelfSigned.of(name.substring(0, Math.min(name.length(), 64)), self.names());
                        yield of(List.of(made.certificate()), made.key());
                    }
                };
            } catch (GeneralSecurityException e) {
                throw new IOException("the certificate " + certificate.arn() + " can't be used: " + e.getMessage(), e);
            }
        }

        private static Identity of(List<X509Certificate> chain, PrivateKey key) throws GeneralSecurityException {
            List<Wildcard> names = new ArrayList<>();
            var alternatives = chain.getFirst().getSubjectAlternativeNames();
            for (List<?> alternative : alternatives == null ? List.<List<?>>of() : alternatives) {
                if (Integer.valueOf(2).equals(alternative.get(0))) {
                    names.add(Wildcard.of(String.valueOf(alternative.get(1)), false));
                }
            }
            return new Identity(chain, key, names);
        }

        boolean isFor(String host) {
            return names.stream().anyMatch(name -> name.matches(host));
        }
    }

    /// Shows each client the certificate for the server name that it asks for, else the first
    /// one.
    private static final class ByName extends X509ExtendedKeyManager {
        private final List<Identity> identities;

        ByName(List<Identity> identities) {
            this.identities = identities;
        }

        @Override
        public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, Socket socket) {
            int chosen = 0;
            if (socket instanceof SSLSocket secure
                    && secure.getHandshakeSession() instanceof ExtendedSSLSession session) {
                for (SNIServerName name : session.getRequestedServerNames()) {
                    chosen = name instanceof SNIHostName host ? index(host.getAsciiName()) : chosen;
                }
            }
            return fits(identities.get(chosen), keyType) ? Integer.toString(chosen) : null;
        }

        private int index(String host) {
            for (int i = 0; i < identities.size(); i++) {
                if (identities.get(i).isFor(host.toLowerCase(Locale.ROOT))) {
                    return i;
                }
            }
            return 0;
        }

        private static boolean fits(Identity identity, String keyType) {
            String algorithm = identity.key().getAlgorithm();
            return keyType.equals(algorithm)
                    || keyType.startsWith(algorithm + "_")
                    || (keyType.equals("EdDSA") && algorithm.startsWith("Ed"))
                    || (keyType.equals("RSASSA-PSS") && algorithm.equals("RSA"));
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return identities.get(Integer.parseInt(alias)).chain().toArray(new X509Certificate[0]);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return identities.get(Integer.parseInt(alias)).key();
        }

        @Override
        public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }

        @Override
        public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
            return null;
        }
    }
}
