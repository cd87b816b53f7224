package dev.podium.aws;

import dev.podium.codec.Form;
import dev.podium.http.BodyCutOff;
import dev.podium.http.BodyTooLarge;
import dev.podium.http.Request;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// A request on its way through the front: the body is read once, when it is first needed. Used by one thread.
final class Inbound {
    private static final long UNKNOWN_LIMIT = 4 << 20;

    private final Request request;
    private byte @Nullable [] wire;
    private byte @Nullable [] content;
    private @Nullable Form form;

    Inbound(Request request) {
        this.request = request;
    }

    Request request() {
        return request;
    }

    /// The body as it was sent, which is what a signature covers.
    byte[] wire(long limit) throws IOException {
        if (wire == null) {
            wire = request.bytes(limit);
        }
        return wire;
    }

    /// The request for a handler that reads the body itself: what was read already is put back.
    Request rewound() {
        return wire == null ? request : request.withBody(new ByteArrayInputStream(wire), wire.length);
    }

    /// The body without its content encoding: `gzip` and `aws-chunked` are taken off.
    ///
    /// @param limit for what was sent and for what comes out of it
    /// @throws AwsException when it can't be decoded
    byte[] content(long limit) throws IOException {
        if (content == null) {
            content = decode(wire(limit), limit);
        }
        return content;
    }

    /// The parameters of a form: of the query string, and of the body unless that is something else.
    Form form(long limit) throws IOException {
        if (form == null) {
            String query = request.rawQuery();
            String body = isForm() ? new String(content(limit), StandardCharsets.UTF_8) : "";
            try {
                form = Form.parse(query == null || query.isEmpty() ? body : query + "&" + body);
            } catch (IllegalArgumentException e) {
                throw Fault.serialization("Malformed form data: " + e.getMessage());
            }
        }
        return form;
    }

    /// The form of a request whose service isn't known yet.
    Form form() throws IOException {
        return form(UNKNOWN_LIMIT);
    }

    private boolean isForm() {
        String type = request.headers().first("Content-Type", "application/x-www-form-urlencoded");
        return request.method().equals("POST")
                && type.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded");
    }

    private byte[] decode(byte[] bytes, long limit) throws IOException {
        byte[] decoded = bytes;
        if (request.headers().first("x-amz-content-sha256", "").startsWith("STREAMING-")) {
            decoded = AwsChunked.decode(decoded, limit);
        }
        String encoding = request.headers().first("Content-Encoding", "").toLowerCase(Locale.ROOT);
        return encoding.contains("gzip") ? inflate(decoded, limit) : decoded;
    }

    private static byte[] inflate(byte[] bytes, long limit) throws IOException {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            byte[] inflated = in.readNBytes((int) Math.min(limit + 1, Integer.MAX_VALUE - 8));
            if (inflated.length > limit) {
                throw new BodyTooLarge(limit);
            }
            return inflated;
        } catch (ZipException e) {
            throw Fault.serialization("Could not decompress request body");
        } catch (EOFException e) {
            throw new BodyCutOff(e);
        }
    }
}
