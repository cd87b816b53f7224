package dev.podium.aws;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Takes the `aws-chunked` framing off a body as it flows: `<hex size>[;chunk-signature=…]`, data, …, a zero
/// chunk and trailers.
///
/// @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html">Chunked upload</a>
final class AwsChunked extends InputStream {
    private static final int LONGEST_LINE = 16 << 10;
    private static final int MOST_TRAILERS = 20;

    private final InputStream in;
    private final @Nullable ChunkSignatures signatures;
    private final Map<String, String> trailers = new HashMap<>();
    private String signature = "";
    private long left;
    private boolean begun;
    private boolean ended;

    /// @param signatures checks those of the chunks; null when nobody has to
    AwsChunked(InputStream in, @Nullable ChunkSignatures signatures) {
        this.in = in;
        this.signatures = signatures;
    }

    /// The data of all chunks.
    ///
    /// @throws AwsException when the framing is broken, or there is more than the limit
    static byte[] decode(byte[] bytes, long limit) throws IOException {
        byte[] data = new AwsChunked(new ByteArrayInputStream(bytes), null)
                .readNBytes((int) Math.min(limit + 1, Integer.MAX_VALUE - 8));
        if (data.length > limit) {
            throw cutOff();
        }
        return data;
    }

    /// What followed the last chunk, by names in lower case; complete once all was read.
    Map<String, String> trailers() {
        return trailers;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (left == 0 && !ended) {
            nextChunk();
        }
        if (ended) {
            return -1;
        }
        int n = in.read(bytes, offset, (int) Math.min(length, left));
        if (n < 0) {
            throw cutOff();
        }
        if (signatures != null) {
            signatures.update(bytes, offset, n);
        }
        left -= n;
        return n;
    }

    private void nextChunk() throws IOException {
        if (begun) {
            if (!line().isEmpty()) {
                throw Fault.serialization("Malformed aws-chunked body");
            }
            verify();
        }
        begun = true;
        String line = line();
        int semicolon = line.indexOf(';');
        try {
            left = Long.parseLong(semicolon < 0 ? line : line.substring(0, semicolon), 16);
        } catch (NumberFormatException e) {
            left = -1;
        }
        if (left < 0) {
            throw Fault.serialization("Malformed aws-chunked body");
        }
        int named = line.indexOf("chunk-signature=");
        signature = named < 0 ? "" : line.substring(named + "chunk-signature=".length());
        if (left == 0) {
            ended = true;
            verify();
            readTrailers();
        }
    }

    private void verify() {
        if (signatures != null) {
            signatures.chunk(signature);
        }
    }

    private void readTrailers() throws IOException {
        StringBuilder signed = new StringBuilder();
        for (String line = lineOrEnd(); line != null && !line.isEmpty(); line = lineOrEnd()) {
            int colon = line.indexOf(':');
            if (colon < 0 || trailers.size() == MOST_TRAILERS) {
                throw Fault.serialization("Malformed aws-chunked trailers");
            }
            String name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).strip();
            if (!name.equals("x-amz-trailer-signature")) {
                signed.append(name).append(':').append(value).append('\n');
            }
            trailers.put(name, value);
        }
        if (signatures != null && !trailers.isEmpty()) {
            signatures.trailers(signed.toString(), trailers.getOrDefault("x-amz-trailer-signature", ""));
        }
        // The end of the framing is the end of the body: what may follow is not ours to wait for.
    }

    private String line() throws IOException {
        String line = lineOrEnd();
        if (line == null) {
            throw cutOff();
        }
        return line;
    }

    private @Nullable String lineOrEnd() throws IOException {
        StringBuilder line = new StringBuilder(32);
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                return line.isEmpty() ? null : unfinished();
            }
            if (line.length() == LONGEST_LINE) {
                throw Fault.serialization("Malformed aws-chunked body");
            }
            line.append((char) c);
        }
        return new String(line.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8).strip();
    }

    private static String unfinished() {
        throw cutOff();
    }

    private static AwsException cutOff() {
        return Fault.of(Fault.Kind.CUT_OFF, "The request body terminated unexpectedly");
    }
}
