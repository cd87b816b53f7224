package dev.podium.kube.embedded;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Does for a function's container what its start script `podium/start` does in a real one: environment,
/// extensions, the runtime, and a report of each exit.
final class FunctionRun {
    private static final int NOT_FOUND = 127;
    private static final long RETRY_MILLIS = 100;
    /// A little more than the server gives extensions for their end.
    private static final Duration EXTENSIONS_END = Duration.ofMillis(2_200);

    private final Plan.Function plan;
    private final ContainerRun container;

    FunctionRun(Plan.Function plan, ContainerRun container) {
        this.plan = plan;
        this.container = container;
    }

    /// Runs until the server says stop, or the pod is being deleted.
    ///
    /// @return the runtime's last exit code
    int run() throws IOException, InterruptedException {
        Map<String, String> environment = environment();
        if (!plan.note().isEmpty()) {
            container.log().note(plan.note());
        }
        List<String> command = command(environment);
        if (command.isEmpty()) {
            container.log().note("neither /var/task/bootstrap nor /opt/bootstrap can be run");
            report(NOT_FOUND, "&error=Runtime.InvalidEntrypoint");
            return NOT_FOUND;
        }
        FunctionExtensions extensions = new FunctionExtensions(plan, container);
        while (true) {
            extensions.start(environment);
            int code = container.execute(new ContainerProcess.Command(command, environment, plan.workingDir()));
            if (container.stopping() || !report(code, "").equals("restart")) {
                extensions.end(EXTENSIONS_END);
                return code;
            }
            extensions.end(Duration.ZERO); // they knew the server that was away
            container.startsAgain();
        }
    }

    private Map<String, String> environment() throws IOException {
        Map<String, String> environment = new TreeMap<>(plan.environment());
        Path file = plan.names().folder("/podium/env");
        if (file != null && Files.exists(file)) {
            String text = Files.readString(file, StandardCharsets.UTF_8);
            EnvironmentFile.parse(text)
                    .forEach((name, value) -> environment.put(name, plan.names().local(value)));
        }
        return environment;
    }

    private List<String> command(Map<String, String> environment) throws IOException {
        List<String> command = new ArrayList<>(plan.runtime());
        if (command.isEmpty()) {
            for (String place : List.of("/var/task/bootstrap", "/opt/bootstrap")) {
                Path file = plan.names().folder(place);
                if (file != null && Files.isRegularFile(file)) {
                    String problem = Planner.unexecutable(file);
                    if (problem.isEmpty()) {
                        return List.of(file.toString());
                    }
                    container.log().note(place + ": " + problem);
                    return List.of();
                }
            }
            return List.of();
        }
        String wrapper = environment.get("AWS_LAMBDA_EXEC_WRAPPER");
        if (wrapper != null && !wrapper.isEmpty()) {
            command.addFirst(wrapper);
        }
        return command;
    }

    /// Tells the server that the runtime has ended; waits until the server can be reached, and knows this pod
    /// again.
    ///
    /// @param error what else to say, as further query parameters
    private String report(int code, String error) throws InterruptedException {
        String base = plan.source().toString();
        base = base.substring(0, base.lastIndexOf('/'));
        URI target = URI.create(base + "/exit?status=" + code + "&oom=" + (container.outOfMemory() ? 1 : 0) + error);
        return container.interruptibly("stop", () -> {
            while (true) {
                try (PlainCall call = PlainCall.send("POST", target, plan.address())) {
                    if (call.status() == 200) {
                        return call.text().strip();
                    }
                } catch (IOException e) {
                    // As when it answers otherwise: ask again.
                }
                Thread.sleep(RETRY_MILLIS);
            }
        });
    }
}
