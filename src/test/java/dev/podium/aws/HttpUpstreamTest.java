package dev.podium.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.http.Handler;
import dev.podium.http.Listener;
import dev.podium.http.ListenerSettings;
import dev.podium.http.Request;
import dev.podium.http.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// The upstream, against a server that checks what it gets.
@NullMarked
final class HttpUpstreamTest {
    @Test
    void ownCallsCarryAValidSignature() throws Exception {
        SigV4 signatures = new SigV4(Map.of("AKID", "secret"), Clock.systemUTC());
        try (Listener there = Listener.start(ListenerSettings.defaults(), request -> {
                    try {
                        signatures.verify(request, Credential.of(request), request.bytes(1000));
                        return Response.of(200);
                    } catch (AwsException e) {
                        return Response.of(403);
                    }
                });
                HttpUpstream upstream = new HttpUpstream(url(there), "AKID", "secret", Clock.systemUTC());
                HttpUpstream stranger = new HttpUpstream(url(there), "AKID", "wrong", Clock.systemUTC())) {
            byte[] body = "{\"a\": 1}".getBytes(StandardCharsets.UTF_8);
            upstream.call(
                    "sqs", "eu-west-1", "application/x-amz-json-1.0", body, "X-Amz-Target", "AmazonSQS.SendMessage");
            assertThatThrownBy(() -> stranger.call("sqs", "eu-west-1", "application/x-amz-json-1.0", body))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the upstream answered 403");
        }
    }

    @Test
    void callersRequestsPassUnchanged() throws Exception {
        try (Listener there = Listener.start(ListenerSettings.defaults(), HttpUpstreamTest::echo);
                HttpUpstream upstream = new HttpUpstream(url(there), "a", "b", Clock.systemUTC());
                Listener here = Listener.start(
                        ListenerSettings.defaults(),
                        new Dispatcher(List.of(), DispatcherSettings.defaults(), upstream));
                HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + here.address().getPort() + "/a%2Fb/c?x=1&y=%20");
            var answer = client.send(
                    HttpRequest.newBuilder(uri)
                            .header("X-Own", "v")
                            .PUT(HttpRequest.BodyPublishers.ofString("body"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(418);
            assertThat(answer.body()).isEqualTo("PUT /a%2Fb/c?x=1&y=%20 v body");
            assertThat(answer.headers().firstValue("X-There")).contains("yes");
        }
    }

    private static Response echo(Request request) throws IOException {
        String text = request.method() + " " + request.rawPath() + "?" + request.rawQuery() + " "
                + request.headers().first("X-Own") + " " + new String(request.bytes(100), StandardCharsets.UTF_8);
        return Response.bytes(418, "text/plain", text.getBytes(StandardCharsets.UTF_8))
                .with("X-There", "yes");
    }

    @Test
    void upstreamThatIsAwayIsNamedInTheAnswer() throws Exception {
        // Taken, so that nobody else gets it, but nobody listens.
        try (Socket taken = new Socket()) {
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            URI away = URI.create("http://127.0.0.1:" + taken.getLocalPort());
            try (HttpUpstream upstream = new HttpUpstream(away, "a", "b", Clock.systemUTC());
                    Listener here = Listener.start(
                            ListenerSettings.defaults(),
                            new Dispatcher(List.of(), DispatcherSettings.defaults(), upstream))) {
                var answer = get(here);
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.body()).contains("PODIUM_UPSTREAM_URL");
            }
        }
    }

    @Test
    void upstreamThatDoesNotAnswerIsGivenUp() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (Listener there = Listener.start(ListenerSettings.defaults(), request -> {
                    over.await(300, TimeUnit.SECONDS);
                    return Response.of(200);
                });
                // Long enough to connect on a slow machine: a connection that takes too long is told otherwise.
                HttpUpstream upstream =
                        new HttpUpstream(url(there), "a", "b", Clock.systemUTC(), Duration.ofSeconds(2));
                Listener here = Listener.start(
                        ListenerSettings.defaults(),
                        new Dispatcher(List.of(), DispatcherSettings.defaults(), upstream))) {
            var answer = get(here);
            over.countDown();
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("did not answer in time");
        }
    }

