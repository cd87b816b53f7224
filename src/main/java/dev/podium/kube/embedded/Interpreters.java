package dev.podium.kube.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/// The interpreters of this machine, tried out before first use: a name on the PATH may be a shim that doesn't
/// work.
///
/// What works is remembered; what doesn't is tried again after a few seconds, so that it can be installed
/// meanwhile.
final class Interpreters {
    private static final long RETRY_NANOS = Duration.ofSeconds(5).toNanos();

    private final String searchPath;
    private final Map<String, FutureTask<Probe>> probes = new ConcurrentHashMap<>();

    Interpreters(String searchPath) {
        this.searchPath = searchPath;
    }

    /// A working interpreter.
    ///
    /// @param version as it says itself: `3.11`, `20.20.2`
    record Interpreter(Path executable, String version) {}

    private record Probe(Optional<Interpreter> found, long nanos) {}

    /// The first of several commands that works.
    ///
    /// @param script makes the command print its executable's path and its version, separated by a space
    Optional<Interpreter> first(List<String> commands, String option, String script) throws InterruptedException {
        for (String command : commands) {
            Optional<Interpreter> found = probe(command, option, script);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /// Looks a command up in a PATH.
    static Optional<Path> find(String command, String searchPath) {
        for (String folder : searchPath.split(java.io.File.pathSeparator, -1)) {
            try {
                Path candidate = Path.of(folder).resolve(command);
                if (!folder.isEmpty() && Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                    return Optional.of(candidate);
                }
            } catch (InvalidPathException e) {
                // Not a folder then.
            }
        }
        return Optional.empty();
    }

    private Optional<Interpreter> probe(String command, String option, String script) throws InterruptedException {
        FutureTask<Probe> made = new FutureTask<>(() -> new Probe(run(command, option, script), System.nanoTime()));
        FutureTask<Probe> other = probes.putIfAbsent(command, made);
        FutureTask<Probe> task = other == null ? made : other;
        if (other == null) {
            made.run();
        }
        try {
            Probe probe = task.get();
            if (probe.found().isEmpty() && System.nanoTime() - probe.nanos() > RETRY_NANOS) {
                probes.remove(command, task);
            }
            return probe.found();
        } catch (ExecutionException e) {
            probes.remove(command, task);
            return Optional.empty();
        }
    }

    private Optional<Interpreter> run(String command, String option, String script)
            throws IOException, InterruptedException {
        Optional<Path> path = find(command, searchPath);
        if (path.isEmpty()) {
            return Optional.empty();
        }
        List<String> line = new ArrayList<>(List.of(path.get().toString(), option, script));
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectError(Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().put("PATH", searchPath);
        Process process = builder.start();
        try (InputStream in = process.getInputStream()) {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.empty();
            }
            String[] said = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .strip()
                    .split(" ", 2);
            if (process.exitValue() != 0 || said.length < 2) {
                return Optional.empty();
            }
            return Optional.of(new Interpreter(Path.of(said[0]), said[1]));
        }
    }
}
