package dev.podium.http.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A client that sends exactly the bytes that a test wants, and reads answers.
public final class RawConnection implements AutoCloseable {
    private final Socket socket = new Socket();
    private final InputStream in;

    /// Connects.
    public RawConnection(InetSocketAddress address) throws IOException {
        socket.connect(address, 60_000);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(60_000);
        in = socket.getInputStream();
    }

    /// One answer.
    public record Answer(int status, List<String> headers, String body) {
        /// The value of a header, or the empty text.
        public String header(String name) {
            String start = name.toLowerCase(Locale.ROOT) + ": ";
            return headers.stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
                    .map(line -> line.substring(start.length()))
                    .findFirst()
                    .orElse("");
        }
    }

    /// Sends text.
    public RawConnection send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        return this;
    }

    /// Sends text in which a tilde stands for the end of a line.
    public RawConnection lines(String text) throws IOException {
        return send(text.replace("~", "\r\n"));
    }

    /// Sends a request with a body.
    public Answer call(String method, String target, String host, String body) throws IOException {
        send(method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: " + body.length() + "\r\n\r\n"
                + body);
        return answer();
    }

    /// Reads an answer.
    public Answer answer() throws IOException {
        String first = line();
        List<String> headers = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            headers.add(line);
        }
        Answer head = new Answer(Integer.parseInt(first.substring(9, 12)), headers, "");
        if (head.status() < 200) {
            return head;
        }
        String body;
        if (head.header("Transfer-Encoding").equals("chunked")) {
            StringBuilder all = new StringBuilder();
            for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
                all.append(new String(in.readNBytes(size), ISO_8859_1));
                line();
            }
            line();
            body = all.toString();
        } else if (head.header("Content-Length").isEmpty()) {
            body = head.status() == 204 ? "" : new String(in.readAllBytes(), ISO_8859_1);
        } else {
            body = new String(in.readNBytes(Integer.parseInt(head.header("Content-Length"))), ISO_8859_1);
        }
        return new Answer(head.status(), headers, body);
    }

    /// Reads only the head of an answer.
    public int head() throws IOException {
        String first = line();
        String field;
        do {
            field = line();
        } while (!field.isEmpty());
        return Integer.parseInt(first.substring(9, 12));
    }

    /// Reads one chunk of an answer's body; of the last one, the trailers in lines.
    public String chunk() throws IOException {
        int size = Integer.parseInt(line(), 16);
        if (size > 0) {
            String chunk = new String(in.readNBytes(size), ISO_8859_1);
            line();
            return chunk;
        }
        StringBuilder trailers = new StringBuilder();
        for (String line = line(); !line.isEmpty(); line = line()) {
            trailers.append(line).append('\n');
        }
        return trailers.toString();
    }

    /// Reads so many bytes.
    public String read(int length) throws IOException {
        return new String(in.readNBytes(length), ISO_8859_1);
    }

    /// Reads what comes until the connection ends, however it does.
    public String rest() throws IOException {
        StringBuilder rest = new StringBuilder();
        try {
            for (int b = in.read(); b >= 0; b = in.read()) {
                rest.append((char) b);
            }
        } catch (java.net.SocketException e) {
            return rest.toString(); // reset
        }
        return rest.toString();
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the server ended the connection");
            }
            line.write(b);
        }
        return line.toString(ISO_8859_1).stripTrailing();
    }

    /// Waits for the end of the connection.
    ///
    /// @return whether it ended without another byte
    public boolean isEnded() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketException e) {
            return true; // reset
        }
    }

    /// Ends the sending side only.
    public void finish() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
