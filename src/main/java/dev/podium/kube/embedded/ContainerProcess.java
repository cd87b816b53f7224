package dev.podium.kube.embedded;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A running local process of a container, with everything it starts.
///
/// It leads a session of its own where `setsid` exists, so that its whole family is found even when members are
/// orphaned. Its output goes straight into the container's log file: no thread copies it.
final class ContainerProcess {
    /// Name of the environment variable by which leftovers of a killed server are recognised; its value is the
    /// pod's uid.
    static final String MARKER = "PODIUM_EMBEDDED_POD";

    private static final Path SETSID = Path.of("/usr/bin/setsid");
    private static final Path NOTHING = Path.of("/dev/null");

    private final Process process;
    private final Path record;

    private ContainerProcess(Process process, Path record) {
        this.process = process;
        this.record = record;
    }

    /// What to run.
    ///
    /// @param command an absolute path, then arguments
    /// @param environment all of it: nothing of the server's own environment is handed on
    record Command(List<String> command, Map<String, String> environment, Path workingDir) {}

    /// Starts a process.
    ///
    /// @throws IOException when the system can't
    static ContainerProcess start(Command command, ContainerLog log, PodFolder pod) throws IOException {
        List<String> line = new ArrayList<>(command.command().size() + 1);
        if (Files.isExecutable(SETSID)) {
            line.add(SETSID.toString());
        }
        line.addAll(command.command());
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(command.workingDir().toFile())
                .redirectInput(Redirect.from(NOTHING.toFile()))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(log.file().toFile()));
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.putAll(command.environment());
        environment.put(MARKER, pod.path().getFileName().toString());
        Process process = builder.start();
        Path record = pod.processes().resolve(Long.toString(process.pid()));
        Files.writeString(record, Long.toString(ProcessTree.startOf(process.pid())));
        return new ContainerProcess(process, record);
    }

    long pid() {
        return process.pid();
    }

    boolean alive() {
        return process.isAlive();
    }

    /// Waits for the end of the first process, kills what it left behind, and gives its exit code (128 +
    /// signal).
    int waitFor() throws InterruptedException {
        int code = process.waitFor();
        ProcessTree.killMembers(process.pid());
        try {
            Files.deleteIfExists(record);
        } catch (IOException e) {
            // The pod's folder may be gone already, and the record with it.
        }
        return code;
    }

    /// Asks the first process to end (SIGTERM).
    void terminate() {
        process.destroy();
    }

    /// Ends the whole family at once (SIGKILL).
    void kill() {
        process.destroyForcibly();
        ProcessTree.killMembers(process.pid());
    }
}
