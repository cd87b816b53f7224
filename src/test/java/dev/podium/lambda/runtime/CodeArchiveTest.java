package dev.podium.lambda.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.lambda.runtime.InvalidCode.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.assertj.core.api.ObjectAssert;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@NullMarked
final class CodeArchiveTest {
    private static final int LINK = 0120777;
    private static final int FILE = 0100644;
    private static final LocalDateTime TIME = LocalDateTime.of(2020, 1, 1, 0, 0);

    @TempDir
    private Path folder;

    /// An entry to be.
    @SuppressWarnings("ArrayRecordComponent")
    private record Entry(String name, int mode, byte[] content) {
        static Entry of(String name) {
            return new Entry(name, FILE, name.getBytes(UTF_8));
        }

        static Entry link(String name, String target) {
            return new Entry(name, LINK, target.getBytes(UTF_8));
        }
    }

    private Path zip(Entry... entries) throws IOException {
        Path zip = Files.createTempFile(folder, "code", ".zip");
        try (var out = new ZipArchiveOutputStream(zip)) {
            for (Entry each : entries) {
                ZipArchiveEntry entry = new ZipArchiveEntry(each.name());
                entry.setTimeLocal(TIME);
                if (each.mode() != 0) {
                    entry.setUnixMode(each.mode());
                }
                out.putArchiveEntry(entry);
                out.write(each.content());
                out.closeArchiveEntry();
            }
        }
        return zip;
    }

