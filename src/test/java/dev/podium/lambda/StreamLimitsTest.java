package dev.podium.lambda;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import dev.podium.ServerProcess;
import dev.podium.TestServer;
import dev.podium.Zips;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.Runtime;

/// Streams that are larger than the server's memory, and clients that don't take them.
@NullMarked
@Timeout(600)
final class StreamLimitsTest {
    private static final int LARGE = 200 << 20;
    private static final String SOURCE = """
            exports.handler = awslambda.streamifyResponse(async (event, stream) => {
              const part = Buffer.alloc(1 << 20);
              for (let left = event.bytes; left > 0; left -= part.length) {
                if (!stream.write(part)) await new Promise((done) => stream.once('drain', done));
              }
              stream.end();
            });
            """;

    @AutoClose
    @SuppressWarnings("NullAway.Init")
    private static ServerProcess server;

    @BeforeAll
    static void start() throws Exception {
        server = ServerProcess.start(Map.of("JAVA_TOOL_OPTIONS", "-Xmx64m"));
    }

    private static void create(String name, int timeout) {
        server.lambda()
                .createFunction(b -> b.functionName(name)
                        .runtime(Runtime.NODEJS22_X)
                        .handler("index.handler")
                        .role(TestServer.ROLE)
                        .memorySize(512)
                        .timeout(timeout)
                        .code(c -> c.zipFile(SdkBytes.fromByteArray(Zips.of(Map.of("index.js", SOURCE))))));
        server.lambda().waiter().waitUntilFunctionActiveV2(b -> b.functionName(name));
    }

    private static URI target(String name) {
        return server.endpoint().resolve("/2021-11-15/functions/" + name + "/response-streaming-invocations");
    }

    @Test
    void streamMayBeLargerThanTheServersMemory() throws Exception {
        create("large", 300);
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> response = http.send(
                    HttpRequest.newBuilder(target("large"))
                            .POST(HttpRequest.BodyPublishers.ofString("{\"bytes\":" + LARGE + "}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            long total = 0;
            ByteArrayOutputStream last = new ByteArrayOutputStream();
            byte[] buffer = new byte[256 << 10];
            try (InputStream in = response.body()) {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    total += n;
                    last.reset();
                    last.write(buffer, Math.max(0, n - 200), Math.min(n, 200));
                }
            }
            assertThat(total).isGreaterThan(LARGE).isLessThan(LARGE + LARGE / 20);
            assertThat(last.toString(ISO_8859_1))
                    .contains("InvokeComplete", "{}")
                    .doesNotContain("ErrorCode");
        }
    }

    @Test
    void streamOfMoreThanTwoHundredMegabytesEndsWithAnError() throws Exception {
        create("larger", 300);
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> response = http.send(
                    HttpRequest.newBuilder(target("larger"))
                            .POST(HttpRequest.BodyPublishers.ofString("{\"bytes\":" + (LARGE + 1) + "}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            long total = 0;
            byte[] last = new byte[400];
            byte[] buffer = new byte[256 << 10];
            try (InputStream in = response.body()) {
                for (int n = in.readNBytes(buffer, 0, buffer.length);
                        n > 0;
                        n = in.readNBytes(buffer, 0, buffer.length)) {
                    total += n;
                    int kept = Math.min(n, last.length);
                    System.arraycopy(last, kept, last, 0, last.length - kept);
                    System.arraycopy(buffer, n - kept, last, last.length - kept, kept);
                }
            }
            assertThat(total).isBetween((long) LARGE - (2 << 20), (long) LARGE + LARGE / 20);
            assertThat(new String(last, ISO_8859_1))
                    .contains("InvokeComplete", "ErrorCode", "Function.ResponseSizeTooLarge");
        }
    }

    @Test
    void clientThatTakesNothingKeepsNoEnvironment() throws Exception {
        create("stalled", 3);
        server.lambda().putFunctionConcurrency(b -> b.functionName("stalled").reservedConcurrentExecutions(1));
        server.lambda().invoke(b -> b.functionName("stalled").payload(SdkBytes.fromUtf8String("{\"bytes\":1}")));
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.connect(new InetSocketAddress(
                    server.endpoint().getHost(), server.endpoint().getPort()));
            String body = "{\"bytes\":" + LARGE + "}";
            socket.getOutputStream()
                    .write(("POST " + target("stalled").getPath() + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                                    + body.length() + "\r\n\r\n" + body)
                            .getBytes(ISO_8859_1));
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            Eventually.within(
                    Duration.ofMinutes(2),
                    () -> server.lambda()
                                    .invoke(b ->
                                            b.functionName("stalled").payload(SdkBytes.fromUtf8String("{\"bytes\":1}")))
                                    .functionError()
                            == null);
        }
    }
}
