package dev.podium;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.podium.codec.Json;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.NullMarked;

/// A registry that has one package, whose words are `installed`: the real pip, npm and bundler install from it.
///
/// @param files what is answered, by path
/// @param asked paths, in their order
/// @param open  until then nothing is answered
@NullMarked
public record PackageServer(HttpServer server, Map<String, byte[]> files, List<String> asked, CountDownLatch open)
        implements AutoCloseable {

    private static PackageServer start(InetAddress address) throws IOException {
        PackageServer registry = new PackageServer(
                JdkServers.plain(new InetSocketAddress(address, 0)),
                new ConcurrentHashMap<>(),
                new CopyOnWriteArrayList<>(),
                new CountDownLatch(1));
        registry.server.createContext("/", registry::answer);
        registry.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        registry.server.start();
        return registry;
    }

    /// Skips a test on a machine without a tool, except where continuous integration must have it.
    public static void requireTool(String tool) {
        String path = String.valueOf(System.getenv("PATH"));
        boolean there =
                Stream.of(path.split(File.pathSeparator)).anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
        assertThat(there || System.getenv("CI") == null)
                .as(tool + ", which .ci/run installs")
                .isTrue();
        assumeTrue(there, "no " + tool + " here");
    }

    /// Of npm: `@acme/greeting`.
    public static PackageServer npm(InetAddress address) throws IOException {
        PackageServer registry = start(address);
        Map<String, Object> version = Map.of(
                "name",
                "@acme/greeting",
                "version",
                "1.0.0",
                "dist",
                Map.of("tarball", registry.url() + "greeting.tgz"));
        Map<String, Object> about = Map.of(
                "name", "@acme/greeting", "dist-tags", Map.of("latest", "1.0.0"), "versions", Map.of("1.0.0", version));
        registry.files.put("/@acme%2fgreeting", Json.MAPPER.writeValueAsBytes(about));
        registry.files.put(
                "/greeting.tgz",
                gzip(tar(Map.of(
                        "package/package.json",
                        "{\"name\": \"@acme/greeting\", \"version\": \"1.0.0\"}".getBytes(UTF_8),
                        "package/index.js",
                        "exports.words = () => 'installed'".getBytes(UTF_8)))));
        return registry;
    }

    /// Of gems: `acme-greeting`, with `Acme.words` in `acme/greeting`, in the compact index that bundler asks first.
    /// That knows `acme-tools` too, which can't be had.
    ///
    /// @see <a href="https://guides.rubygems.org/rubygems-org-compact-index-api/">Compact index</a>
    public static PackageServer gems(InetAddress address) throws IOException {
        PackageServer registry = start(address);
        String specification = """
                --- !ruby/object:Gem::Specification
                name: acme-greeting
                version: !ruby/object:Gem::Version
                  version: 1.0.0
                platform: ruby
                authors: [acme]
                summary: Greets
                bindir: bin
                cert_chain: []
                dependencies: []
                executables: []
                extensions: []
                files: [lib/acme/greeting.rb]
                metadata: {}
                require_paths: [lib]
                required_ruby_version: &any !ruby/object:Gem::Requirement
                  requirements: [[">=", !ruby/object:Gem::Version {version: '0'}]]
                required_rubygems_version: *any
                requirements: []
                specification_version: 4
                """;
        byte[] gem = tar(Map.of(
                "metadata.gz",
                gzip(specification.getBytes(UTF_8)),
                "data.tar.gz",
                gzip(tar(Map.of(
                        "lib/acme/greeting.rb", "module Acme; def self.words = 'installed'; end".getBytes(UTF_8))))));
        byte[] info = ("---\n1.0.0 |checksum:" + digest("SHA-256", gem) + "\n").getBytes(UTF_8);
        StringBuilder versions = new StringBuilder("created_at: 2026-01-01T00:00:00Z\n---\n");
        for (String name : List.of("acme-greeting", "acme-tools")) {
            versions.append(name + " 1.0.0 " + digest("MD5", info) + "\n");
            registry.files.put("/info/" + name, info);
        }
        registry.files.put("/versions", versions.toString().getBytes(UTF_8));
        registry.files.put("/gems/acme-greeting-1.0.0.gem", gem);
        return registry;
    }

    /// Of Python: `greeting`, as the smallest wheel that pip takes.
    public static PackageServer python(InetAddress address) throws IOException {
        PackageServer registry = start(address);
        String wheel = "greeting-1.0-py3-none-any.whl";
        registry.files.put("/greeting/", ("<a href=\"/" + wheel + "\">" + wheel + "</a>").getBytes(UTF_8));
        registry.files.put("/" + wheel, wheel());
        return registry;
    }

    /// The smallest wheel that pip takes: `greeting` 1.0.
    public static byte[] wheel() {
        String info = "greeting-1.0.dist-info/";
        return Zips.of(Map.of(
                "greeting.py",
                "def words():\n    return 'installed'\n",
                info + "METADATA",
                "Metadata-Version: 2.1\nName: greeting\nVersion: 1.0\n",
                info + "WHEEL",
                "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
                info + "RECORD",
                "greeting.py,,\n"));
    }

    /// Where it is, with a slash at the end.
    public String url() {
        InetSocketAddress at = server.getAddress();
        return "http://" + at.getAddress().getHostAddress() + ":" + at.getPort() + "/";
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getRawPath();
            asked.add(path);
            open.await();
            byte[] body = files.get(path);
            if (body == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            // Bundler compares it with what it got; pip takes a page only as what it is.
            exchange.getResponseHeaders().set("ETag", '"' + digest("MD5", body) + '"');
            exchange.getResponseHeaders()
                    .set("Content-Type", path.endsWith("/") ? "text/html" : "application/octet-stream");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String digest(String algorithm, byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        }
        return bytes.toByteArray();
    }

    private static byte[] tar(Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : new TreeMap<>(files).entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
                entry.setSize(file.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(file.getValue());
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
