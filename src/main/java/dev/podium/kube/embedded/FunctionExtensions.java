package dev.podium.kube.embedded;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Does for a function's extensions what its start script does in a real container: tells the server of them,
/// starts
/// them, waits until they have registered, and reports the end of each.
final class FunctionExtensions {
    /// Before each line that an extension writes, as in the start script.
    private static final String MARK = "\u001fextension\u001f";
    /// What AWS keeps for the runtime.
    private static final Set<String> RUNTIME_ONLY = Set.of(
            "AWS_EXECUTION_ENV",
            "AWS_LAMBDA_LOG_GROUP_NAME",
            "AWS_LAMBDA_LOG_STREAM_NAME",
            "AWS_XRAY_CONTEXT_MISSING",
            "AWS_XRAY_DAEMON_ADDRESS",
            "LAMBDA_RUNTIME_DIR",
            "LAMBDA_TASK_ROOT",
            "_AWS_XRAY_DAEMON_ADDRESS",
            "_AWS_XRAY_DAEMON_PORT",
            "_HANDLER");

    private static final int NOT_EXECUTABLE = 126;

    private final Plan.Function plan;
    private final ContainerRun container;
    private final List<ContainerProcess> running = new ArrayList<>(0);
    private int round;

    FunctionExtensions(Plan.Function plan, ContainerRun container) {
        this.plan = plan;
        this.container = container;
    }

    /// Starts every file in `/opt/extensions`; returns when all have registered.
    void start(Map<String, String> runtimeEnvironment) throws IOException, InterruptedException {
        List<Path> files = files();
        if (files.isEmpty()) {
            return;
        }
        round++;
        String names = files.stream().map(FunctionExtensions::escaped).collect(Collectors.joining("/"));
        call("POST", "extensions?run=" + round + "&names=" + names);
        Map<String, String> environment = new TreeMap<>(runtimeEnvironment);
        environment.keySet().removeAll(RUNTIME_ONLY);
        for (Path file : files) {
            start(file, environment);
        }
        container.interruptibly(false, () -> call("GET", "extensions?count=" + files.size()));
    }

    private List<Path> files() throws IOException {
        Path folder = plan.names().folder("/opt/extensions");
        if (folder == null || !Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private void start(Path file, Map<String, String> environment) throws IOException {
        String about = "extension?run=" + round + "&name=" + escaped(file) + "&status=";
        String problem = Planner.unexecutable(file);
        if (!problem.isEmpty()) {
            container.log().note("/opt/extensions/" + file.getFileName() + ": " + problem);
            call("POST", about + NOT_EXECUTABLE + "&why=" + problem.replace(" ", "%20"));
            return;
        }
        ContainerProcess process = container.startBeside(
                new ContainerProcess.Command(List.of(file.toString()), environment, plan.workingDir()), MARK);
        if (process != null) {
            running.add(process);
            Thread.ofVirtual().name("kubelet-extension-" + file.getFileName()).start(() -> {
                try {
                    int status = container.awaitEnd(process);
                    call("POST", about + status);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
    }

    /// Waits for the extensions to end by themselves, since they have their SHUTDOWN event from the server;
    /// kills those
    /// that don't.
    void end(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        for (ContainerProcess process : running) {
            if (!process.endsWithin(Duration.ofNanos(Math.max(0, end - System.nanoTime())))) {
                process.kill();
            }
        }
        running.clear();
    }

    private static String escaped(Path file) {
        return URLEncoder.encode(file.getFileName().toString(), StandardCharsets.UTF_8)
                .replace("+", "%20");
    }

    /// One call to the server, which may be away.
    private boolean call(String method, String what) {
        String base = plan.source().toString();
        URI target = URI.create(base.substring(0, base.lastIndexOf('/') + 1) + what);
        try (PlainCall call = PlainCall.send(method, target, plan.address())) {
            return call.status() / 100 == 2;
        } catch (IOException e) {
            return false;
        }
    }
}
