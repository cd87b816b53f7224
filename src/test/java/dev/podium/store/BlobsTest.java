package dev.podium.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
final class BlobsTest {
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path folder;

    private static InputStream abc() {
        return new ByteArrayInputStream("abc".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void blobsAreNamedByTheirDigest() throws IOException {
        Blobs blobs = FileBlobs.open(folder);
        Blob blob = blobs.put(abc(), 3);
        assertThat(blob).isEqualTo(new Blob(ABC, 3));
        assertThat(blob.sha256Base64()).isEqualTo("ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
        assertThat(blobs.path(ABC)).hasContent("abc");
        assertThat(blobs.exists(ABC)).isTrue();
        assertThat(blobs.intact(ABC)).isTrue();
        assertThat(temporaries()).isEmpty();
    }

    @Test
    void puttingAgainHealsADamagedBlob() throws IOException {
        Blobs blobs = FileBlobs.open(folder);
        blobs.put(abc(), 3);
        Files.writeString(blobs.path(ABC), "abd");
        assertThat(blobs.intact(ABC)).isFalse();
        blobs.put(abc(), 3);
        assertThat(blobs.intact(ABC)).isTrue();
    }

    @Test
    void tooLongOrBrokenStreamsLeaveNothing() throws IOException {
        Blobs blobs = FileBlobs.open(folder);
        assertThatThrownBy(() -> blobs.put(abc(), 2)).isInstanceOf(BlobTooLarge.class);
        InputStream broken = new FilterInputStream(abc()) {
            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int n = super.read(buffer, offset, length);
                if (n < 0) {
                    throw new IOException("cut off");
                }
                return n;
            }
        };
        assertThatThrownBy(() -> blobs.put(broken, 100)).hasMessage("cut off");
        assertThat(temporaries()).isEmpty();
        try (Stream<Path> all = Files.walk(folder.resolve("blobs"))) {
            assertThat(all.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void leftoversAreRemovedAtStart() throws IOException {
        Blobs before = FileBlobs.open(folder);
        Files.writeString(before.temporary(), "half");
        Path nested = Files.createDirectories(before.temporary());
        Files.writeString(nested.resolve("file"), "half");
        before.put(abc(), 3);
        Blobs after = FileBlobs.open(folder);
        assertThat(temporaries()).isEmpty();
        assertThat(after.exists(ABC)).isTrue();
    }

    @Test
    void finishedFilesAreAdopted() throws IOException {
        Blobs blobs = FileBlobs.open(folder);
        Path file = blobs.temporary();
        Files.writeString(file, "abc");
        assertThat(blobs.adopt(file)).isEqualTo(new Blob(ABC, 3));
        assertThat(file).doesNotExist();
        assertThat(blobs.intact(ABC)).isTrue();
    }

    @Test
    void onlyWhatIsReferredToIsRetained() throws IOException {
        Blobs blobs = FileBlobs.open(folder);
        blobs.put(abc(), 3);
        Blob other = blobs.put(new ByteArrayInputStream(new byte[100]), 100);
        assertThat(blobs.retain(Set.of(ABC))).isEqualTo(1);
        assertThat(blobs.exists(ABC)).isTrue();
        assertThat(blobs.exists(other.sha256Hex())).isFalse();
        blobs.delete(ABC);
        blobs.delete(ABC);
        assertThat(blobs.exists(ABC)).isFalse();
    }

    @Test
    void namesThatAreNoDigestsNeverBecomePaths() throws IOException {
        Blobs blobs = FileBlobs.open(folder);
        for (String name : List.of("", "../../etc/passwd", ABC.toUpperCase(java.util.Locale.ROOT), ABC + "0")) {
            assertThatThrownBy(() -> blobs.path(name)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private List<Path> temporaries() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("tmp"))) {
            return files.toList();
        }
    }
}
