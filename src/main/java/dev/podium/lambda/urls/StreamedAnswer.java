package dev.podium.lambda.urls;

import dev.podium.http.Body;
import dev.podium.lambda.invoke.InvocationStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// An answer that a function streams to its URL: its head is read first, then the body passes through.
///
/// @param head what goes before the body
/// @param first bytes of the body that came with the head
/// @param stream the rest of it
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
record StreamedAnswer(UrlAnswer head, byte[] first, InvocationStream stream) implements Body.StreamWriter {
    private static final String INTEGRATION = "application/vnd.awslambda.http-integration-response";
    private static final int NULS = 8;
    private static final int LONGEST_PRELUDE = 64 << 10;
    private static final int BUFFER = 64 << 10;

    /// Reads the head: a JSON prelude and eight NUL bytes if the function says so, else nothing.
    ///
    /// @return empty if the function failed before, or its prelude can't be used
    static Optional<StreamedAnswer> read(InvocationStream stream) {
        String type = Objects.requireNonNullElse(stream.contentType(), "application/octet-stream");
        if (!type.startsWith(INTEGRATION)) {
            return plain(stream, type);
        }
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        byte[] buffer = new byte[8 << 10];
        int nuls = 0;
        for (int n = stream.read(buffer); n >= 0 && read.size() < LONGEST_PRELUDE; n = stream.read(buffer)) {
            for (int i = 0; i < n; i++) {
                nuls = buffer[i] == 0 ? nuls + 1 : 0;
                if (nuls == NULS) {
                    read.write(buffer, 0, i + 1);
                    byte[] rest = Arrays.copyOfRange(buffer, i + 1, n);
                    byte[] prelude = Arrays.copyOf(read.toByteArray(), read.size() - NULS);
                    return UrlAnswer.ofPrelude(prelude).map(head -> new StreamedAnswer(head, rest, stream));
                }
            }
            read.write(buffer, 0, n);
        }
        return Optional.empty();
    }

    /// Without a prelude; the first bytes are waited for, since a function that fails before them is answered
    /// otherwise.
    private static Optional<StreamedAnswer> plain(InvocationStream stream, String type) {
        byte[] buffer = new byte[8 << 10];
        int n = stream.read(buffer);
        if (n < 0 && stream.end().functionError() != null) {
            return Optional.empty();
        }
        UrlAnswer head = new UrlAnswer(200, List.of(Map.entry("Content-Type", type)), List.of(), new byte[0]);
        return Optional.of(new StreamedAnswer(head, Arrays.copyOf(buffer, Math.max(n, 0)), stream));
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        try {
            if (first.length > 0) {
                out.write(first);
            }
            out.flush();
            copy(stream, out);
        } finally {
            stream.end();
        }
    }

    /// Passes the rest of an answer on as it comes.
    ///
    /// @throws IOException when the client has gone, or the function failed: its answer must not look complete
    static void copy(InvocationStream stream, OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
            out.write(buffer, 0, n);
            out.flush();
        }
        if (stream.end().functionError() != null) {
            throw new IOException("the function failed while it was answering");
        }
    }

    @Override
    public void abandoned() {
        stream.end();
    }
}
