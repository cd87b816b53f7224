package dev.podium.kube;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.podium.JdkServers;
import dev.podium.codec.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/// An API server that answers as the test says: the answers in their order, each once, the last one for ever.
@NullMarked
final class TestApi implements AutoCloseable {
    final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;
    private final Queue<Answer> streams = new ConcurrentLinkedQueue<>();
    private volatile Answer last = status(404, "NotFound", "nothing here");
    private volatile @Nullable Answer lastStream;

    private TestApi(HttpServer server) {
        this.server = server;
    }

    static TestApi start() throws IOException {
        return start(JdkServers.plain(loopback(0)));
    }

    /// Takes a port; answers once it is opened, so that nobody calls before there are answers.
    static TestApi at(int port) throws IOException {
        return new TestApi(JdkServers.plain(loopback(port)));
    }

    static TestApi startTls(SSLContext context, boolean needsClientCertificate) throws IOException {
        HttpsServer https = JdkServers.secure(loopback(0));
        https.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters ssl = context.getDefaultSSLParameters();
                ssl.setNeedClientAuth(needsClientCertificate);
                parameters.setSSLParameters(ssl);
            }
        });
        return start(https);
    }

    private static TestApi start(HttpServer server) {
        TestApi api = new TestApi(server);
        api.open();
        return api;
    }

    void open() {
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private void handle(HttpExchange x) throws IOException {
        try (x) {
            Seen call = new Seen(
                    x.getRequestMethod(),
                    x.getRequestURI(),
                    x.getRequestHeaders().getFirst("Authorization"),
                    new String(x.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            seen.add(call);
            answer(call).to(x);
        }
    }

    private Answer answer(Seen call) {
        Answer stream = lastStream;
        if (stream == null || !call.query().contains("watch=true")) {
            Answer next = answers.poll();
            return next == null ? last : next;
        }
        Answer next = streams.poll();
        return next == null ? stream : next;
    }

    TestApi then(Answer... more) {
        answers.addAll(List.of(more));
        last = more[more.length - 1];
        return this;
    }

    /// The answers of watches, which get none of the others then: these may be as many as there are.
    TestApi watched(Answer... more) {
        streams.addAll(List.of(more));
        lastStream = more[more.length - 1];
        return this;
    }

    int port() {
        return server.getAddress().getPort();
    }

    URI uri() {
        String scheme = server instanceof HttpsServer ? "https" : "http";
        return URI.create(scheme + "://127.0.0.1:" + port());
    }

    KubeClient client() {
        return client(settings());
    }

    KubeClient client(KubeClientSettings settings) {
        return KubeClient.connect(KubeAccess.plain(uri(), "secret", "ns"), settings);
    }

    /// Quick to retry, and patient: nothing runs out because the machine is slow.
    static KubeClientSettings settings() {
        return new KubeClientSettings(
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                Duration.ofMillis(5),
                Duration.ofMillis(20),
                2,
                1 << 20,
                "podium-test",
                KubeObserver.NONE,
                java.time.Clock.systemUTC());
    }

    List<String> calls() {
        return seen.stream()
                .map(s -> s.method() + " " + s.uri().getRawPath().replace("/api/v1/namespaces/ns", ""))
                .toList();
    }

    @Override
    public void close() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    static Answer json(int status, String body) {
        return x -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            x.getResponseHeaders().set("Content-Type", "application/json");
            x.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            x.getResponseBody().write(bytes);
        };
    }

    static Answer status(int code, String reason, String message) {
        return json(code, statusBody(code, reason, message));
    }

    static String statusBody(int code, String reason, String message) {
        return Json.object()
                .put("kind", "Status")
                .put("status", "Failure")
                .put("message", message)
                .put("reason", reason)
                .put("code", code)
                .toString();
    }

    static Answer retryAfter(int code, String value) {
        return x -> {
            x.getResponseHeaders().set("Retry-After", value);
            x.sendResponseHeaders(code, -1);
        };
    }

    /// Closes the connection without any answer.
    static Answer cut() {
        return HttpExchange::close;
    }

    /// Lines of a stream, which then ends; or with `hold` stays open until the test ends.
    Answer stream(boolean hold, String... lines) {
        return x -> {
            x.sendResponseHeaders(200, 0);
            OutputStream out = x.getResponseBody();
            for (String line : lines) {
                out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            }
            out.flush();
            if (hold) {
                await(end);
            }
        };
    }

    /// Lines of a stream that goes on with another one, again and again, until the test ends.
    Answer lively(String again, String... lines) {
        return x -> {
            x.sendResponseHeaders(200, 0);
            OutputStream out = x.getResponseBody();
            for (String line : lines) {
                out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            }
            do {
                out.write((again + "\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
            } while (!isOver());
        };
    }

    private boolean isOver() {
        try {
            return end.await(50, TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /// Lines of a stream that is cut in the middle of a line.
    static Answer cutStream(String... lines) {
        return x -> {
            x.sendResponseHeaders(200, 1 << 20);
            OutputStream out = x.getResponseBody();
            for (String line : lines) {
                out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            }
            out.write("{\"type\":\"MOD".getBytes(StandardCharsets.UTF_8));
            out.flush();
        };
    }

    static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    static ObjectNode pod(String name, String uid, String version) {
        ObjectNode pod = Json.object();
        pod.putObject("metadata")
                .put("name", name)
                .put("uid", uid)
                .put("resourceVersion", version)
                .putArray("managedFields")
                .addObject()
                .put("manager", "x");
        pod.putObject("status").put("phase", "Pending");
        return pod;
    }

    static String list(String version, @Nullable String next, ObjectNode... pods) {
        ObjectNode list = Json.object().put("kind", "PodList");
        list.putObject("metadata").put("resourceVersion", version);
        if (next != null) {
            ((ObjectNode) list.get("metadata")).put("continue", next);
        }
        list.putArray("items").addAll(List.of(pods));
        return list.toString();
    }

    static String event(String type, ObjectNode object) {
        ObjectNode event = Json.object().put("type", type);
        event.set("object", object);
        return event.toString();
    }

    interface Answer {
        void to(HttpExchange x) throws IOException;
    }

    record Seen(String method, URI uri, @Nullable String authorization, String body) {
        String query() {
            return uri.getRawQuery() == null ? "" : uri.getRawQuery();
        }
    }
}
