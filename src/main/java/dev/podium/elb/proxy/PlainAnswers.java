package dev.podium.elb.proxy;

import dev.podium.http.Body;
import dev.podium.http.Headers;
import dev.podium.http.Response;
import dev.podium.http.wire.WireHeaders;
import java.io.IOException;
import java.io.OutputStream;

/// Answers in the form of the server's own port.
final class PlainAnswers {
    private PlainAnswers() {}

    static Response of(Answer answer) throws IOException {
        return switch (answer) {
            case Answer.Local local ->
                new Response(local.status(), headers(local.headers()), new Body.Bytes(local.body()));
            case TargetExchange forwarded ->
                new Response(
                        forwarded.head().status(),
                        headers(forwarded.head().headers()),
                        new Body.Stream(length(forwarded), new Relay(forwarded)));
            case Answer.Gone gone -> throw new IOException("the client went away");
        };
    }

    /// The body's length; of an answer to HEAD, the one that it would have.
    private static long length(TargetExchange forwarded) {
        String stated = forwarded.head().headers().first("Content-Length");
        return stated == null ? forwarded.length() : Long.parseLong(stated);
    }

    private static Headers headers(WireHeaders from) {
        Headers.Builder headers = Headers.builder();
        for (int i = 0; i < from.size(); i++) {
            if (!from.is(i, "Content-Length")) {
                headers.add(from.name(i), from.value(i));
            }
        }
        return headers.build();
    }

    private record Relay(TargetExchange forwarded) implements Body.StreamWriter {
        @Override
        public void writeTo(OutputStream out) throws IOException {
            try (forwarded) {
                forwarded.copyTo((bytes, count, flush) -> {
                    out.write(bytes, 0, count);
                    if (flush) {
                        out.flush();
                    }
                });
            }
        }

        @Override
        public void abandoned() {
            forwarded.close();
        }
    }
}
