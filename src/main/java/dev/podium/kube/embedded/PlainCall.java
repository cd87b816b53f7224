package dev.podium.kube.embedded;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// One HTTP/1.1 request on a connection of its own, sent to an address other than its Host header says.
///
/// This is what `wget` in a pod does with a name from `hostAliases`; the JDK's clients don't let the Host
/// header differ. Interrupting the (virtual) thread that waits for the answer closes the connection.
final class PlainCall implements AutoCloseable {
    private static final int CONNECT_MILLIS = 2_000;
    private static final int MAX_LINE = 16_384;

    private final Socket socket;
    private final int status;
    private final InputStream body;

    private PlainCall(Socket socket, int status, InputStream body) {
        this.socket = socket;
        this.status = status;
        this.body = body;
    }

    /// Sends a request without a body, as [#send(String, URI, String, Path)].
    static PlainCall send(String method, URI target, String address) throws IOException {
        return send(method, target, address, null);
    }

    /// Sends a request and reads the answer's head; waits for it without limit.
    ///
    /// @param target as the pod sees it; gives Host header, path and query
    /// @param address `host:port` to connect to
    /// @param file the body, or null for none
    static PlainCall send(String method, URI target, String address, @Nullable Path file) throws IOException {
        int colon = address.lastIndexOf(':');
        if (colon < 0) {
            throw new IOException("no port in address " + address);
        }
        Socket socket = new Socket();
        try {
            int port = Integer.parseInt(address.substring(colon + 1));
            socket.connect(new InetSocketAddress(address.substring(0, colon), port), CONNECT_MILLIS);
            socket.setTcpNoDelay(true);
            String path = target.getRawPath().isEmpty() ? "/" : target.getRawPath();
            String query = target.getRawQuery() == null ? "" : "?" + target.getRawQuery();
            long size = file == null ? 0 : Files.size(file);
            String length = method.equals("POST") ? "Content-Length: " + size + "\r\n" : "";
            String head = method + " " + path + query + " HTTP/1.1\r\nHost: " + target.getRawAuthority()
                    + "\r\nUser-Agent: podium-kubelet\r\nConnection: close\r\n" + length + "\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            if (file != null) {
                Files.copy(file, socket.getOutputStream());
            }
            InputStream in = new BufferedInputStream(socket.getInputStream(), 65_536);
            String[] first = line(in).split(" ", 3);
            if (first.length < 2 || !first[0].startsWith("HTTP/1.")) {
                throw new IOException("not an HTTP answer");
            }
            long contentLength = -1;
            boolean chunked = false;
            for (String header = line(in); !header.isEmpty(); header = line(in)) {
                String lower = header.toLowerCase(java.util.Locale.ROOT);
                if (lower.startsWith("content-length:")) {
                    contentLength = Long.parseLong(lower.substring(15).trim());
                } else if (lower.startsWith("transfer-encoding:")) {
                    chunked = lower.contains("chunked");
                }
            }
            return new PlainCall(socket, Integer.parseInt(first[1]), new Body(in, contentLength, chunked));
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e instanceof IOException io ? io : new IOException("malformed answer", e);
        }
    }

    int status() {
        return status;
    }

    InputStream body() {
        return body;
    }

    /// The body as text, at most 64 kB of it.
    String text() throws IOException {
        return new String(body.readNBytes(65_536), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // Nothing is lost: the answer has been read or is not wanted.
        }
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(80);
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("connection closed before the end of the answer's head");
            }
            if (line.size() > MAX_LINE) {
                throw new IOException("header line too long");
            }
            line.write(c);
        }
        return line.toString(StandardCharsets.ISO_8859_1).strip();
    }

    /// A body that ends at its length, at its last chunk, or with the connection; a cut one throws.
    private static final class Body extends InputStream {
        private final InputStream in;
        private final boolean chunked;
        /// Bytes left of the body or chunk; -1: until the connection closes.
        private long left;

        private boolean ended;
        private boolean started;

        Body(InputStream in, long length, boolean chunked) {
            this.in = in;
            this.chunked = chunked;
            this.left = chunked ? 0 : length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte @Nullable [] buffer, int offset, int length) throws IOException {
            if (chunked && left == 0 && !ended) {
                nextChunk();
            }
            if (ended || left == 0) {
                return -1;
            }
            int n = in.read(buffer, offset, left < 0 ? length : (int) Math.min(length, left));
            if (n < 0 && left > 0) {
                throw new EOFException("connection closed inside the body");
            }
            left -= left > 0 ? Math.max(n, 0) : 0;
            return n;
        }

        private void nextChunk() throws IOException {
            if (started) {
                line(in);
            }
            started = true;
            String size = line(in);
            int semicolon = size.indexOf(';');
            left = Long.parseLong((semicolon < 0 ? size : size.substring(0, semicolon)).trim(), 16);
            if (left == 0) {
                ended = true;
            }
        }
    }
}
