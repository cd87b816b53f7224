package dev.podium.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// One keep-alive connection that costs as little as a client can, so that the figures are the server's.
final class HttpProbe implements AutoCloseable {
    private static final String AUTHORIZATION =
            "Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0\r\n";

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final String host;

    /// An answer.
    record Answer(int status, String headers, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    HttpProbe(InetSocketAddress server) throws IOException {
        socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.connect(server, 1000);
        socket.setSoTimeout(120_000);
        in = new BufferedInputStream(socket.getInputStream(), 16_384);
        out = socket.getOutputStream();
        host = server.getHostString() + ":" + server.getPort();
    }

    /// Sends a request and reads the whole answer.
    Answer send(String method, String path, byte[] body) throws IOException {
        String head = method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + AUTHORIZATION
                + "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n";
        byte[] headBytes = head.getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = new byte[headBytes.length + body.length];
        System.arraycopy(headBytes, 0, all, 0, headBytes.length);
        System.arraycopy(body, 0, all, headBytes.length, body.length);
        out.write(all);
        return read();
    }

    private Answer read() throws IOException {
        StringBuilder head = new StringBuilder(512);
        int matched = 0;
        while (matched < 4) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("the server closed the connection after: " + head);
            }
            head.append((char) b);
            matched = b == "\r\n\r\n".charAt(matched) ? matched + 1 : b == '\r' ? 1 : 0;
        }
        String lower = head.toString().toLowerCase(Locale.ROOT);
        int length = lower.indexOf("\r\ncontent-length:");
        byte[] body = length < 0
                ? new byte[0]
                : in.readNBytes(Integer.parseInt(
                        lower.substring(length + 17, lower.indexOf('\r', length + 2)).trim()));
        return new Answer(Integer.parseInt(head.substring(9, 12)), lower, body);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