    private static ObjectAssert<Reason> refused(Path zip, CodeLimits limits) {
        try {
            return assertThat((Reason) new Reason.Corrupt("accepted: " + CodeArchive.check(zip, limits)));
        } catch (InvalidCode e) {
            return assertThat(e.reason());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static ObjectAssert<Reason> refused(Path zip) {
        return refused(zip, CodeLimits.defaults());
    }

    @Test
    void soundArchivesAreMeasured() throws Exception {
        Path zip = zip(
                Entry.of("a/b.py"),
                Entry.of("./c.py"),
                new Entry("a/", 0040755, new byte[0]),
                Entry.link("a/up", "../c.py"),
                Entry.link("lib.so", "/opt/lib/lib.so"),
                Entry.link("abs", "/var/task/a"));
        assertThat(CodeArchive.check(zip, CodeLimits.defaults()))
                .isEqualTo(new CodeArchive.Checked(6 + 6 + 7 + 15 + 11, 6));
    }

    @Test
    void emptyArchivesAreRefused() throws Exception {
        refused(zip()).isInstanceOf(Reason.Empty.class);
        refused(zip(new Entry("only/", 0040755, new byte[0]))).isInstanceOf(Reason.Empty.class);
        refused(Files.createFile(folder.resolve("nothing"))).isInstanceOf(Reason.Empty.class);
    }

    @Test
    void corruptArchivesAreRefused() throws Exception {
        refused(Files.writeString(folder.resolve("text"), "this is no archive, but long enough to be looked at"))
                .isInstanceOf(Reason.Corrupt.class);
        byte[] noise = new byte[5_000];
        new Random(7).nextBytes(noise);
        Path zip = zip(new Entry("noise", FILE, noise), Entry.of("b"));
        byte[] whole = Files.readAllBytes(zip);
        refused(Files.write(folder.resolve("cut"), List.of(new String(whole, 0, 3_000, UTF_8))))
                .isInstanceOf(Reason.Corrupt.class);
        whole[2_000] ^= 1;
        refused(Files.write(folder.resolve("flipped"), whole)).isInstanceOf(Reason.Corrupt.class);
    }

    @Test
    void anySingleFlippedByteIsFoundOrHarmless() throws Exception {
        byte[] whole = Files.readAllBytes(zip(Entry.of("a.py"), Entry.link("l", "a.py")));
        Path file = folder.resolve("flipped");
        for (int i = 0; i < whole.length; i++) {
            byte[] flipped = whole.clone();
            flipped[i] ^= (byte) 0x85;
            Files.write(file, flipped);
            try {
                CodeArchive.check(file, CodeLimits.defaults());
            } catch (InvalidCode e) {
                assertThat(e.reason().message()).isNotBlank();
            }
        }
    }

    @Test
    void limitsHold() throws Exception {
        Path zip = zip(new Entry("zeros", FILE, new byte[2_000_000]), Entry.of("b"));
        refused(zip, new CodeLimits(2_000_000, 10)).isEqualTo(new Reason.TooLarge(2_000_000));
        refused(zip, new CodeLimits(3_000_000, 1)).isEqualTo(new Reason.TooManyEntries(1));
        assertThat(CodeArchive.check(zip, new CodeLimits(2_000_001, 2)).unzippedBytes())
                .isEqualTo(2_000_001);
    }

    @Test
    void archivesThatLieAboutTheirSizeAreBombs() throws Exception {
        byte[] whole = Files.readAllBytes(zip(new Entry("zeros", FILE, new byte[1_000_000])));
        int directory = whole.length - 22 - 46 - "zeros".length();
        while (whole[directory] != 'P' || whole[directory + 2] != 1) {
            directory--;
        }
        whole[directory + 24] = 100; // 100 instead of a million
        whole[directory + 25] = 0;
        whole[directory + 26] = 0;
        refused(Files.write(folder.resolve("bomb"), whole)).isInstanceOf(Reason.Bomb.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "../up", "a/../../up", "a/..", "..", "."})
    void pathsThatLeaveTheFolderAreRefused(String name) throws Exception {
        refused(zip(Entry.of("fine"), Entry.of(name))).isInstanceOf(Reason.UnsafePath.class);
    }

    @ParameterizedTest
    @CsvSource({
        "l, ../up",
        "l, /etc/passwd",
        "l, /var/task/../../etc",
        "l, /opt/../etc",
        "a/b/l, ../../../up",
        "l, a/../../up",
        "l, /var/tasks",
        "l, ''",
        "l, l",
    })
    void linksThatLeaveTheFolderAreRefused(String name, String target) throws Exception {
        refused(zip(Entry.of("fine"), Entry.link(name, target))).isInstanceOf(Reason.UnsafeLink.class);
    }

    @Test
    void linksThroughLinksAreFollowed() throws Exception {
        refused(zip(Entry.of("f"), Entry.link("a/b/root", "../.."), Entry.link("a/b/out", "root/../x")))
                .isInstanceOf(Reason.UnsafeLink.class);
        refused(zip(Entry.link("dir", "other"), Entry.of("dir/file"))).isInstanceOf(Reason.UnsafePath.class);
    }

    @Test
    void duplicatesAndOddEntriesAreRefused() throws Exception {
        refused(zip(Entry.of("a"), Entry.of("./a"))).isEqualTo(new Reason.DuplicateEntry("a"));
        refused(zip(Entry.of("a"), Entry.of("a/b"))).isEqualTo(new Reason.DuplicateEntry("a"));
        refused(zip(Entry.of("a"), Entry.link("a", "b"))).isEqualTo(new Reason.DuplicateEntry("a"));
        refused(zip(new Entry("fifo", 0010644, new byte[0]))).isInstanceOf(Reason.Unsupported.class);
    }

    @Test
    void tarsKeepModesAndLinksAndEndWithTheStartScript() throws Exception {
        String name = "very/".repeat(50) + "long.txt";
        Path zip = zip(
                new Entry("run", 0100755, "x".getBytes(UTF_8)),
                new Entry("plain", 0, "yy".getBytes(UTF_8)),
                new Entry("closed/", 0040555, new byte[0]),
                Entry.of("closed/ü"),
                Entry.link("link", "run"),
                Entry.of(name));
        CodeArchive.check(zip, CodeLimits.defaults());
        Path layer = zip(Entry.of("python/layer.py"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Assignment assignment =
                new Assignment(zip, List.of(layer), Map.of("NAME", "it's\nmine"), Assignment.Start.BOOTSTRAP);
        CodeArchive.writeTar(assignment, out);
        List<String> found = new ArrayList<>();
        try (var tar = new TarArchiveInputStream(new ByteArrayInputStream(out.toByteArray()), "UTF-8")) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                String content = new String(tar.readAllBytes(), UTF_8);
                found.add(entry.getName() + " " + Integer.toOctalString(entry.getMode() & 0777) + " "
                        + (entry.isSymbolicLink()
                                ? "-> " + entry.getLinkName()
                                : content.length() > 90 ? "…" : content));
            }
        }
        assertThat(found)
                .containsExactly(
                        "opt/python/layer.py 644 python/layer.py",
                        "var/task/closed/ 755 ",
                        "var/task/run 755 x",
                        "var/task/plain 644 yy",
                        "var/task/closed/ü 644 closed/ü",
                        "var/task/link 777 -> run",
                        "var/task/" + name + " 644 …",
                        "podium/env 644 export NAME='it'\\''s\nmine'\n",
                        "podium/start 755 …");
    }

    @Test
    void scriptsUnpackTheSameInBash() throws Exception {
        byte[] binary = new byte[100_000];
        new Random(3).nextBytes(binary);
        Path zip = zip(
                new Entry("run", 0100555, "x".getBytes(UTF_8)),
                new Entry("binary", 0, binary),
                new Entry("empty/", 0040755, new byte[0]),
                Entry.of("it's $HOME `x`\n/ü"),
                new Entry("nothing", FILE, new byte[0]),
                Entry.link("link", "run"));
        Path root = Files.createDirectory(folder.resolve("root"));
        Files.createDirectories(root.resolve("var/task"));
        Files.createDirectories(root.resolve("podium"));
        // the script changes to /: here that is the test's folder
        Process bash = new ProcessBuilder("bash", "-c", "cd() { builtin cd '" + root + "'; }; export -f cd; bash -s")
                .inheritIO()
                .redirectInput(ProcessBuilder.Redirect.PIPE)
                .start();
        try (var in = bash.getOutputStream()) {
            CodeArchive.writeScript(Assignment.of(zip, Map.of("A", "b"), Assignment.Start.ENTRYPOINT), in);
        }
        assertThat(bash.waitFor()).isZero();
        Path task = root.resolve("var/task");
        assertThat(task.resolve("binary")).hasBinaryContent(binary);
        assertThat(task.resolve("run")).hasContent("x");
        assertThat(Files.getPosixFilePermissions(task.resolve("run"))).hasSize(6);
        assertThat(Files.readSymbolicLink(task.resolve("link"))).hasToString("run");
        assertThat(task.resolve("empty")).isEmptyDirectory();
        assertThat(task.resolve("nothing")).isEmptyFile();
        assertThat(task.resolve("it's $HOME `x`\n/ü")).exists();
        assertThat(root.resolve("podium/env")).hasContent("export A='b'\n");
        assertThat(root.resolve("podium/start")).isExecutable();
        assertThat(root.resolve("podium/loaded")).exists();
    }

    @Test
    void unreadableArchivesNeverLookComplete() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Assignment gone = Assignment.of(folder.resolve("gone.zip"), Map.of(), Assignment.Start.ENTRYPOINT);
        assertThatThrownBy(() -> CodeArchive.writeScript(gone, out)).isInstanceOf(IOException.class);
        assertThat(out.toString(UTF_8)).doesNotContain("loaded");
    }

    @Test
    void environmentsAreChecked() {
        for (String name : List.of("", "1A", "A-B", "A B", "Ä", "A\nB")) {
            assertThatThrownBy(() -> Assignment.of(folder, Map.of(name, "x"), Assignment.Start.ENTRYPOINT))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> Assignment.of(folder, Map.of("A", "\0"), Assignment.Start.ENTRYPOINT))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void startScriptsAreValidForBash() throws Exception {
        for (List<String> command : List.of(Loader.shellCommand(), Loader.initCommand())) {
            Process bash = new ProcessBuilder("bash", "-n", "-c", command.getLast())
                    .inheritIO()
                    .start();
            assertThat(bash.waitFor()).isZero();
        }
        Path script = Files.write(folder.resolve("start"), Loader.startScript(Assignment.Start.BOOTSTRAP));
        assertThat(Files.readString(script)).contains("podium_kind='BOOTSTRAP'").doesNotContain("@START@");
        assertThat(new ProcessBuilder("bash", "-n", script.toString())
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }
}
