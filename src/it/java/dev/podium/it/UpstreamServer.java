package dev.podium.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.FreePort;
import dev.podium.Eventually;
import dev.podium.aws.HttpUpstream;
import dev.podium.codec.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;

/// Somebody else's server of one of AWS's APIs, as a process on this machine: what PODIUM_UPSTREAM_URL may name.
final class UpstreamServer implements AutoCloseable {
    private final Process process;
    private final HttpUpstream client;
    private final Api api;

    /// The API it serves.
    ///
    /// @param service as signatures name it
    /// @param version of the JSON protocol
    /// @param target what X-Amz-Target has before the operation
    record Api(String service, String version, String target) {}

    private UpstreamServer(Process process, URI url, Api api) {
        this.process = process;
        this.client = new HttpUpstream(url, "test", "test", Clock.systemUTC());
        this.api = api;
    }

    /// The folder that `src/it/up` has fetched a server to.
    ///
    /// @param variable which says where that is
    static String folder(String variable) {
        String folder = System.getenv(variable);
        if (folder == null) {
            throw new IllegalStateException(variable + " is not set: run the tests with src/it/run");
        }
        return folder;
    }

    /// Starts it, empty, and waits until it answers.
    ///
    /// @param command at a port
    /// @param question an operation that needs no parameters
    static UpstreamServer start(Api api, IntFunction<List<String>> command, String question) throws Exception {
        int port = FreePort.next();
        Path folder = Files.createDirectories(Path.of("target", "it"));
        Path log = folder.resolve(api.service() + ".log");
        Process process = new ProcessBuilder(command.apply(port))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        UpstreamServer server = new UpstreamServer(process, URI.create("http://127.0.0.1:" + port), api);
        try {
            Eventually.within(
                    Duration.ofMinutes(3), () -> !process.isAlive() || server.answers(question));
            if (!process.isAlive()) {
                throw new AssertionError("the server ended with " + process.exitValue());
            }
        } catch (AssertionError e) {
            server.close();
            throw new AssertionError(e.getMessage() + ", see " + log + ":\n" + Files.readString(log), e);
        }
        return server;
    }

    private boolean answers(String question) throws IOException, InterruptedException {
        call(question, Json.object());
        return true;
    }

    /// Calls an operation.
    JsonNode call(String operation, ObjectNode request) throws IOException, InterruptedException {
        return Json.MAPPER.readTree(client.call(
                api.service(),
                "us-east-1",
                "application/x-amz-json-" + api.version(),
                Json.MAPPER.writeValueAsBytes(request),
                "X-Amz-Target",
                api.target() + "." + operation));
    }

    /// What PODIUM_UPSTREAM_URL has to be.
    String url() {
        return client.base().toString();
    }

    @Override
    public void close() {
        client.close();
        process.destroy();
        try {
            process.onExit().get(20, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
