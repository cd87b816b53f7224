package dev.podium.kube.embedded.process;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Starts processes by `posix_spawn`, which needs no program of its own in between.
final class PosixSpawn {
    /// POSIX_SPAWN_SETSIGDEF, POSIX_SPAWN_SETSIGMASK (to none) and POSIX_SPAWN_SETSID.
    private static final int FLAGS = 0x04 | 0x08 | 0x80;
    private static final int O_CREAT_APPEND_WRONLY = 02101;
    private static final int READABLE_BY_ALL = 0644;
    private static final int ETXTBSY = 26;
    /// Larger than the C library's opaque structures.
    private static final long STRUCTURE = 512;
    private static final long SIGNALS = 128;
    private static final long POINTER = 8;

    private final PosixCalls posix;
    private final Ends ends;

    private PosixSpawn(PosixCalls posix, Ends ends) {
        this.posix = posix;
        this.ends = ends;
    }

    /// Loaded by the first who asks.
    private static final class Loaded {
        static final @Nullable PosixSpawn INSTANCE = load();

        private static @Nullable PosixSpawn load() {
            PosixCalls posix = PosixCalls.ofThisMachine();
            Ends ends = posix == null ? null : Ends.create(posix);
            return posix == null || ends == null ? null : new PosixSpawn(posix, ends);
        }
    }

    /// Nothing where processes can't be started like this.
    static @Nullable PosixSpawn ofThisMachine() {
        return Loaded.INSTANCE;
    }

    /// Starts a process.
    SpawnedProcess start(LocalProcess.Start start) throws IOException {
        Path file = start.output();
        if (file != null) {
            return watched(spawn(start, file.toString(), -1), InputStream.nullInputStream());
        }
        int[] pipe = posix.pipe();
        if (pipe.length == 0) {
            throw failure(start, "no pipe for its output");
        }
        try {
            // Opened anew, so that it is the JDK's to close.
            InputStream output = new FileInputStream("/proc/self/fd/" + pipe[0]);
            try {
                return watched(spawn(start, "", pipe[1]), output);
            } catch (IOException | RuntimeException e) {
                output.close();
                throw e;
            }
        } finally {
            posix.close(pipe[0]);
            posix.close(pipe[1]);
        }
    }

    private SpawnedProcess watched(int pid, InputStream output) throws IOException {
        SpawnedProcess process = new SpawnedProcess(posix, pid, output);
        if (!ends.watch(process)) {
            process.kill();
            process.reap();
            throw new IOException("a process can't be waited for: too many files are open");
        }
        return process;
    }

    /// @param file gets its output at its end, unless a descriptor does
    /// @param descriptor -1 for a file
    private int spawn(LocalProcess.Start start, String file, int descriptor) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            long actions = arena.allocate(STRUCTURE, POINTER).address();
            long attributes = arena.allocate(STRUCTURE, POINTER).address();
            posix.call("posix_spawnattr_init", attributes);
            posix.call("posix_spawnattr_setflags", attributes, FLAGS);
            MemorySegment signals = arena.allocate(SIGNALS, POINTER).fill((byte) -1);
            posix.call("posix_spawnattr_setsigdefault", attributes, signals.address());
            posix.call("posix_spawn_file_actions_init", actions);
            try {
                add("addopen", actions, 0, PosixCalls.text(arena, "/dev/null"), 0, 0);
                if (descriptor < 0) {
                    add("addopen", actions, 1, PosixCalls.text(arena, file), O_CREAT_APPEND_WRONLY, READABLE_BY_ALL);
                } else {
                    add("adddup2", actions, descriptor, 1);
                }
                add("adddup2", actions, 1, 2);
                add(
                        "addchdir_np",
                        actions,
                        PosixCalls.text(arena, start.workingDir().toString()));
                add("addclosefrom_np", actions, 3);
                return spawn(arena, start, actions, attributes);
            } finally {
                posix.call("posix_spawn_file_actions_destroy", actions);
            }
        }
    }

    private void add(String action, long... arguments) throws IOException {
        int error = posix.call("posix_spawn_file_actions_" + action, arguments);
        if (error != 0) {
            throw new IOException(posix.message(error));
        }
    }

    private int spawn(Arena arena, LocalProcess.Start start, long actions, long attributes) throws IOException {
        long program = PosixCalls.text(arena, start.command().getFirst());
        long arguments = PosixCalls.texts(arena, start.command());
        List<String> variables = start.environment().entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .toList();
        long environment = PosixCalls.texts(arena, variables);
        MemorySegment pid = arena.allocate(ValueLayout.JAVA_INT);
        int error = 0;
        for (int attempt = 0; attempt < 50; attempt++) {
            error = posix.call("posix_spawn", pid.address(), program, actions, attributes, arguments, environment);
            if (error != ETXTBSY) {
                break;
            }
            // Another process that is just beginning still has the file that was written for this one.
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
        if (error != 0) {
            throw failure(start, posix.message(error));
        }
        return pid.get(ValueLayout.JAVA_INT, 0);
    }

    private static IOException failure(LocalProcess.Start start, String why) {
        return new IOException("can't run " + start.command().getFirst() + " in " + start.workingDir() + ": " + why);
    }
}
