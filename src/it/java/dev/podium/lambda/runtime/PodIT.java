package dev.podium.lambda.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The loaders and the start script as they run in pods, with Amazon's own client for Python. Needs Linux, root,
/// python3 with pip, and busybox (static).
@NullMarked
final class PodIT {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final Path CLIENT = Path.of("target", "it-awslambdaric").toAbsolutePath();
    private static final String CODE = """
            import os, sys
            if os.environ.get("FAIL"): raise ValueError("no start")
            def handler(event, context):
                if event.get("exit"): os._exit(event["exit"])
                if event.get("raise"): raise KeyError("gone")
                return {"event": event, "value": os.environ["VALUE"], "id": context.aws_request_id, "uid": os.getuid(),
                        "code": "PODIUM_CODE" in os.environ, "run": oct(os.stat("bin/run").st_mode & 0o7777),
                        "link": os.readlink("link"), "binary": len(open("data.bin", "rb").read()), "cwd": os.getcwd(),
                        "memory": context.memory_limit_in_mb}
            """;

    @TempDir
    private Path folder;

    private final TestOwner owner = new TestOwner();
    private RuntimePort port;
    private RuntimeSession session;
    private Path files;

    @BeforeAll
    static void fetchTheClient() throws Exception {
        if (!Files.exists(CLIENT)) {
            // Moved when it is whole: one that was broken off must not be taken for it.
            Path whole = CLIENT.resolveSibling("it-awslambdaric-" + UUID.randomUUID());
            Process pip = new ProcessBuilder(
                            "scripts/retry",
                            "/usr/bin/python3",
                            "-m",
                            "pip",
                            "install",
                            "-q",
                            "--break-system-packages",
                            "--target",
                            whole.toString(),
                            "awslambdaric==4.2.2")
                    .inheritIO()
                    .start();
            assertThat(pip.waitFor()).isZero();
            Files.move(whole, CLIENT);
        }
    }

