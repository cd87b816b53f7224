package dev.podium.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that belong to records, over crashes and readers.
@NullMarked
final class RecordFilesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path state;

    @SuppressWarnings("NullAway.Init")
    private RecordFiles files;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(state.resolve("tmp"));
        files = again();
    }

    private RecordFiles again() {
        return new RecordFiles(state.resolve("files"), state.resolve("tmp"));
    }

    private String written(RecordFiles.Change change) throws IOException {
        return change.write(out -> out.write(new byte[] {1, 2, 3}));
    }

    private long left() throws IOException {
        try (var all = Files.walk(state)) {
            return all.filter(Files::isRegularFile).count();
        }
    }

    @Test
    void whatACrashLeftGoesUnlessItsRecordHasIt() throws Exception {
        RecordFiles.Change lost = files.change("a key");
        String absent = written(lost);
        RecordFiles.Change kept = files.change("another");
        String present = written(kept);
        files = again();
        files.recover(owner -> owner.equals("another") ? Set.of(present) : Set.of());
        assertThat(files.path(absent)).doesNotExist();
        assertThat(files.path(present)).exists();
        assertThat(left()).isEqualTo(1);
        assertThat(files.bytes()).isEqualTo(3);
    }

    @Test
    void changeThatIsNotDoneLeavesNothing() throws Exception {
        try (RecordFiles.Change change = files.change("a")) {
            written(change);
            assertThatThrownBy(() -> change.write(out -> {
                        out.write(new byte[10], 0, 10);
                        throw new IOException("cut off");
                    }))
                    .hasMessage("cut off");
        }
        assertThat(left()).isZero();
        assertThat(files.bytes()).isZero();
    }

    @Test
    void fileGoesWithItsLastReader() throws Exception {
        String name;
        try (RecordFiles.Change change = files.change("a")) {
            name = written(change);
            change.done(List.of());
        }
        List<String> names = List.of(name);
        assertThat(files.hold(names)).isTrue();
        assertThat(files.hold(names)).isTrue();
        try (RecordFiles.Change change = files.change("a")) {
            change.done(names);
        }
        files.release(names);
        assertThat(files.path(name)).exists();
        files.release(names);
        assertThat(files.path(name)).doesNotExist();
        assertThat(files.hold(names)).isFalse();
        // The note of the change that could not delete it: the next start finds nothing to do.
        again().recover(owner -> Set.of());
        assertThat(left()).isZero();
    }
}
