package dev.podium.elb.proxy;

import dev.podium.http.wire.SocketLayer;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// TLS to targets. As with AWS, their certificates are not checked: they may be self-signed or
/// out of date.
final class TargetTls {
    private TargetTls() {}

    /// A layer whose handshake may take so long.
    static SocketLayer layer(Duration limit) {
        return socket -> {
            socket.setSoTimeout(Math.clamp(limit.toMillis(), 1, Integer.MAX_VALUE));
            SSLSocket secure = (SSLSocket) Context.ANY
                    .getSocketFactory()
                    .createSocket(socket, socket.getInetAddress().getHostAddress(), socket.getPort(), true);
            secure.setUseClientMode(true);
            secure.startHandshake();
            socket.setSoTimeout(0);
            return secure;
        };
    }

    /// Made when the first target speaks TLS.
    private static final class Context {
        private static final SSLContext ANY = make();

        private static SSLContext make() {
            try {
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(null, new TrustManager[] {new Trusting()}, null);
                return context;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /// Trusts every server.
    private static final class Trusting extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
