package dev.podium;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import software.amazon.awssdk.services.lambda.LambdaClient;

/// A server in a JVM of its own over the embedded cluster: one that can be killed.
@NullMarked
public final class ServerProcess implements AutoCloseable {
    private final Path home;
    private final Map<String, String> settings;
    private Process process;
    private URI endpoint;
    private LambdaClient lambda;

    private ServerProcess(Path home, Map<String, String> settings) throws IOException {
        this.home = home;
        this.settings = settings;
        this.process = launch();
        this.endpoint = answer(process);
        this.lambda = TestServer.client(endpoint);
    }

    /// Starts a server with a state folder of its own.
    public static ServerProcess start(Map<String, String> settings) throws IOException {
        return new ServerProcess(Files.createTempDirectory("podium-process"), settings);
    }

    private Process launch() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName());
        builder.environment().keySet().removeIf(name -> name.startsWith("PODIUM_") || name.equals("KUBECONFIG"));
        builder.environment()
                .putAll(Map.of(
                        "HOME", home.toString(),
                        "PODIUM_CLUSTER", "embedded",
                        "PODIUM_LISTEN", "127.0.0.1:0",
                        "PODIUM_RUNTIME_LISTEN", "127.0.0.1:0"));
        builder.environment().putAll(settings);
        return builder.redirectError(home.resolve("log").toFile()).start();
    }

    /// Reads the banner up to the endpoint.
    private URI answer(Process started) throws IOException {
        BufferedReader out =
                new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("Podium answers at ")) {
                return URI.create(line.substring("Podium answers at ".length()).strip());
            }
        }
        throw new IOException("the server ended: " + Files.readString(home.resolve("log")));
    }

    /// A client of the server that runs now.
    public LambdaClient lambda() {
        return lambda;
    }

    /// Base URL of the server that runs now.
    public URI endpoint() {
        return endpoint;
    }

    /// The folder of its state.
    public Path state() {
        return home.resolve(".podium");
    }

    /// Status and body of an operations page such as `/metrics`.
    public String page(String path) throws Exception {
        return TestServer.page(endpoint, path);
    }

    /// What the server has logged.
    public String log() throws IOException {
        return Files.readString(home.resolve("log"));
    }

    /// Kills the server as `kill -9` does.
    public void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        process.waitFor();
    }

    /// Starts the server again on the same state.
    public void startAgain() throws IOException {
        lambda.close();
        process = launch();
        endpoint = answer(process);
        lambda = TestServer.client(endpoint);
    }

    @Override
    public void close() throws IOException {
        lambda.close();
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        TestServer.delete(home);
    }
}
