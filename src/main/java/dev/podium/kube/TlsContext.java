package dev.podium.kube;

import dev.podium.codec.Pem;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// What java.net.http needs to speak TLS with one API server.
///
/// @param context with our certificate, and whom to trust
/// @param parameters with the server name to ask for, if it isn't the URL's host
record TlsContext(SSLContext context, SSLParameters parameters) {
    /// Reads the certificates and builds the context.
    ///
    /// @param issued a certificate that a plugin gave takes precedence over that of `tls`
    /// @throws KubeException naming the certificate, key or authority that can't be used
    static TlsContext of(Tls tls, Credential issued, String origin) throws KubeException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(tls, issued, origin), trust(tls, origin), null);
            SSLParameters parameters = context.getDefaultSSLParameters();
            String name = tls.serverName();
            if (name != null) {
                parameters.setServerNames(List.of(new SNIHostName(name)));
            }
            return new TlsContext(context, parameters);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw KubeException.configuration("cannot set up TLS for " + origin + ": " + e.getMessage(), e);
        }
    }

    private static KeyManager @Nullable [] keys(Tls tls, Credential issued, String origin) throws KubeException {
        String certificate = issued.certificate();
        String key = issued.key();
        if (certificate == null && tls.certificate() != null) {
            certificate = tls.certificate().read();
        }
        if (key == null && tls.key() != null) {
            key = tls.key().read();
        }
        if (certificate == null || key == null) {
            return null;
        }
        try {
            List<X509Certificate> chain = Pem.certificates(certificate);
            return new KeyManager[] {new OneKey(chain.toArray(new X509Certificate[0]), Pem.privateKey(key))};
        } catch (GeneralSecurityException e) {
            throw KubeException.configuration(
                    "the client certificate or key of " + origin + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static TrustManager @Nullable [] trust(Tls tls, String origin) throws KubeException {
        if (tls.insecure()) {
            return new TrustManager[] {new TrustAnybody()};
        }
        PemSource authority = tls.authority();
        String pem = authority == null ? null : authority.read();
        try {
            X509ExtendedTrustManager trust = authorities(pem);
            String name = tls.serverName();
            return new TrustManager[] {name == null ? trust : new TrustByName(trust, name)};
        } catch (GeneralSecurityException | java.io.IOException e) {
            throw KubeException.configuration(
                    "the certificate authority of " + origin + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static X509ExtendedTrustManager authorities(@Nullable String pem)
            throws GeneralSecurityException, java.io.IOException {
        KeyStore store = null; // the JDK's own authorities
        if (pem != null) {
            store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            List<X509Certificate> authorities = Pem.certificates(pem);
            for (int i = 0; i < authorities.size(); i++) {
                store.setCertificateEntry("ca" + i, authorities.get(i));
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager trust) {
                return trust;
            }
        }
        throw new GeneralSecurityException("this JDK has no X.509 trust manager");
    }

    /// Presents one certificate whenever its kind of key will do. (A KeyStore would encrypt the key first,
    /// slowly.)
    private static final class OneKey extends X509ExtendedKeyManager {
        private static final String ALIAS = "client";

        private final X509Certificate[] chain;
        private final PrivateKey key;

        OneKey(X509Certificate[] chain, PrivateKey key) {
            this.chain = chain;
            this.key = key;
        }

        @Override
        public @Nullable String chooseEngineClientAlias(
                String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            String algorithm = chain[0].getPublicKey().getAlgorithm();
            for (String type : keyTypes) {
                if (type.equals(algorithm)) {
                    return ALIAS;
                }
            }
            return null;
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return chooseEngineClientAlias(keyTypes, issuers, null);
        }

        @Override
        public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return chain.clone();
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key;
        }
    }

    /// The chain's names and addresses, for messages and comparison.
    static List<String> names(X509Certificate certificate) throws java.security.cert.CertificateParsingException {
        List<String> names = new ArrayList<>();
        var alternatives = certificate.getSubjectAlternativeNames();
        if (alternatives != null) {
            for (List<?> alternative : alternatives) {
                if (alternative.get(1) instanceof String name) {
                    names.add(name);
                }
            }
        }
        return names;
    }
}