    @BeforeEach
    void start() throws IOException {
        port = RuntimePort.start(
                RuntimeSettings.defaults(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        session = port.open(RuntimePort.newToken(), RuntimePort.newToken(), owner);
        files = Files.createDirectories(folder.resolve("files"));
        Process copy = new ProcessBuilder("cp", "-rL", CLIENT.toString(), files.resolve("python").toString()).start();
        assertThat(copy.onExit().join().exitValue()).isZero();
        Files.writeString(
                files.resolve("entrypoint"),
                "#!/bin/sh\nexport PYTHONPATH=/work/python\nexec /usr/bin/python3 -m awslambdaric \"$1\"\n");
        Files.createDirectories(files.resolve("bare"));
        for (String tool : List.of("head", "mkdir", "chmod", "ln", "sleep")) {
            Files.createSymbolicLink(files.resolve("bare").resolve(tool), Path.of("/usr/bin", tool));
        }
    }

    @AfterEach
    void stop() {
        session.close();
        port.close();
    }

    private Path zip() throws IOException {
        Path zip = folder.resolve("code.zip");
        try (var out = new ZipArchiveOutputStream(zip)) {
            entry(out, "app.py", 0100644, CODE.getBytes(UTF_8));
            entry(out, "bin/", 0040755, new byte[0]);
            entry(out, "bin/run", 0100555, "#!/bin/sh\n".getBytes(UTF_8));
            entry(out, "link", 0120777, "bin/run".getBytes(UTF_8));
            byte[] binary = new byte[300_000];
            new java.util.Random(1).nextBytes(binary);
            entry(out, "data.bin", 0, binary);
            entry(out, "it's a \"file\" $HOME/ü\n.txt", 0100600, new byte[0]);
        }
        return zip;
    }

    private static void entry(ZipArchiveOutputStream out, String name, int mode, byte[] content) throws IOException {
        ZipArchiveEntry entry = new ZipArchiveEntry(name);
        if (mode != 0) {
            entry.setUnixMode(mode);
        }
        out.putArchiveEntry(entry);
        out.write(content);
        out.closeArchiveEntry();
    }

    private Assignment assignment(String extraName, String extraValue) throws Exception {
        Path zip = zip();
        assertThat(CodeArchive.check(zip, CodeLimits.defaults()).entries()).isEqualTo(6);
        return Assignment.of(
                zip,
                Map.of(
                        "_HANDLER",
                        "app.handler",
                        "AWS_LAMBDA_FUNCTION_NAME",
                        "f",
                        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                        "256",
                        "VALUE",
                        "it's\n$HOME `x` \"q\" ü",
                        extraName,
                        extraValue),
                Assignment.Start.ENTRYPOINT);
    }

    private Outcome invoke(String payload) throws InterruptedException {
        Event event = Event.of(
                UUID.randomUUID().toString(), payload.getBytes(UTF_8), "arn:f", System.currentTimeMillis() + 60_000);
        return session.invoke(event, System.nanoTime() + SOON.toNanos());
    }

    private void works(PodSandbox pod) throws Exception {
        Outcome outcome = invoke("{\"a\":[1]}");
        assertThat(outcome).as(pod.log()).isInstanceOf(Outcome.Success.class);
        String answer = new String(((Outcome.Success) outcome).payload(), UTF_8);
        assertThat(dev.podium.codec.Json.MAPPER.readTree(answer).path("value").asText())
                .isEqualTo("it's\n$HOME `x` \"q\" ü");
        assertThat(answer)
                .contains("\"event\": {\"a\": [1]}", "\"uid\": 993", "\"code\": false", "\"run\": \"0o555\"")
                .contains("\"link\": \"bin/run\"", "\"binary\": 300000", "\"cwd\": \"/var/task\"", "\"memory\": \"256\"");
    }

    @Test
    void bashLoadsATar() throws Exception {
        try (var pod = new PodSandbox(folder.resolve("pod"), session, port.address().getPort(), files)) {
            Process process = pod.start(Loader.shellCommand(), Map.of());
            Thread.sleep(300); // parked, as in a pool
            long start = System.nanoTime();
            session.assign(assignment("A", "b"));
            Eventually.within(SOON, () -> owner.told.contains("ready"));
            System.out.println("assigned to ready: " + (System.nanoTime() - start) / 1_000_000 + " ms");
            works(pod);
            assertThat(invoke("{\"raise\":1}")).isInstanceOfSatisfying(Outcome.HandlerError.class, error -> {
                assertThat(error.errorType()).isEqualTo("KeyError");
                assertThat(error.payload()).asString().contains("\"errorMessage\": \"'gone'\"");
            });
            assertThat(invoke("{\"exit\":3}")).isEqualTo(new Outcome.Exited(new RuntimeExit(3, false)));
            assertThat(process.waitFor()).isEqualTo(3);
        }
    }

    /// Read by the start script when it is asked, and the functions' own, not the script's.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theServerLearnsHowMuchMemoryTheFunctionUses(boolean bash) throws Exception {
        try (var pod = new PodSandbox(folder.resolve("pod"), session, port.address().getPort(), files)) {
            session.assign(assignment("A", "b"));
            String busybox = Loader.initCommand().getLast() + "\nexec " + String.join(" ", Loader.startCommand());
            pod.start(bash ? Loader.shellCommand() : List.of("/bin/busybox", "sh", "-c", busybox), Map.of());
            works(pod);
            StartScript script = session.telemetry().script();
            Eventually.within(SOON, () -> {
                script.measure();
                return script.peakMemoryBytes() > 10 << 20;
            });
            assertThat(script.peakMemoryBytes()).isLessThan(100 << 20);
            // One that is not written in time is written all the same.
            Eventually.within(SOON, () -> script.fence(1234567890123L, true));
            assertThat(pod.log().lines()
                            .map(PodLine.Fence::of)
                            .filter(Objects::nonNull)
                            .distinct())
                    .containsExactly(new PodLine.Fence("", 1234567890123L));
            assertThat(invoke("{\"exit\":5}")).isEqualTo(new Outcome.Exited(new RuntimeExit(5, false)));
            assertThat(pod.log()).doesNotContain("Killed");
        }
    }

    @Test
    void bashLoadsAScriptWhereThereIsNoTar() throws Exception {
        try (var pod = new PodSandbox(folder.resolve("pod"), session, port.address().getPort(), files)) {
            session.assign(assignment("A", "b"));
            pod.start(
                    List.of("/usr/bin/env", "PATH=/work/bare", "/bin/bash", "-c", Loader.shellCommand().getLast()),
                    Map.of());
            works(pod);
        }
    }

    @Test
    void busyboxLoadsATarAndRunsTheStartScript() throws Exception {
        try (var pod = new PodSandbox(folder.resolve("pod"), session, port.address().getPort(), files)) {
            session.assign(assignment("A", "b"));
            // both containers share their volumes: here they share one sandbox
            String both = Loader.initCommand().getLast() + "\nexec " + String.join(" ", Loader.startCommand());
            pod.start(List.of("/bin/busybox", "sh", "-c", both), Map.of());
            works(pod);
            assertThat(invoke("{\"exit\":4}")).isEqualTo(new Outcome.Exited(new RuntimeExit(4, false)));
        }
    }

    @Test
    void theRuntimeIsStartedAgainWhenTheServerComesBack() throws Exception {
        try (var pod = new PodSandbox(folder.resolve("pod"), session, port.address().getPort(), files)) {
            session.assign(assignment("A", "b"));
            pod.start(Loader.shellCommand(), Map.of());
            works(pod);
            InetSocketAddress address = port.address();
            port.close();
            Thread.sleep(1_500);
            port = RuntimePort.start(RuntimeSettings.defaults(address));
            Thread.sleep(500); // before the pod was adopted it is a stranger
            session = port.open(session.token(), session.codeToken(), owner);
            works(pod);
            assertThat(owner.told).filteredOn("ready"::equals).hasSize(2);
            assertThat(owner.told).noneMatch(told -> told.startsWith("exited"));
        }
    }

    /// Behind a Service that points to a dead pod for a while nothing answers, not even with a refusal.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAttemptToConnectThatHangsHoldsNoPodUp(boolean loaded) throws Exception {
        try (var pod = new PodSandbox(folder.resolve("pod"), session, port.address().getPort(), files)) {
            if (loaded) {
                session.assign(assignment("A", "b"));
            }
            pod.start(Loader.shellCommand(), Map.of());
            hangs(pod, loaded);
        }
    }

