package dev.podium.lambda;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What no SDK sends, byte by byte over sockets: every answer blames the client and says for what.
@NullMarked
@Timeout(300)
final class BadInputTest {
    private static final String FUNCTIONS = "/2015-03-31/functions";

    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of());

    @SuppressWarnings("NullAway.Init")
    private static String name;

    @BeforeAll
    static void start() throws Exception {
        name = server.python("def handler(event, context):\n    return event\n");
    }

    @Test
    void functionIsFoundByAnEncodedArn() throws Exception {
        String arn = "arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3A" + name;
        assertThat(exchange("GET " + FUNCTIONS + "/" + arn + "/configuration", "", ""))
                .startsWith("HTTP/1.1 200 ")
                .contains("\"FunctionName\":\"" + name + "\"");
        assertThat(exchange("GET " + FUNCTIONS + "/arn%3Aaws%3As3%3A%3A%3Abucket", "", ""))
                .startsWith("HTTP/1.1 400 ");
        assertThat(exchange("GET " + FUNCTIONS + "/%zz", "", "")).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void unknownPathsAndServicesAreNamed() throws Exception {
        assertThat(exchange("GET /2015-03-31/nothing", "", "")).startsWith("HTTP/1.1 404 ");
        assertThat(exchange("GET /", "Authorization: " + credential("redshift") + "\r\n", ""))
                .startsWith("HTTP/1.1 501 ")
                .contains("redshift");
        assertThat(exchange("BREW " + FUNCTIONS, "", "")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void wrongTypesAreASerializationFault() throws Exception {
        for (String body : new String[] {
            "{\"FunctionName\": {}}",
            "{\"Timeout\": \"x\"}",
            "{\"Code\": 1}",
            "{\"Tags\": []}",
            "[]",
            "1",
            "nonsense",
            "{"
        }) {
            assertThat(exchange("POST " + FUNCTIONS, "", body)).as(body).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void bodyThatIsCutOffIsA400() throws Exception {
        for (String path : new String[] {FUNCTIONS, FUNCTIONS + "/" + name + "/invocations"}) {
            try (Socket socket = connect()) {
                write(socket, head("POST " + path, "Content-Length: 100\r\n") + "{\"a\":");
                socket.shutdownOutput();
                assertThat(read(socket)).as(path).startsWith("HTTP/1.1 400 ");
            }
        }
    }

    @Test
    void oversizeHeadersAndBodiesAreRefused() throws Exception {
        assertThat(exchange("GET " + FUNCTIONS, "X-Long: " + "x".repeat(100_000) + "\r\n", ""))
                .startsWith("HTTP/1.1 431 ");
        assertThat(exchange("POST " + FUNCTIONS, "", "x".repeat(71_000_000)))
                .startsWith("HTTP/1.1 413 ")
                .contains("Request must be smaller than 70167211 bytes for the CreateFunction operation");
        assertThat(exchange("POST " + FUNCTIONS + "/" + name + "/invocations", "", "1".repeat(7_000_000)))
                .startsWith("HTTP/1.1 413 ")
                .contains("RequestTooLargeException");
        assertThat(exchange(
                        "POST " + FUNCTIONS + "/" + name + "/invocations",
                        "X-Amz-Invocation-Type: Event\r\n",
                        "1".repeat(1_100_000)))
                .startsWith("HTTP/1.1 413 ");
    }

    @Test
    void gzipBodiesAreInflatedAndBombsAreNot() throws Exception {
        byte[] small = gzip("{\"FunctionName\": {}}".getBytes(ISO_8859_1), 1);
        assertThat(exchange("POST " + FUNCTIONS, "Content-Encoding: gzip\r\n", new String(small, ISO_8859_1)))
                .startsWith("HTTP/1.1 400 ")
                .doesNotContain("500");
        byte[] bomb = gzip(new byte[1 << 20], 400);
        assertThat(exchange("POST " + FUNCTIONS, "Content-Encoding: gzip\r\n", new String(bomb, ISO_8859_1)))
                .startsWith("HTTP/1.1 413 ");
        assertThat(exchange("POST " + FUNCTIONS, "Content-Encoding: gzip\r\n", "no gzip at all"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(exchange(
                        "POST " + FUNCTIONS,
                        "Content-Encoding: gzip\r\n",
                        new String(small, 0, small.length / 2, ISO_8859_1)))
                .startsWith("HTTP/1.1 400 ");
    }

    @Test
    void whatIsNoHttpIsDropped() throws Exception {
        for (String noise :
                new String[] {"\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n", "hello\r\n\r\n", "GET\r\n\r\n"}) {
            try (Socket socket = connect()) {
                write(socket, noise);
                socket.shutdownOutput();
                assertThat(read(socket))
                        .satisfiesAnyOf(
                                a -> assertThat(a).isEmpty(), a -> assertThat(a).startsWith("HTTP/1.1 400 "));
            }
        }
        assertThat(server.invoke(name, "1").functionError()).isNull();
    }

    private static byte[] gzip(byte[] part, int times) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            for (int i = 0; i < times; i++) {
                out.write(part);
            }
        }
        return bytes.toByteArray();
    }

    private static String exchange(String request, String headers, String body) throws Exception {
        try (Socket socket = connect()) {
            byte[] bytes = body.getBytes(ISO_8859_1);
            Thread writer = Thread.ofVirtual().name("raw-writer").start(() -> {
                try {
                    write(socket, head(request, headers + "Content-Length: " + bytes.length + "\r\n"));
                    socket.getOutputStream().write(bytes);
                } catch (IOException e) {
                    // The server has answered and closed: the answer tells.
                }
            });
            String answer = read(socket);
            writer.join();
            return answer;
        }
    }

    private static Socket connect() throws IOException {
        Socket socket = new Socket(
                java.net.InetAddress.getLoopbackAddress(), server.endpoint().getPort());
        socket.setSoTimeout(120_000);
        return socket;
    }

    private static String credential(String service) {
        return "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/" + service
                + "/aws4_request, SignedHeaders=host, Signature=0";
    }

    private static String head(String request, String headers) {
        String authorization =
                headers.contains("Authorization") ? "" : "Authorization: " + credential("lambda") + "\r\n";
        return request + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + authorization + headers + "\r\n";
    }

    private static void write(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(ISO_8859_1));
        out.flush();
    }

    private static String read(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        return new String(in.readAllBytes(), ISO_8859_1);
    }
}
