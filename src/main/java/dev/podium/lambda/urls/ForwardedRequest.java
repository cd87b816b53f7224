package dev.podium.lambda.urls;

import dev.podium.http.Body;
import dev.podium.http.Headers;
import dev.podium.http.Request;
import dev.podium.http.Response;
import dev.podium.lambda.invoke.InvocationStream;
import dev.podium.lambda.runtime.HttpCall;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// A request that goes to the web server in a pod unchanged, and the server's answer.
final class ForwardedRequest {
    private static final Set<String> HOP = Set.of(
            "connection",
            "content-length",
            "expect",
            "host",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private ForwardedRequest() {}

    /// The request as the pod gets it.
    static HttpCall call(UrlHost at, Request request) {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        request.headers().forEach((name, value) -> {
            if (!isHop(name)) {
                headers.add(Map.entry(name, value));
            }
        });
        String host = request.headers().first("Host");
        if (host != null) {
            headers.add(Map.entry("X-Forwarded-Host", host));
        }
        headers.add(Map.entry("X-Forwarded-For", request.remote().getAddress().getHostAddress()));
        headers.add(Map.entry("X-Forwarded-Proto", "http"));
        String query = request.rawQuery();
        return new HttpCall(
                request.method(),
                query == null ? at.rawPath() : at.rawPath() + "?" + query,
                headers,
                request.body(),
                request.contentLength());
    }

    /// The server's answer as the client gets it.
    static Response response(InvocationStream stream, Headers.Builder headers) {
        long length = -1;
        for (Map.Entry<String, String> field : stream.headers()) {
            if (field.getKey().equalsIgnoreCase("Content-Length")) {
                length = length(field.getValue());
            } else if (!isHop(field.getKey()) && !field.getKey().equalsIgnoreCase("Date")) {
                headers.add(field.getKey(), field.getValue());
            }
        }
        if (stream.status() == 204 || stream.status() == 304) {
            stream.end();
            return new Response(
                    stream.status(),
                    headers.build(),
                    Response.of(stream.status()).body());
        }
        return new Response(stream.status(), headers.build(), new Body.Stream(length, new Rest(stream)));
    }

    private static long length(String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static boolean isHop(String name) {
        return HOP.contains(name.toLowerCase(Locale.ROOT));
    }

    private record Rest(InvocationStream stream) implements Body.StreamWriter {
        @Override
        public void writeTo(OutputStream out) throws IOException {
            try {
                out.flush();
                StreamedAnswer.copy(stream, out);
            } finally {
                stream.end();
            }
        }

        @Override
        public void abandoned() {
            stream.end();
        }
    }
}
