package dev.podium;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/// Requests that load the classes which every start needs, for the JDK's ahead-of-time cache.
///
/// No function runs: that would need an interpreter on the machine that builds the image.
final class Training {
    private static final String AUTHORIZATION =
            "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0";

    private Training() {}

    static void run(URI endpoint) {
        try {
            for (int i = 0; i < 5; i++) {
                send(endpoint, "GET", "/healthz", "");
                send(endpoint, "GET", "/readyz", "");
                send(endpoint, "GET", "/metrics", "");
                send(endpoint, "GET", "/2015-03-31/functions", "");
                send(endpoint, "POST", "/2015-03-31/functions", "{\"FunctionName\":\"f\"}");
                send(endpoint, "POST", "/2015-03-31/functions/f/invocations", "{}");
            }
        } catch (IOException e) {
            throw new IllegalStateException("the training run could not reach its own server", e);
        }
    }

    private static void send(URI endpoint, String method, String path, String body) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) endpoint.resolve(path).toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setRequestProperty("Authorization", AUTHORIZATION);
        if (!body.isEmpty()) {
            connection.setDoOutput(true);
            connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        }
        if (connection.getResponseCode() < 400) {
            connection.getInputStream().readAllBytes();
        }
        connection.disconnect();
    }
}
