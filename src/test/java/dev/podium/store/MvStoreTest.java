package dev.podium.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
final class MvStoreTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path folder;

    @Test
    void everyAcknowledgedWriteSurvivesKillMinusNine() throws Exception {
        int before = 0;
        for (int round = 0; round < 3; round++) {
            List<String> acknowledged = writeUntilKilled(300 + 400 * round);
            assertThat(acknowledged).hasSizeGreaterThan(100);
            try (Store store = MvStore.open(folder)) {
                Table<String> table = store.table("writes", String.class);
                for (String key : acknowledged) {
                    assertThat(table.get(key)).as(key).contains(WriterProcess.value(key));
                }
                assertThat(table.size()).isGreaterThanOrEqualTo(before + acknowledged.size());
                before = (int) table.size();
            }
        }
    }

    /// Runs writers in a JVM of their own and kills it, once it has written for a while, in the middle of its
    /// work.
    private List<String> writeUntilKilled(int atLeast) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        WriterProcess.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> acknowledged = new ArrayList<>();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.endsWith(".")) {
                    acknowledged.add(line.substring(0, line.length() - 1));
                }
                if (acknowledged.size() == atLeast) {
                    process.toHandle().destroyForcibly(); // the process itself would close the stream
                }
            }
        }
        assertThat(process.waitFor()).isNotZero();
        return acknowledged;
    }

    @Test
    void aFolderInUseIsNamed() {
        try (Store store = MvStore.open(folder)) {
            assertThat(store.blobs()).isNotNull();
            assertThatThrownBy(() -> MvStore.open(folder))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(folder.toString())
                    .hasMessageContaining("another Podium")
                    .hasMessageContaining("PODIUM_STATE_DIR");
        }
        MvStore.open(folder).close();
    }

    @Test
    void aFileThatIsNoStoreIsRefusedAndLeftAlone() throws Exception {
        Path file = folder.resolve("podium.mv");
        Files.writeString(file, "something else ".repeat(1000));
        try (MvStore store = MvStore.open(folder)) {
            assertThatThrownBy(store::ready).isInstanceOf(StoreException.class).hasMessageContaining(folder.toString());
            assertThatThrownBy(() -> store.table("t", String.class).put("k", "v"))
                    .isInstanceOf(StoreException.class);
        }
        assertThat(file).hasSize(15_000);
    }

    @Test
    void aCreationCutOffByACrashIsStartedAgain() throws Exception {
        Files.write(folder.resolve("podium.mv"), new byte[4096]);
        try (Store store = MvStore.open(folder)) {
            store.table("t", String.class).put("k", "v");
        }
    }

    @Test
    void interruptsOfCallersDoNoHarm() throws Exception {
        try (Store store = MvStore.open(folder)) {
            Table<String> table = store.table("t", String.class);
            AtomicBoolean stop = new AtomicBoolean();
            List<Thread> threads = new ArrayList<>();
            List<Throwable> failures = new CopyOnWriteArrayList<>();
            for (int t = 0; t < 4; t++) {
                int thread = t;
                Thread.Builder builder = Thread.ofVirtual().uncaughtExceptionHandler((ended, e) -> failures.add(e));
                threads.add(builder.start(() -> {
                    for (int i = 0; !stop.get(); i++) {
                        table.put(thread + "/" + i, "x".repeat(70_000));
                        assertThat(table.get(thread + "/" + i / 2)).isPresent();
                    }
                }));
            }
            for (int i = 0; i < 200; i++) {
                threads.forEach(Thread::interrupt);
                Thread.sleep(2);
            }
            stop.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failures).isEmpty();
            table.put("after", "still works");
        }
        try (Store store = MvStore.open(folder)) {
            assertThat(store.table("t", String.class).get("after")).contains("still works");
            assertThat(store.table("t", String.class).size()).isGreaterThan(4);
        }
    }

    @Test
    void changesAfterCloseFail() {
        Store store = MvStore.open(folder);
        Table<String> table = store.table("t", String.class);
        table.put("k", "v");
        store.close();
        store.close();
        assertThatThrownBy(() -> table.put("k", "w")).isInstanceOf(StoreException.class);
    }

    @Test
    void writersAndReadersOutliveManyQuickCommits() throws Exception {
        try (Store store = MvStore.open(folder);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Table<String> table = store.table("t", String.class);
            String value = "x".repeat(200);
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < 48; thread++) {
                String prefix = String.format("%02d/", thread);
                all.add(threads.submit(() -> {
                    for (int i = 0; i < 1500; i++) {
                        table.put(prefix + i, value);
                        table.keys(prefix, null, 50);
                        if (i >= 20) {
                            table.remove(prefix + (i - 20));
                        }
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
            assertThat(table.size()).isEqualTo(48 * 20);
        }
    }

    @Test
    void deadSpaceIsUsedAgain() throws Exception {
        try (Store store = MvStore.open(folder)) {
            Table<String> table = store.table("t", String.class);
            String value = "x".repeat(20_000);
            for (int i = 0; i < 3000; i++) {
                table.put("k" + i % 20, i + value);
            }
            // 60 MB were written, 400 kB live
            assertThat(Files.size(folder.resolve("podium.mv"))).isLessThan(8 << 20);
        }
        assertThat(Files.size(folder.resolve("podium.mv"))).isLessThan(8 << 20);
    }

    @Test
    void inMemoryStoresLeaveNothing() throws Exception {
        Path blob;
        try (Store store = MvStore.inMemory()) {
            Table<String> table = store.table("t", String.class);
            table.put("k", "v");
            assertThat(table.get("k")).contains("v");
            blob = store.blobs()
                    .path(store.blobs()
                            .put(new java.io.ByteArrayInputStream(new byte[5]), 5)
                            .sha256Hex());
            assertThat(blob).exists();
        }
        assertThat(blob).doesNotExist();
    }
}
