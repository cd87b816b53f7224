package dev.podium.kube.embedded;

import dev.podium.kube.embedded.process.LocalProcess;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A running local process of a container, with everything it starts.
///
/// Its output goes straight into the container's log file: no thread copies it, unless its lines are marked.
final class ContainerProcess {
    /// Name of the environment variable by which leftovers of a killed server are recognised; its value is
    /// the pod's uid.
    static final String MARKER = "PODIUM_EMBEDDED_POD";

    private static final Logger LOG = System.getLogger(ContainerProcess.class.getName());
    private static final int MAX_LINE = 256 << 10;
    private static final Path NOTHING = Path.of("/dev/null");

    private final LocalProcess process;
    private final Path record;
    private final boolean marked;

    private ContainerProcess(LocalProcess process, Path record, boolean marked) {
        this.process = process;
        this.record = record;
        this.marked = marked;
    }

    /// What to run.
    ///
    /// @param command an absolute path, then arguments
    /// @param environment all of it: nothing of the server's own environment is handed on
    record Command(List<String> command, Map<String, String> environment, Path workingDir) {}

    /// Starts a process.
    ///
    /// @param mark put before each line that it writes; empty: its output goes straight into the log
    /// @throws IOException when the system can't
    static ContainerProcess start(Command command, ContainerLog log, PodFolder pod, String mark) throws IOException {
        Map<String, String> environment = new HashMap<>(command.environment());
        environment.put(MARKER, pod.path().getFileName().toString());
        LocalProcess process = LocalProcess.start(new LocalProcess.Start(
                command.command(), environment, command.workingDir(), mark.isEmpty() ? log.file() : null));
        Path record = pod.processes().resolve(Long.toString(process.pid()));
        Files.writeString(record, Long.toString(ProcessTree.startOf(process.pid())));
        if (!mark.isEmpty()) {
            // A virtual thread would keep the thread that it runs on while it waits for output, and those are few.
            Thread.ofPlatform()
                    .daemon()
                    .name("kubelet-output-" + process.pid())
                    .start(() -> copy(process.output(), log, mark));
        }
        return new ContainerProcess(process, record, !mark.isEmpty());
    }

    /// Runs a command whose output nobody wants.
    ///
    /// @return whether it exits with 0 in time; it is killed when it does not
    static boolean succeeds(Command command, Duration limit) throws IOException, InterruptedException {
        LocalProcess process = LocalProcess.start(
                new LocalProcess.Start(command.command(), command.environment(), command.workingDir(), NOTHING));
        try {
            return process.endsWithin(limit) && process.waitFor() == 0;
        } finally {
            process.kill();
            ProcessTree.killMembers(process.pid());
        }
    }

    /// Copies lines, each in one write, so that those of several processes don't mix.
    private static void copy(InputStream output, ContainerLog log, String mark) {
        byte[] head = mark.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (InputStream in = new BufferedInputStream(output);
                OutputStream out =
                        Files.newOutputStream(log.file(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (int read = in.read(); read >= 0; read = in.read()) {
                if (line.size() == 0) {
                    line.writeBytes(head);
                }
                line.write(read);
                if (read == '\n' || line.size() > MAX_LINE) {
                    out.write(line.toByteArray());
                    line.reset();
                }
            }
            if (line.size() > 0) {
                line.write('\n');
                out.write(line.toByteArray());
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "output of a process is lost: {0}", e.getMessage());
        }
    }

    long pid() {
        return process.pid();
    }

    boolean alive() {
        return process.alive();
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

    /// Asks the first process to end (SIGTERM); not one whose lines are marked, which is told otherwise.
    void terminate() {
        if (!marked) {
            process.terminate();
        }
    }

    /// Waits for the end of the first process.
    ///
    /// @return false if it runs on
    boolean endsWithin(Duration limit) throws InterruptedException {
        return process.endsWithin(limit);
    }

    /// Ends the whole family at once (SIGKILL).
    void kill() {
        process.kill();
        ProcessTree.killMembers(process.pid());
    }
}
