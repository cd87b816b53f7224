package dev.podium.aws;

import dev.podium.http.Headers;
import dev.podium.http.Request;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The body of a request as it flows, without its `aws-chunked` framing. Its end is only reached when it was
/// as long
/// as announced and has the SHA-256 that was signed.
public final class Content extends InputStream {
    private final InputStream in;
    private final @Nullable AwsChunked chunked;
    private final long length;
    private final @Nullable MessageDigest digest;
    private final String announced;
    private long read;
    private boolean ended;

    /// @param signatures of the chunks; null when nobody has to check them
    /// @throws AwsException when a chunked body does not say how long it is
    Content(Request request, @Nullable ChunkSignatures signatures) {
        Headers headers = request.headers();
        announced = headers.first("x-amz-content-sha256", "").toLowerCase(Locale.ROOT);
        boolean streaming = announced.startsWith("streaming-");
        chunked = streaming ? new AwsChunked(request.body(), signatures) : null;
        in = chunked == null ? request.body() : chunked;
        length = streaming ? decodedLength(headers) : request.contentLength();
        digest = announced.length() == 64 ? SigV4.sha256() : null;
    }

    private static long decodedLength(Headers headers) {
        String text = headers.first("x-amz-decoded-content-length", "");
        if (!text.matches("[0-9]{1,18}")) {
            throw Fault.of(Fault.Kind.NO_LENGTH, "You must provide the Content-Length HTTP header.");
        }
        return Long.parseLong(text);
    }

    /// Bytes that were announced, or -1.
    public long length() {
        return length;
    }

    /// What a chunked body brought at its end, by names in lower case; empty before the end.
    public Map<String, String> trailers() {
        return chunked == null ? Map.of() : chunked.trailers();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int wanted) throws IOException {
        int n = in.read(bytes, offset, wanted);
        if (n < 0) {
            end();
            return n;
        }
        read += n;
        if (digest != null) {
            digest.update(bytes, offset, n);
        }
        return n;
    }

    private void end() {
        if (ended) {
            return;
        }
        ended = true;
        if (length >= 0 && read != length) {
            throw Fault.of(
                    Fault.Kind.CUT_OFF,
                    "You did not provide the number of bytes specified by the Content-Length HTTP header");
        }
        if (digest != null && !announced.equals(HexFormat.of().formatHex(digest.digest()))) {
            throw Fault.of(
                    Fault.Kind.WRONG_CONTENT,
                    "The provided 'x-amz-content-sha256' header does not match what was computed.");
        }
    }
}
