package dev.podium.it;

import dev.podium.FreePort;
import dev.podium.Eventually;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/// `java -jar target/podium.jar` outside the cluster, by kubeconfig.
public final class PodiumProcess implements AutoCloseable {
    private final Map<String, String> env = new HashMap<>();
    private final int port;
    private final Path state;
    private final Path log;
    private Process process;

    private PodiumProcess(ItCluster cluster, Map<String, String> settings) throws Exception {
        this.port = FreePort.next();
        this.state = Files.createTempDirectory("podium-it");
        this.log = Files.createDirectories(Path.of("target", "it"))
                .resolve(cluster.namespace() + "-" + UUID.randomUUID().toString().substring(0, 4) + ".log");
        int runtimePort = FreePort.next(cluster.hostAddress(), 1);
        String host = cluster.hostAddress().getHostAddress();
        env.put("KUBECONFIG", cluster.kubeconfig().toString());
        env.put("PODIUM_CLUSTER", "kubeconfig");
        env.put("PODIUM_NAMESPACE", cluster.namespace());
        env.put("PODIUM_LISTEN", "127.0.0.1:" + port);
        env.put("PODIUM_RUNTIME_LISTEN", host + ":" + runtimePort);
        env.put("PODIUM_SELF_URL", "http://" + host + ":" + runtimePort);
        env.put("PODIUM_STATE_DIR", state.toString());
        env.put("LAMBDA_RUNTIME_IMAGE_MAPPING", ItCluster.IMAGE_MAPPING);
        env.put("LAMBDA_K8S_INIT_IMAGE", ItCluster.INIT_IMAGE);
        env.putAll(settings);
        this.process = launch();
    }

    /// Starts a server and waits until it is ready.
    ///
    /// @param settings variables on top of those that the cluster asks for
    public static PodiumProcess start(ItCluster cluster, Map<String, String> settings) throws Exception {
        PodiumProcess server = new PodiumProcess(cluster, settings);
        server.awaitReady();
        return server;
    }

    /// Starts a server that may not become ready.
    public static PodiumProcess startUnready(ItCluster cluster, Map<String, String> settings) throws Exception {
        return new PodiumProcess(cluster, settings);
    }

    private Process launch() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // As `make run` and the image have it, with the ahead-of-time cache; src/it/run says so.
        String flags = System.getenv("PODIUM_IT_FLAGS");
        if (flags != null) {
            command.addAll(List.of(flags.split(" ")));
        }
        command.addAll(List.of("-jar", "target/podium.jar"));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("PODIUM_"));
        builder.environment().putAll(env);
        return builder.start();
    }

    private void awaitReady() throws IOException, InterruptedException {
        try {
            Eventually.within(Duration.ofMinutes(3), () -> !process.isAlive() || isReady());
            if (!process.isAlive()) {
                throw new AssertionError("the server ended with " + process.exitValue());
            }
        } catch (AssertionError e) {
            process.destroyForcibly();
            String said = log();
            throw new AssertionError(
                    e.getMessage() + ", see " + log + ":\n" + said.substring(Math.max(0, said.length() - 2000)), e);
        }
    }

    private boolean isReady() throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) endpoint().resolve("/readyz").toURL().openConnection();
        connection.setConnectTimeout(5000);
        connection.setReadTimeout(5000);
        return connection.getResponseCode() == 200;
    }

    /// Where the AWS APIs are.
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /// Everything the server has logged.
    public String log() throws IOException {
        return Files.readString(log);
    }

    /// Ends the server as a crash would.
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /// Starts it again on the same state and ports.
    public void startAgain() throws Exception {
        process = launch();
        awaitReady();
    }

    /// Starts it again without waiting.
    void startUnready() throws Exception {
        process = launch();
    }

    /// Waits until the port of the AWS APIs is open.
    ///
    /// @return when that was, as [System#nanoTime]
    long awaitAnswer() throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(180);
        while (System.nanoTime() < end && process.isAlive()) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoLinger(true, 0);
                return System.nanoTime();
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }
        throw new AssertionError("the server did not start, see " + log);
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        if (!endsWithin(45)) {
            process.destroyForcibly();
            endsWithin(10);
            throw new AssertionError("the server did not stop within 45 s, see " + log);
        }
        try (var files = Files.walk(state)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private boolean endsWithin(int seconds) {
        try {
            return process.waitFor(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