    @Test
    void anAttemptToConnectThatHangsHoldsNoPodWithBusyboxUp() throws Exception {
        try (var pod = new PodSandbox(folder.resolve("pod"), session, port.address().getPort(), files)) {
            session.assign(assignment("A", "b"));
            String both = Loader.initCommand().getLast() + "\nexec " + String.join(" ", Loader.startCommand());
            pod.start(List.of("/bin/busybox", "sh", "-c", both), Map.of());
            hangs(pod, true);
        }
    }

    private void hangs(PodSandbox pod, boolean loaded) throws Exception {
        if (loaded) {
            works(pod);
        } else {
            Eventually.within(SOON, () -> owner.codeAwaited);
        }
        InetSocketAddress address = port.address();
        port.close();
        try (var _ = new Blackhole(address)) {
            // A connection attempt of before would be made anew after 1, 3, 7 and 15 seconds.
            TimeUnit.MILLISECONDS.sleep(7_500);
        }
        port = RuntimePort.start(RuntimeSettings.defaults(address));
        session = port.open(session.token(), session.codeToken(), owner);
        session.assign(assignment("A", "b"));
        long start = System.nanoTime();
        works(pod);
        System.out.printf("back after %d ms%n", (System.nanoTime() - start) / 1_000_000);
        // The attempt of before would come through 7.5 seconds from now.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
    }

    /// An address that drops whatever comes: a listener whose queue of connections is full.
    private record Blackhole(ServerSocket listener, List<SocketChannel> full) implements AutoCloseable {
        Blackhole(InetSocketAddress address) throws IOException {
            this(new ServerSocket(), new ArrayList<>());
            listener.setReuseAddress(true);
            listener.bind(address, 1);
            for (int i = 0; i < 4; i++) {
                SocketChannel channel = SocketChannel.open();
                channel.configureBlocking(false);
                channel.connect(address);
                full.add(channel);
            }
        }

        @Override
        public void close() throws IOException {
            for (SocketChannel channel : full) {
                channel.close();
            }
            listener.close();
        }
    }

    @Test
    void failedStartsAreReported() throws Exception {
        try (var pod = new PodSandbox(folder.resolve("pod"), session, port.address().getPort(), files)) {
            session.assign(assignment("FAIL", "1"));
            Process process = pod.start(Loader.shellCommand(), Map.of());
            assertThat(invoke("{}")).isInstanceOfSatisfying(Outcome.InitError.class, init -> {
                assertThat(init.error().errorType()).contains("ValueError");
                assertThat(init.error().payload()).asString().contains("no start");
            });
            assertThat(process.waitFor()).isEqualTo(1);
            Eventually.within(SOON, () -> owner.told.contains("exited 1"));
        }
    }

