package dev.podium.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A server in a process of its own: Podium, or the bare echo.
final class ServerProcess implements AutoCloseable {
    private static final List<String> FLAGS = List.of(System.getProperty("podium.flags", "").trim().split("\\s+"));

    private static final File LOG = new File("target/bench-server.log");

    private final ProcessBuilder builder;
    private Process process;
    private final InetSocketAddress address;
    private final @Nullable Path state;
    private @Nullable HttpProbe probe;

    /// What is started.
    ///
    /// @param jar Podium's
    /// @param aot its AOT cache, or null; the echo's lies beside it as `echo.aot`
    record Files(String jar, @Nullable String aot) {}

    private ServerProcess(ProcessBuilder builder, InetSocketAddress address, @Nullable Path state) throws IOException {
        this(builder, builder.start(), address, state);
    }

    private ServerProcess(
            ProcessBuilder builder, Process process, InetSocketAddress address, @Nullable Path state) {
        this.builder = builder;
        this.process = process;
        this.address = address;
        this.state = state;
    }

    InetSocketAddress address() {
        return address;
    }

    HttpProbe probe() throws IOException {
        HttpProbe open = probe;
        if (open == null) {
            open = new HttpProbe(address);
            probe = open;
        }
        return open;
    }

    static ServerProcess echo(Files files, boolean aot) throws IOException {
        List<String> command = java(aot && files.aot() != null ? echoCache(files) : null);
        command.addAll(List.of("-cp", echoJar(files), "dev.podium.bench.EchoServer"));
        return answering(command);
    }

    /// Starts a server that prints its port.
    private static ServerProcess answering(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        Process process = builder.start();
        BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        int port = Integer.parseInt(String.valueOf(out.readLine()));
        return new ServerProcess(builder, process, new InetSocketAddress(InetAddress.getLoopbackAddress(), port), null);
    }

    /// A load balancer in front of a server.
    static ServerProcess proxy(ServerProcess target) throws IOException {
        List<String> command = java(null);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                "dev.podium.bench.ProxyServer",
                Integer.toString(target.address.getPort())));
        return answering(command);
    }

    private static String echoJar(Files files) {
        return Path.of(files.jar()).resolveSibling("echo.jar").toString();
    }

    private static String echoCache(Files files) {
        return Path.of(files.jar()).resolveSibling("echo.aot").toString();
    }

    static ServerProcess embedded(Files files, boolean aot) throws Exception {
        return start(files, aot, Map.of("PODIUM_CLUSTER", "embedded"));
    }

    static ServerProcess embedded(Files files, Map<String, String> more) throws Exception {
        Map<String, String> env = new HashMap<>(more);
        env.put("PODIUM_CLUSTER", "embedded");
        return start(files, true, env);
    }

    static ServerProcess cluster(Files files, String image, Map<String, String> more) throws Exception {
        Map<String, String> env = new HashMap<>(more);
        env.put("PODIUM_CLUSTER", "kubeconfig");
        env.put("PODIUM_NAMESPACE", PodFloor.namespace());
        env.put("PODIUM_LAMBDA_RUNTIME_IMAGES", "{\"python3.11\":\"" + image + "\"}");
        return start(files, true, env);
    }

    private static ServerProcess start(Files files, boolean aot, Map<String, String> more) throws Exception {
        int port = freePort();
        Path state = java.nio.file.Files.createTempDirectory("podium-bench");
        List<String> command = java(aot ? files.aot() : null);
        command.addAll(List.of("-jar", files.jar()));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().remove("PODIUM_BENCH_NAMESPACE");
        builder.environment().putAll(more);
        builder.environment().put("PODIUM_LISTEN", "127.0.0.1:" + port);
        String runtime = more.get("PODIUM_CLUSTER");
        builder.environment()
                .put(
                        "PODIUM_RUNTIME_LISTEN",
                        ("kubeconfig".equals(runtime) ? "0.0.0.0:" : "127.0.0.1:") + freePort());
        builder.environment().put("PODIUM_STATE_DIR", state.toString());
        builder.environment().putIfAbsent("PODIUM_LOG_LEVEL", "warning");
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(LOG));
        ServerProcess server = new ServerProcess(
                builder, new InetSocketAddress(InetAddress.getLoopbackAddress(), port), state);
        server.awaitAnswer();
        return server;
    }

    private void awaitAnswer() throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < end && process.isAlive()) {
            try {
                if (probe().send("GET", "/healthz", new byte[0]).status() == 200) {
                    return;
                }
            } catch (IOException e) {
                probe = null;
                Thread.sleep(0, 200_000);
            }
        }
        throw new IllegalStateException("the server did not start, see " + LOG);
    }

    /// Ends it as a crash would.
    void kill() throws Exception {
        process.destroyForcibly().waitFor();
        probe = null;
    }

    /// Starts it again on the same state and ports, and waits for its first answer.
    void startAgain() throws Exception {
        process = builder.start();
        awaitAnswer();
    }

    /// How much the servers have logged.
    long logged() {
        return LOG.length();
    }

    /// What was logged after that.
    String log(long from) throws IOException {
        byte[] all = java.nio.file.Files.readAllBytes(LOG.toPath());
        return new String(all, (int) from, (int) (all.length - from), StandardCharsets.UTF_8);
    }

    /// From the start of the process to its first answer.
    static double startMillis(Files files, boolean aot) throws Exception {
        long start = System.nanoTime();
        try (ServerProcess server = start(files, aot, Map.of("PODIUM_CLUSTER", "embedded"))) {
            return (System.nanoTime() - start) / 1e6 - (server.process.isAlive() ? 0 : Double.NaN);
        }
    }

    /// The same of the bare server.
    static double echoStartMillis(Files files, boolean aot) throws Exception {
        long start = System.nanoTime();
        try (ServerProcess server = echo(files, aot)) {
            server.probe().send("GET", "/", new byte[0]);
            return (System.nanoTime() - start) / 1e6;
        }
    }

    /// The processor time that it has taken.
    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /// Resident memory.
    long rssKb() throws IOException {
        for (String line : java.nio.file.Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new IOException("no VmRSS");
    }

    /// Resident memory after a collection.
    long rssAfterGcKb() throws Exception {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        new ProcessBuilder(jcmd, Long.toString(process.pid()), "GC.run")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        Thread.sleep(300);
        return rssKb();
    }

    private static List<String> java(@Nullable String aot) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        FLAGS.stream().filter(flag -> !flag.isEmpty()).forEach(command::add);
        if (aot != null) {
            command.add("-XX:AOTCache=" + aot);
        }
        return command;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws IOException {
        HttpProbe open = probe;
        if (open != null) {
            open.close();
        }
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Path folder = state;
        if (folder != null) {
            try (var all = java.nio.file.Files.walk(folder)) {
                for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                    java.nio.file.Files.deleteIfExists(file);
                }
            }
        }
    }
}
