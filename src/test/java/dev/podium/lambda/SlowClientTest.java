package dev.podium.lambda;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.ServerProcess;
import dev.podium.TestServer;
import dev.podium.Zips;
import java.io.IOException;
import java.net.Socket;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.SdkBytes;

/// Clients that send a byte now and then: their time is bounded, and others don't wait for them.
@NullMarked
@Timeout(300)
final class SlowClientTest {
    @Test
    void slowRequestsEndAndSlowFunctionsDoNot() throws Exception {
        // Five minutes would be too long for a test: the same limit at five seconds, in which good requests arrive.
        try (ServerProcess server =
                ServerProcess.start(Map.of("JAVA_TOOL_OPTIONS", "-Dsun.net.httpserver.maxReqTime=5"))) {
            String head = "POST /2015-03-31/functions HTTP/1.1\r\nHost: localhost\r\nX-Slow: ";
            try (Socket header = open(server, head);
                    Socket body = open(server, head + "no\r\nContent-Length: 1000\r\n\r\n{")) {
                server.lambda()
                        .createFunction(
                                b -> b.functionName("slow")
                                        .runtime("python3.12")
                                        .handler("app.handler")
                                        .role(TestServer.ROLE)
                                        .timeout(100)
                                        .code(
                                                c -> c.zipFile(
                                                        SdkBytes.fromByteArray(
                                                                Zips.python(
                                                                        "import time\ndef handler(event, context):\n    time.sleep(8)\n    return 'slow'\n")))));
                server.lambda().waiter().waitUntilFunctionActiveV2(b -> b.functionName("slow"));
                assertThat(server.lambda()
                                .invoke(b -> b.functionName("slow"))
                                .payload()
                                .asUtf8String())
                        .isEqualTo("\"slow\"");
                assertThat(ends(header, "x")).isTrue();
                assertThat(ends(body, " ")).isTrue();
            }
        }
    }

    private static Socket open(ServerProcess server, String start) throws IOException {
        Socket socket = new Socket(
                java.net.InetAddress.getLoopbackAddress(), server.endpoint().getPort());
        socket.setSoTimeout(100);
        socket.getOutputStream().write(start.getBytes(ISO_8859_1));
        return socket;
    }

    /// Sends a character every tenth of a second, and tells whether the server ends the connection within a minute.
    private static boolean ends(Socket socket, String character) {
        long start = System.nanoTime();
        try {
            while (true) {
                try {
                    socket.getOutputStream().write(character.getBytes(ISO_8859_1));
                    if (socket.getInputStream().read() < 0) {
                        return true;
                    }
                } catch (java.net.SocketTimeoutException e) {
                    // Still open.
                }
                if (System.nanoTime() - start > 60_000_000_000L) {
                    return false;
                }
            }
        } catch (IOException e) {
            // Reset: that is an end as well.
            return true;
        }
    }
}