    @Test
    void errorsAreWrittenAsTheServiceElsewhereWritesThem() throws Exception {
        try (HttpUpstream upstream = new HttpUpstream(URI.create("http://127.0.0.1:1"), "a", "b", Clock.systemUTC());
                Listener here = Listener.start(
                        ListenerSettings.defaults(),
                        new Dispatcher(List.of(), DispatcherSettings.defaults(), upstream))) {
            assertThat(error(here, "route53", "text/xml")).startsWith("<").contains("<Code>ServiceUnavailable</Code>");
            assertThat(error(here, "cloudformation", "application/x-www-form-urlencoded"))
                    .startsWith("<")
                    .contains("<Code>ServiceUnavailable</Code>");
            assertThat(error(here, "appconfig", "application/json")).startsWith("{");
        }
    }

    private static String error(Listener here, String service, String type) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            var answer = client.send(
                    HttpRequest.newBuilder(url(here))
                            .header("Content-Type", type)
                            .header(
                                    "Authorization",
                                    "AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/" + service
                                            + "/aws4_request, SignedHeaders=host, Signature=abc")
                            .POST(HttpRequest.BodyPublishers.ofString("Action=X"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(503);
            return answer.body();
        }
    }

    @Test
    void requestThatComesBackIsRefused() throws Exception {
        AtomicReference<Handler> first = new AtomicReference<>(request -> Response.of(500));
        AtomicReference<Handler> second = new AtomicReference<>(request -> Response.of(500));
        try (Listener a = Listener.start(
                        ListenerSettings.defaults(), request -> first.get().handle(request));
                Listener b = Listener.start(
                        ListenerSettings.defaults(), request -> second.get().handle(request));
                HttpUpstream toA = new HttpUpstream(url(a), "a", "b", Clock.systemUTC());
                HttpUpstream toB = new HttpUpstream(url(b), "a", "b", Clock.systemUTC())) {
            first.set(new Dispatcher(List.of(), DispatcherSettings.defaults(), toA));
            assertThat(get(a).statusCode()).isEqualTo(501);
            assertThat(get(a).body()).contains("PODIUM_UPSTREAM_URL leads back to it");
            first.set(new Dispatcher(List.of(), DispatcherSettings.defaults(), toB));
            second.set(new Dispatcher(List.of(), DispatcherSettings.defaults(), toA));
            assertThat(get(a).statusCode()).isEqualTo(501);
            assertThat(get(a).body()).contains("PODIUM_UPSTREAM_URL leads back to it");
        }
    }

    @Test
    void answerThatIsCutOffIsCutOffHereToo() throws Exception {
        try (ServerSocket there = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                HttpUpstream upstream = new HttpUpstream(
                        URI.create("http://127.0.0.1:" + there.getLocalPort()), "a", "b", Clock.systemUTC());
                Listener here = Listener.start(
                        ListenerSettings.defaults(),
                        new Dispatcher(List.of(), DispatcherSettings.defaults(), upstream))) {
            Thread.ofVirtual().start(() -> cutOff(there, "Content-Length: 100\r\n\r\nhalf"));
            assertThatThrownBy(() -> get(here)).isInstanceOf(IOException.class);
            Thread.ofVirtual().start(() -> cutOff(there, "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"));
            assertThatThrownBy(() -> get(here)).isInstanceOf(IOException.class);
        }
    }

    private static void cutOff(ServerSocket there, String rest) {
        try (Socket connection = there.accept()) {
            // All of it: what is left unread would have the connection reset.
            StringBuilder head = new StringBuilder();
            while (!head.toString().endsWith("\r\n\r\n")) {
                int read = connection.getInputStream().read();
                assertThat(read).isNotNegative();
                head.append((char) read);
            }
            connection.getOutputStream().write(("HTTP/1.1 200 OK\r\n" + rest).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void callersWithoutASignatureDontGetThroughWhereOneIsAskedFor() throws Exception {
        try (Listener there = Listener.start(ListenerSettings.defaults(), HttpUpstreamTest::echo);
                HttpUpstream upstream = new HttpUpstream(url(there), "a", "b", Clock.systemUTC());
                Listener here = Listener.start(
                        ListenerSettings.defaults(),
                        new Dispatcher(
                                List.of(),
                                DispatcherSettings.defaults().withAccessKeys(Map.of("AKID", "secret")),
                                upstream))) {
            var answer = get(here);
            assertThat(answer.statusCode()).isEqualTo(403);
        }
    }

    private static HttpResponse<String> get(Listener listener) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(url(listener).resolve("/x")).build(), BodyHandlers.ofString());
        }
    }

    private static URI url(Listener listener) {
        return URI.create("http://127.0.0.1:" + listener.address().getPort());
    }
}
