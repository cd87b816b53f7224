package dev.podium.kube.embedded.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A process that this server has started.
///
/// It reads nothing, leads a session of its own where this machine can do that, so that its whole family is found
/// even when members are orphaned, and its signals mean what they mean to any process that begins.
public sealed interface LocalProcess permits SpawnedProcess, JdkProcess {
    /// What to run.
    ///
    /// @param command an absolute path, then arguments
    /// @param environment all of it: nothing of the server's own environment is handed on
    /// @param output gets what it writes to standard output and standard error, at its end; null: [#output]
    record Start(
            List<String> command,
            Map<String, String> environment,
            Path workingDir,
            @Nullable Path output) {}

    /// Starts a process.
    ///
    /// @throws IOException when the system can't, for example because there is no such program
    static LocalProcess start(Start start) throws IOException {
        PosixSpawn spawn = PosixSpawn.ofThisMachine();
        return spawn != null ? spawn.start(start) : JdkProcess.start(start);
    }

    /// Loads what the first start needs, which takes tens of milliseconds.
    static void prepare() {
        PosixSpawn.ofThisMachine();
    }

    long pid();

    boolean alive();

    /// Waits for its end.
    ///
    /// @return its exit code, 128 + signal when one ended it
    int waitFor() throws InterruptedException;

    /// Waits for its end.
    ///
    /// @return false if it runs on
    boolean endsWithin(Duration limit) throws InterruptedException;

    /// Asks it to end (SIGTERM).
    void terminate();

    /// Ends it (SIGKILL).
    void kill();

    /// What it writes; empty when that goes to a file. Reading blocks the platform thread that a virtual thread runs
    /// on.
    InputStream output();
}
