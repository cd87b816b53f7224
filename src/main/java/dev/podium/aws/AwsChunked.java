package dev.podium.aws;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Takes the `aws-chunked` framing off a body: `<hex size>[;chunk-signature=…]`, data, …, a zero chunk and
/// trailers.
///
/// The signatures of the chunks are not verified.
///
/// @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html">Chunked upload</a>
final class AwsChunked {
    private final byte[] in;
    private int at;

    private AwsChunked(byte[] in) {
        this.in = in;
    }

    /// The data of all chunks.
    ///
    /// @throws AwsException when the framing is broken
    static byte[] decode(byte[] bytes, long limit) {
        AwsChunked chunks = new AwsChunked(bytes);
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
        while (true) {
            int size = chunks.size();
            if (size == 0) {
                return out.toByteArray();
            }
            if (size > bytes.length - chunks.at || out.size() + (long) size > limit) {
                throw Fault.of(Fault.Kind.CUT_OFF, "The request body terminated unexpectedly");
            }
            out.write(bytes, chunks.at, size);
            chunks.at += size + 2;
        }
    }

    private int size() {
        int end = at;
        while (end < in.length && in[end] != '\n') {
            end++;
        }
        if (end >= in.length) {
            throw Fault.of(Fault.Kind.CUT_OFF, "The request body terminated unexpectedly");
        }
        String line = new String(in, at, end - at, StandardCharsets.ISO_8859_1).strip();
        at = end + 1;
        int semicolon = line.indexOf(';');
        try {
            int size = Integer.parseInt(semicolon < 0 ? line : line.substring(0, semicolon), 16);
            if (size < 0) {
                throw new NumberFormatException();
            }
            return size;
        } catch (NumberFormatException e) {
            throw Fault.serialization("Malformed aws-chunked body");
        }
    }
}
