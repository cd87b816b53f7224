package dev.podium.elb.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import dev.podium.http.wire.RawConnection;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Connections that change from HTTP to something else.
@NullMarked
final class UpgradeTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    private final TestBalancer balancer = new TestBalancer();
    private RawTarget target;

    @BeforeEach
    void start() throws Exception {
        target = RawTarget.start("127.0.0.1", UpgradeTest::serve);
        balancer.serve(target.group());
    }

    @AfterEach
    void stop() {
        balancer.close();
        target.close();
    }

    private static void serve(Socket socket) throws IOException {
        String head = head(socket.getInputStream());
        if (head.contains("Upgrade: websocket")) {
            String key = head.replaceAll("(?s).*Sec-WebSocket-Key: (\\S+).*", "$1");
            answer(socket, "Upgrade: websocket\r\nSec-WebSocket-Accept: " + accept(key) + "\r\n");
            echoFrames(socket);
        } else if (head.contains("Upgrade: echo")) {
            answer(socket, "Upgrade: echo\r\n");
            socket.getOutputStream().write("hello ".getBytes(ISO_8859_1));
            socket.getInputStream().transferTo(socket.getOutputStream());
        } else if (!head.isEmpty()) {
            socket.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(ISO_8859_1));
        }
    }

    private static void answer(Socket socket, String headers) throws IOException {
        String head = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n" + headers + "\r\n";
        socket.getOutputStream().write(head.getBytes(ISO_8859_1));
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                return "";
            }
            head.write(b);
        }
        return head.toString(ISO_8859_1);
    }

    private static String accept(String key) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1")
                            .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(ISO_8859_1)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Short frames come back without their mask.
    private static void echoFrames(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        while (true) {
            int kind = in.readUnsignedByte();
            byte[] mask = new byte[4];
            byte[] content = new byte[in.readUnsignedByte() & 0x7f];
            in.readFully(mask);
            in.readFully(content);
            byte[] frame = new byte[content.length + 2];
            frame[0] = (byte) kind;
            frame[1] = (byte) content.length;
            for (int i = 0; i < content.length; i++) {
                frame[i + 2] = (byte) (content[i] ^ mask[i % 4]);
            }
            socket.getOutputStream().write(frame);
        }
    }

    @Test
    void webSocketsPass() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI uri = URI.create(balancer.uri("/chat").toString().replace("http:", "ws:"));
            WebSocket socket = http.newWebSocketBuilder()
                    .buildAsync(uri, new Listening(heard))
                    .get(60, TimeUnit.SECONDS);
            for (int i = 0; i < 20; i++) {
                socket.sendText("message " + i, true).get(60, TimeUnit.SECONDS);
                assertThat(heard.poll(60, TimeUnit.SECONDS)).isEqualTo("message " + i);
            }
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "bye").get(60, TimeUnit.SECONDS);
            assertThat(heard.poll(60, TimeUnit.SECONDS)).isEqualTo("closed 1000");
        }
    }

    private record Listening(BlockingQueue<String> heard) implements WebSocket.Listener {
        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            heard.add(text.toString());
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            heard.add("closed " + status);
            return null;
        }
    }

    @Test
    void anyProtocolPassesWithWhatWasSentTooEarly() throws Exception {
        try (RawConnection client = balancer.connect()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: echo\r\n\r\nearly");
            RawConnection.Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(101);
            assertThat(answer.header("Upgrade")).isEqualTo("echo");
            client.send(" and late");
            client.finish();
            assertThat(client.rest()).isEqualTo("hello early and late");
        }
        Eventually.within(SOON, () -> target.open() == 0);
    }

    @Test
    void theTargetMayDeclineToChange() throws Exception {
        try (RawConnection client = balancer.connect()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void silentTunnelsEnd() throws Exception {
        balancer.attributes(new LoadBalancer.Attributes(
                        Duration.ofSeconds(3), // the target has to answer within it
                        Duration.ofHours(1),
                        false,
                        LoadBalancer.ForwardedFor.APPEND,
                        false,
                        false,
                        false,
                        LoadBalancer.Desync.DEFENSIVE))
                .apply();
        try (RawConnection client = balancer.connect()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(101);
            assertThat(client.rest()).isEqualTo("hello ");
        }
    }
}
