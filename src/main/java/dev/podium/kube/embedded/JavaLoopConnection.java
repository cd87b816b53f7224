package dev.podium.kube.embedded;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The Runtime API over one kept connection, for [JavaLoop].
final class JavaLoopConnection {
    private static final String PREFIX = "/2018-06-01/runtime/";

    private final String address;
    private @Nullable Socket socket;
    private InputStream in = InputStream.nullInputStream();

    /// @param address `host:port`
    JavaLoopConnection(String address) {
        this.address = address;
    }

    /// An answer; header names are in lower case.
    @SuppressWarnings("ArrayRecordComponent")
    record Answer(int status, Map<String, String> headers, byte[] body) {
        /// A header's value, or an empty text.
        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    /// Waits for the next invocation; ends the process when the server has gone.
    Answer next() throws IOException {
        Answer answer = send("GET", "invocation/next", new byte[0], null);
        if (answer.status() != 200) {
            throw new IOException("GET next answered " + answer.status());
        }
        return answer;
    }

    /// Posts a result or an error.
    void post(String path, byte[] body, @Nullable String errorType) throws IOException {
        send("POST", path, body, errorType);
    }

    private Answer send(String method, String path, byte[] body, @Nullable String errorType) throws IOException {
        boolean kept = socket != null;
        try {
            return exchange(method, path, body, errorType);
        } catch (IOException e) {
            close();
            if (!kept) {
                throw e;
            }
            // An idle connection may have been closed meanwhile: once more on a new one.
            return exchange(method, path, body, errorType);
        }
    }

    private Answer exchange(String method, String path, byte[] body, @Nullable String errorType) throws IOException {
        Socket connection = socket;
        if (connection == null) {
            int colon = address.lastIndexOf(':');
            connection = new Socket(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
            connection.setTcpNoDelay(true);
            connection.setKeepAlive(true);
            socket = connection;
            in = new BufferedInputStream(connection.getInputStream(), 65_536);
        }
        String type = errorType == null ? "" : "Lambda-Runtime-Function-Error-Type: " + errorType + "\r\n";
        String head = method + " " + PREFIX + path + " HTTP/1.1\r\nHost: " + address
                + "\r\nContent-Type: application/json\r\n" + type + "Content-Length: " + body.length + "\r\n\r\n";
        ByteArrayOutputStream request = new ByteArrayOutputStream(head.length() + body.length);
        request.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
        request.writeBytes(body);
        request.writeTo(connection.getOutputStream());
        String status = line();
        Map<String, String> headers = new HashMap<>();
        for (String header = line(); !header.isEmpty(); header = line()) {
            int colon = header.indexOf(':');
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        byte[] answer = body(headers);
        if ("close".equalsIgnoreCase(headers.get("connection"))) {
            close();
        }
        return new Answer(Integer.parseInt(status.split(" ", 3)[1]), headers, answer);
    }

    private byte[] body(Map<String, String> headers) throws IOException {
        if (!headers.getOrDefault("transfer-encoding", "").contains("chunked")) {
            return exactly(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
            all.writeBytes(exactly(size));
            line();
        }
        line();
        return all.toByteArray();
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("connection closed inside the body");
        }
        return bytes;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the server has closed the connection");
            }
            line.append((char) c);
        }
        return line.toString().strip();
    }

    private void close() throws IOException {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }
}