    @Test
    void aMissingBootstrapIsAnInvalidEntrypoint() throws Exception {
        try (var pod = new PodSandbox(folder.resolve("pod"), session, port.address().getPort(), files)) {
            session.assign(Assignment.of(zip(), Map.of(), Assignment.Start.BOOTSTRAP));
            pod.start(Loader.shellCommand(), Map.of());
            assertThat(invoke("{}")).isInstanceOfSatisfying(Outcome.InitError.class, init -> assertThat(
                            init.error().errorType())
                    .isEqualTo("Runtime.InvalidEntrypoint"));
        }
    }

    @Test
    void extensionsRegisterBeforeTheRuntimeStarts() throws Exception {
        Path layer = folder.resolve("layer.zip");
        try (var out = new ZipArchiveOutputStream(layer)) {
            String extension = """
                    #!/bin/bash
                    exec 3<>/dev/tcp/${AWS_LAMBDA_RUNTIME_API%:*}/${AWS_LAMBDA_RUNTIME_API#*:}
                    sleep 0.5
                    printf 'POST /2020-01-01/extension/register HTTP/1.1\\r\\nHost: %s\\r\\nLambda-Extension-Name: ext\\r\\nContent-Length: 21\\r\\n\\r\\n{"events":["INVOKE"]}' $AWS_LAMBDA_RUNTIME_API >&3
                    while IFS= read -r l <&3; do
                      case $l in *Identifier:*) printf 'GET /2020-01-01/extension/event/next HTTP/1.1\\r\\nHost: %s\\r\\n%s\\n\\r\\n' $AWS_LAMBDA_RUNTIME_API "$l" >&3;; esac
                      echo "extension: $l"
                    done
                    """;
            entry(out, "extensions/ext", 0100755, extension.getBytes(UTF_8));
        }
        try (var pod = new PodSandbox(folder.resolve("pod"), session, port.address().getPort(), files)) {
            Assignment plain = assignment("A", "b");
            session.assign(new Assignment(plain.zip(), List.of(layer), plain.environment(), plain.start()));
            pod.start(Loader.shellCommand(), Map.of());
            works(pod);
            Eventually.within(SOON, () -> pod.log().contains("\"eventType\":\"INVOKE\""));
        }
    }

    @Test
    void aCutDownloadIsTriedAgain() throws Exception {
        try (var pod = new PodSandbox(folder.resolve("pod"), session, port.address().getPort(), files)) {
            Assignment whole = assignment("A", "b");
            Path zip = java.util.Objects.requireNonNull(whole.zip());
            Path hidden = folder.resolve("hidden.zip");
            Files.move(zip, hidden);
            session.assign(whole); // its archive can't be read for a while
            pod.start(Loader.shellCommand(), Map.of());
            Thread.sleep(600);
            Files.move(hidden, zip);
            works(pod);
        }
    }

    @Test
    void theLoaderIsQuick() throws Exception {
        Files.writeString(
                files.resolve("entrypoint"),
                "#!/bin/bash\necho \"runtime at $EPOCHREALTIME\"\nPYTHONPATH=/work/python exec /usr/bin/python3 -m awslambdaric $1\n");
        session.assign(assignment("A", "b"));
        List<Double> times = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Path place = folder.resolve("pod" + i);
            try (var pod = new PodSandbox(place, session, port.address().getPort(), files)) {
                String timed = "echo \"loader at $EPOCHREALTIME\"\n" + Loader.shellCommand().getLast();
                pod.start(List.of("/bin/bash", "-c", timed), Map.of());
                Eventually.within(SOON, () -> pod.log().contains("runtime at "));
                double millis = (time(pod.log(), "runtime at ") - time(pod.log(), "loader at ")) * 1000;
                System.out.printf("loader to runtime: %.1f ms%n", millis);
                times.add(millis);
            }
        }
        // What else this machine does may hold one up.
        assertThat(Collections.min(times)).isLessThan(1_000);
    }

    private static double time(String log, String mark) {
        int at = log.indexOf(mark) + mark.length();
        return Double.parseDouble(log.substring(at, log.indexOf('\n', at)));
    }
}
