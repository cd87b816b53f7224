package dev.podium.elb.proxy;

import dev.podium.http.wire.SocketLayer;
import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// TLS on a listener's connections; nothing on an HTTP listener's.
final class TlsLayer implements SocketLayer {
    private volatile @Nullable SSLContext context;

    TlsLayer(Listener listener) throws IOException {
        update(listener);
    }

    /// Takes over other certificates, for connections that begin after this.
    ///
    /// @throws IOException if one can't be used
    void update(Listener listener) throws IOException {
        if (listener.protocol() == Listener.Protocol.HTTPS) {
            throw new IOException("not yet");
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
}
