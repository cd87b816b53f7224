package dev.podium.lambda;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.podium.codec.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.jspecify.annotations.NullMarked;

/// A registry with one package, `@acme/greeting`, that the real npm installs from.
///
/// @param asked paths, in their order
/// @param open  until then nothing is answered
@NullMarked
record NpmRegistry(HttpServer server, List<String> asked, CountDownLatch open) implements AutoCloseable {
    static NpmRegistry start() throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        NpmRegistry registry =
                new NpmRegistry(HttpServer.create(any, 0), new CopyOnWriteArrayList<>(), new CountDownLatch(1));
        registry.server.createContext("/", registry::answer);
        registry.server.setExecutor(java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor());
        registry.server.start();
        return registry;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getRawPath();
            asked.add(path);
            open.await();
            byte[] body = switch (path) {
                case "/@acme%2fgreeting" -> about();
                case "/greeting.tgz" -> archive();
                default -> new byte[0];
            };
            exchange.sendResponseHeaders(body.length == 0 ? 404 : 200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private byte[] about() throws IOException {
        Map<String, Object> version =
                Map.of("name", "@acme/greeting", "version", "1.0.0", "dist", Map.of("tarball", url() + "greeting.tgz"));
        return Json.MAPPER.writeValueAsBytes(Map.of(
                "name",
                "@acme/greeting",
                "dist-tags",
                Map.of("latest", "1.0.0"),
                "versions",
                Map.of("1.0.0", version)));
    }

    private static byte[] archive() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Map<String, String> files = Map.of(
                "package/package.json", "{\"name\": \"@acme/greeting\", \"version\": \"1.0.0\"}",
                "package/index.js", "exports.words = () => 'installed'");
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GzipCompressorOutputStream(bytes))) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                byte[] text = file.getValue().getBytes(StandardCharsets.UTF_8);
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
                entry.setSize(text.length);
                tar.putArchiveEntry(entry);
                tar.write(text);
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() {
        open.countDown();
        server.stop(0);
    }
}
