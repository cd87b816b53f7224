package dev.podium.elb.proxy;

import dev.podium.http.wire.SocketLayer;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
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

/// TLS on a port's connections; nothing where its listeners speak in clear.
final class TlsLayer implements SocketLayer {
    private volatile @Nullable SSLContext context;
    private HostNames shown = HostNames.none();

    /// Takes over other certificates, for connections that begin after this.
    ///
    /// @throws IOException if there is no TLS
    void update(HostNames names) throws IOException {
        if (names.equals(shown)) {
            return;
        }
        try {
            if (!names.identities().isEmpty()) {
                SSLContext fresh = SSLContext.getInstance("TLS");
                fresh.init(new KeyManager[] {new ByName(names)}, null, null);
                context = fresh;
            }
            shown = names;
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

    /// Shows each client the certificate for the server name that it asks for, else the first
    /// one.
    private static final class ByName extends X509ExtendedKeyManager {
        private final HostNames names;
        private final List<Identity> identities;

        ByName(HostNames names) {
            this.names = names;
            this.identities = names.identities();
        }

        @Override
        public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, Socket socket) {
            String asked = "";
            if (socket instanceof SSLSocket secure
                    && secure.getHandshakeSession() instanceof ExtendedSSLSession session) {
                for (SNIServerName name : session.getRequestedServerNames()) {
                    asked = name instanceof SNIHostName host
                            ? host.getAsciiName().toLowerCase(Locale.ROOT)
                            : asked;
                }
            }
            Identity chosen = names.identity(asked);
            return fits(chosen, keyType) ? Integer.toString(identities.indexOf(chosen)) : null;
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
