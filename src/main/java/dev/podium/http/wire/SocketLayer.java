package dev.podium.http.wire;

import java.io.IOException;
import java.net.Socket;

/// What lies between a connection's bytes and its messages: TLS, or nothing.
@FunctionalInterface
public interface SocketLayer {
    /// Lays itself over a connected socket, with all handshakes. Runs on the connection's thread.
    ///
    /// @return a socket whose streams carry the messages
    Socket over(Socket socket) throws IOException;
}
