package dev.podium.kube.embedded.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.podium.Eventually;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@NullMarked
final class LocalProcessTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final int SIGWINCH = 28;

    @TempDir
    Path folder;

    /// Both ways of starting have to do the same.
    enum Way {
        SPAWN {
            @Override
            LocalProcess start(LocalProcess.Start start) throws IOException {
                assumeTrue(PosixSpawn.ofThisMachine() != null, "not on this machine");
                return LocalProcess.start(start);
            }
        },
        JDK {
            @Override
            LocalProcess start(LocalProcess.Start start) throws IOException {
                return JdkProcess.start(start);
            }
        };

        abstract LocalProcess start(LocalProcess.Start start) throws IOException;
    }

    private LocalProcess.Start shell(String script, @Nullable Path output) {
        return new LocalProcess.Start(List.of("/bin/sh", "-c", script), Map.of("A", "1 ü"), folder, output);
    }

    private String written(Way way, String script) throws Exception {
        Path file = folder.resolve("log");
        way.start(shell(script, file)).waitFor();
        return Files.readString(file);
    }

    @ParameterizedTest
    @EnumSource
    void outputGoesToTheEndOfTheFile(Way way) throws Exception {
        assertThat(written(way, "echo out; echo err >&2")).isEqualTo("out\nerr\n");
        assertThat(written(way, "echo more")).isEqualTo("out\nerr\nmore\n");
    }

    @ParameterizedTest
    @EnumSource
    void outputWithoutAFileIsReadUntilTheEnd(Way way) throws Exception {
        LocalProcess process = way.start(shell("echo out; echo err >&2; echo $A", null));
        try (var output = process.output()) {
            assertThat(new String(output.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("out\nerr\n1 ü\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void exitCodeOrSignalIsTold(Way way) throws Exception {
        assertThat(way.start(shell("exit 7", folder.resolve("log"))).waitFor()).isEqualTo(7);
        LocalProcess told = way.start(shell("trap 'exit 3' TERM; echo up; while :; do sleep 0.1; done", null));
        assertThat(told.output().read()).isEqualTo('u');
        assertThat(told.alive()).isTrue();
        assertThat(told.endsWithin(Duration.ZERO)).isFalse();
        told.terminate();
        assertThat(told.waitFor()).isEqualTo(3);
        LocalProcess killed = way.start(shell("exec sleep 600", folder.resolve("log")));
        killed.kill();
        assertThat(killed.endsWithin(SOON)).isTrue();
        assertThat(killed.waitFor()).isEqualTo(128 + 9);
        assertThat(killed.alive()).isFalse();
        killed.kill();
    }

    @ParameterizedTest
    @EnumSource
    void nothingOfTheServersIsHandedOn(Way way) throws Exception {
        Files.createFile(folder.resolve("open"));
        try (var open = Files.newInputStream(folder.resolve("open"))) {
            assertThat(open.read()).isEqualTo(-1);
            assertThat(written(way, "pwd; cat; env | grep -v '^_=\\|PWD=\\|SHLVL='"))
                    .isEqualTo(folder.toRealPath() + "\nA=1 ü\n");
            Files.delete(folder.resolve("log"));
            assertThat(written(way, "exec ls /proc/self/fd").lines()).containsExactly("0", "1", "2", "3");
        }
    }

    @ParameterizedTest
    @EnumSource
    void itLeadsItsOwnSession(Way way) throws Exception {
        String stat = written(way, "cat /proc/$$/stat");
        List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
        assertThat(Set.copyOf(fields.subList(2, 4))).containsExactly(stat.substring(0, stat.indexOf(' ')));
    }

    @ParameterizedTest
    @EnumSource
    void whatCanNotBeStartedIsSaid(Way way) throws Exception {
        Path text = Files.writeString(folder.resolve("text"), "no program");
        assumeTrue(way == Way.SPAWN, "setsid says it itself");
        assertThatThrownBy(() -> way.start(
                        new LocalProcess.Start(List.of(folder.resolve("none").toString()), Map.of(), folder, null)))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(folder.resolve("none").toString(), "No such file or directory");
        assertThatThrownBy(() -> way.start(new LocalProcess.Start(List.of(text.toString()), Map.of(), folder, null)))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(text.toString(), "Permission denied");
        assertThatThrownBy(() -> way.start(shell("true", folder.resolve("none/log"))))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> way.start(shell("true\0", null))).isInstanceOf(IllegalArgumentException.class);
    }

    /// As under `nohup`: a shell can't trap what was ignored when it began.
    @Test
    @SuppressWarnings("restricted")
    void signalsThatTheServerIgnoresCountAgain() throws Throwable {
        assumeTrue(PosixSpawn.ofThisMachine() != null, "not on this machine");
        Linker linker = Linker.nativeLinker();
        var signal = linker.downcallHandle(
                linker.defaultLookup().find("signal").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
        long ignored = 1;
        long before = (long) signal.invokeExact(SIGWINCH, ignored);
        try {
            assertThat(written(Way.SPAWN, "trap 'echo heard' WINCH; kill -WINCH $$"))
                    .isEqualTo("heard\n");
        } finally {
            assertThat((long) signal.invokeExact(SIGWINCH, before)).isEqualTo(ignored);
        }
    }

    /// Runs in a JVM of its own, and ends with the exit code of a process.
    static final class Probe {
        public static void main(String[] folder) throws Exception {
            System.exit(LocalProcess.start(new LocalProcess.Start(
                            List.of("/bin/sh", "-c", "exit 6"),
                            Map.of(),
                            Path.of(folder[0]),
                            Path.of(folder[0], "log")))
                    .waitFor());
        }
    }

    @Test
    void processesStartInAJvmThatMayNotCallTheSystem() throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--illegal-native-access=deny",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Probe.class.getName(),
                        folder.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(jvm.waitFor()).isEqualTo(6);
    }

    @Test
    void oneThreadWaitsForAllAndEndsWithTheLast() throws Exception {
        assumeTrue(PosixSpawn.ofThisMachine() != null, "not on this machine");
        List<FutureTask<LocalProcess>> starts = Stream.generate(() ->
                        new FutureTask<>(() -> LocalProcess.start(shell("exec sleep 600", folder.resolve("log")))))
                .limit(100)
                .toList();
        starts.forEach(start -> Thread.ofVirtual().name("start").start(start));
        List<LocalProcess> all = new ArrayList<>();
        for (FutureTask<LocalProcess> start : starts) {
            all.add(start.get());
        }
        Eventually.within(SOON, () -> waiting() == 1); // that of an earlier test may be about to end
        assertThat(all).allMatch(LocalProcess::alive);
        all.forEach(LocalProcess::kill);
        for (LocalProcess process : all) {
            assertThat(process.waitFor()).isEqualTo(137);
        }
        Eventually.within(SOON, () -> waiting() == 0);
    }

    private static long waiting() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("kubelet-ends"))
                .count();
    }

    /// Each is written while others start, whose children have the file open for writing for a moment.
    @Test
    void programsThatHaveJustBeenWrittenStart() throws Exception {
        List<FutureTask<Integer>> runs = Stream.iterate(0, i -> i + 1)
                .limit(100)
                .map(i -> new FutureTask<>(() -> {
                    Path program = Files.writeString(folder.resolve("program" + i), "#!/bin/sh\nexit 5\n");
                    assertThat(program.toFile().setExecutable(true)).isTrue();
                    return LocalProcess.start(new LocalProcess.Start(
                                    List.of(program.toString()), Map.of(), folder, folder.resolve("log")))
                            .waitFor();
                }))
                .toList();
        runs.forEach(run -> Thread.ofVirtual().name("run").start(run));
        for (FutureTask<Integer> run : runs) {
            assertThat(run.get()).isEqualTo(5);
        }
    }
}
