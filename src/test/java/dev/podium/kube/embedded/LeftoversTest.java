package dev.podium.kube.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What is left of a server that was killed with -9, and what becomes of it.
@NullMarked
@Timeout(300)
final class LeftoversTest {
    private static final Duration SOON = Duration.ofSeconds(100);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void nextStartEndsTheProcessesAndDeletesTheFilesOfAKilledServer() throws Exception {
        Path pids = folder.resolve("pids");
        Process server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ClusterProcess.class.getName(),
                        folder.resolve("cluster").toString(),
                        pids.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        Process stranger = new ProcessBuilder("/bin/sh", "-c", "sleep 600").start();
        try {
            Eventually.within(SOON, () -> lines(pids).size() == 3);
            server.destroyForcibly().waitFor();
            List<Long> left = lines(pids).stream().map(Long::parseLong).toList();
            assertThat(left).allMatch(LeftoversTest::lives);
            assertThat(pods()).hasSize(1);
            try (EmbeddedCluster next = EmbeddedCluster.start(EmbeddedSettings.defaults(folder.resolve("cluster")))) {
                Eventually.within(SOON, () -> left.stream().noneMatch(LeftoversTest::lives));
                assertThat(pods()).isEmpty();
                assertThat(next.access().namespace()).isEqualTo("default");
            }
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            server.destroyForcibly();
            stranger.destroyForcibly();
        }
    }

    @Test
    void recordOfAPidThatSomebodyElseHasNowHurtsNobody() throws Exception {
        Process stranger = new ProcessBuilder("/bin/sh", "-c", "sleep 600").start();
        try {
            Path processes = Files.createDirectories(folder.resolve("cluster/pods/some-uid/processes"));
            Files.writeString(processes.resolve(Long.toString(stranger.pid())), "1");
            Files.writeString(processes.resolve("no-pid"), "1");
            EmbeddedCluster.start(EmbeddedSettings.defaults(folder.resolve("cluster")))
                    .close();
            assertThat(stranger.isAlive()).isTrue();
            assertThat(pods()).isEmpty();
        } finally {
            stranger.destroyForcibly();
        }
    }

    private static boolean lives(long pid) {
        return ProcessTree.startOf(pid) != 0
                && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private List<Path> pods() throws IOException {
        try (var all = Files.list(folder.resolve("cluster/pods"))) {
            return all.toList();
        }
    }
}
