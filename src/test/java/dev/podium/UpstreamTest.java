package dev.podium;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.podium.aws.DispatcherSettings;
import dev.podium.aws.Signatures;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;

/// Requests for services that Podium lacks.
@NullMarked
final class UpstreamTest {
    /// In a process of its own: the JDK reads once whether a client may set Host.
    @Test
    void requestGoesThereWithTheHostThatItsSignatureCovers() throws Exception {
        try (RecordingServer upstream = RecordingServer.start();
                ServerProcess server = ServerProcess.start(
                        Map.of("PODIUM_UPSTREAM_URL", upstream.url().toString()));
                HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(server.endpoint().resolve("/"))
                    .header("X-Amz-Target", "DynamoDB_20120810.ListTables")
                    .header("Content-Type", "application/x-amz-json-1.0")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"Limit\": 1}"))
                    .build();
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.body()).isEqualTo("{}");
            var seen = upstream.calls("{\"Limit\": 1}").getFirst();
            assertThat(seen.header("Host")).isEqualTo(server.endpoint().getAuthority());
            assertThat(seen.header("X-Amz-Target")).isEqualTo("DynamoDB_20120810.ListTables");
        }
    }

    @Test
    void callersSignatureHoldsThere() throws Exception {
        try (RecordingServer upstream = RecordingServer.start();
                ServerProcess server = ServerProcess.start(
                        Map.of("PODIUM_UPSTREAM_URL", upstream.url().toString()));
                HttpClient client = HttpClient.newHttpClient()) {
            SdkHttpRequest plain = SdkHttpRequest.builder()
                    .uri(server.endpoint().resolve("/v1/a%20b?x=%2F&y="))
                    .method(SdkHttpMethod.GET)
                    .build();
            SdkHttpRequest signed = AwsV4HttpSigner.create()
                    .sign(r -> r.identity(AwsBasicCredentials.create("AKID", "secret"))
                            .request(plain)
                            .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "appconfig")
                            .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-west-1"))
                    .request();
            HttpRequest.Builder request = HttpRequest.newBuilder(signed.getUri());
            signed.headers().forEach((name, values) -> {
                if (!name.equalsIgnoreCase("Host")) {
                    values.forEach(value -> request.header(name, value));
                }
            });
            assertThat(client.send(request.build(), HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
            // As an endpoint of AWS would check it, which knows nothing of Podium.
            Signatures there = new Signatures(DispatcherSettings.defaults().withAccessKeys(Map.of("AKID", "secret")));
            assertThat(there.verify(upstream.calls("").getFirst().request(), new byte[0], "appconfig")
                            .accessKeyId())
                    .isEqualTo("AKID");
        }
    }

    /// What a server of 48 MB could not keep.
    private static final long LARGE = 150L << 20;

    @Test
    void bodiesFlowBothWaysThroughAServerThatCouldNotKeepThem() throws Exception {
        AtomicLong arrived = new AtomicLong();
        try (Upstream upstream = new Upstream(exchange -> {
                    arrived.set(exchange.getRequestBody().transferTo(OutputStream.nullOutputStream()));
                    exchange.sendResponseHeaders(200, LARGE);
                    zeros().transferTo(exchange.getResponseBody());
                });
                ServerProcess server = ServerProcess.start(
                        Map.of("PODIUM_UPSTREAM_URL", upstream.url(), "JAVA_TOOL_OPTIONS", "-Xmx48m"));
                HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> answer = client.send(
                    dynamo(server)
                            .PUT(BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(UpstreamTest::zeros), LARGE))
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body().transferTo(OutputStream.nullOutputStream()))
                    .isEqualTo(LARGE);
            assertThat(arrived).hasValue(LARGE);
        }
    }

    @Test
    void answerComesAsItIsWritten() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        try (Upstream upstream = new Upstream(exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().write('1');
                    exchange.getResponseBody().flush();
                    try {
                        // The second byte only when the first has arrived.
                        exchange.getResponseBody().write(read.await(60, TimeUnit.SECONDS) ? '2' : 'x');
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
                TestServer server = TestServer.start(Map.of("PODIUM_UPSTREAM_URL", upstream.url()));
                HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> answer = client.send(
                    HttpRequest.newBuilder(server.endpoint())
                            .header("X-Amz-Target", "Kinesis_20131202.SubscribeToShard")
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            assertThat(answer.body().read()).isEqualTo('1');
            read.countDown();
            assertThat(answer.body().read()).isEqualTo('2');
        }
    }

    private static HttpRequest.Builder dynamo(ServerProcess server) {
        return HttpRequest.newBuilder(server.endpoint()).header("X-Amz-Target", "DynamoDB_20120810.PutItem");
    }

    private static InputStream zeros() {
        return new InputStream() {
            private long left = LARGE;

            @Override
            public int read() {
                return left-- > 0 ? 0 : -1;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                int count = (int) Math.min(length, left);
                left -= count;
                return count == 0 ? -1 : count;
            }
        };
    }

    /// A server that answers as it likes.
    private record Upstream(HttpServer server) implements AutoCloseable {
        Upstream(HttpHandler handler) throws IOException {
            this(JdkServers.plain(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
            server.createContext("/", exchange -> {
                try (exchange) {
                    handler.handle(exchange);
                }
            });
            server.start();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
