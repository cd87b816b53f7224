package dev.podium.http;

import dev.podium.codec.Form;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// A request as it came: path and query are not decoded, the body is not read.
///
/// @param rawPath       path with its percent escapes, starting with `/`
/// @param rawQuery      what follows the `?`, or null
/// @param body          fails with [BodyTooLarge] past the listener's limit and with [BodyCutOff] when the
/// client goes away
/// @param contentLength in bytes, or -1 when the body is chunked
/// @param remote        the client's address
public record Request(
        String method,
        String rawPath,
        @Nullable String rawQuery,
        Headers headers,
        InputStream body,
        long contentLength,
        InetSocketAddress remote) {
    private static final int TRUSTED_LENGTH = 8 << 20;

    /// The query's parameters, decoded. Parsed on every call.
    ///
    /// @throws IllegalArgumentException if a percent escape is malformed
    public Form query() {
        return Form.parse(rawQuery);
    }

    /// The same request with another body.
    public Request withBody(InputStream newBody, long newContentLength) {
        return new Request(method, rawPath, rawQuery, headers, newBody, newContentLength, remote);
    }

    /// Reads the whole body, without a copy when its length was announced.
    ///
    /// @param limit largest accepted size in bytes
    /// @throws BodyTooLarge if the body is, or is announced to be, larger
    /// @throws BodyCutOff   if the client went away before the end
    public byte[] bytes(long limit) throws IOException {
        if (contentLength > limit) {
            throw new BodyTooLarge(limit);
        }
        if (contentLength == 0) {
            return new byte[0];
        }
        if (contentLength > 0 && contentLength <= TRUSTED_LENGTH) {
            byte[] bytes = new byte[(int) contentLength];
            int read = body.readNBytes(bytes, 0, bytes.length);
            if (read < bytes.length) {
                throw new BodyCutOff(new EOFException());
            }
            return bytes;
        }
        // A large announced length is not yet a reason to allocate it: grow with what arrives.
        byte[] bytes = body.readNBytes((int) Math.min(limit + 1, Integer.MAX_VALUE - 8));
        if (bytes.length > limit) {
            throw new BodyTooLarge(limit);
        }
        if (bytes.length < contentLength) {
            throw new BodyCutOff(new EOFException());
        }
        return bytes;
    }
}
