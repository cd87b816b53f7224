package dev.podium.lambda.runtime;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/// Writes the files of archives, in whatever shape a pod unpacks.
abstract class CodeWriter {
    private static final int OWNERS_ALL = 0700;

    /// Writes a directory.
    abstract void directory(String path, int mode) throws IOException;

    /// Writes a symbolic link.
    abstract void link(String path, String target) throws IOException;

    /// Writes a file of so many bytes.
    abstract void file(String path, int mode, long size, InputStream content) throws IOException;

    /// Ends what was written, so that the reader knows it has all. Not called after a failure.
    abstract void finish() throws IOException;

    /// Writes a file.
    final void file(String path, int mode, byte[] content) throws IOException {
        file(path, mode, content.length, new ByteArrayInputStream(content));
    }

    /// Writes an archive below a folder: directories first, so that none is made with the wrong mode on the way.
    final void archive(String folder, Path zip) throws IOException {
        archive(folder, zip, Overlay.NOTHING);
    }

    /// Writes an archive below a folder, but for what another archive will put in its place.
    final void archive(String folder, Path zip, Overlay over) throws IOException {
        try (ZipFile archive =
                ZipFile.builder().setPath(zip).setIgnoreLocalFileHeader(true).get()) {
            List<ZipArchiveEntry> entries = Collections.list(archive.getEntriesInPhysicalOrder());
            for (ZipArchiveEntry entry : entries) {
                String path = path(entry);
                if (entry.isDirectory() && !path.isEmpty() && !over.hides(path, true)) {
                    directory(folder + path, mode(entry, 0755) | OWNERS_ALL); // or nobody could unpack into it
                }
            }
            for (ZipArchiveEntry entry : entries) {
                if (entry.isDirectory() || over.hides(path(entry), false)) {
                    continue;
                }
                if (entry.isUnixSymlink()) {
                    link(folder + path(entry), archive.getUnixSymlink(entry));
                } else {
                    try (InputStream content = archive.getInputStream(entry)) {
                        file(folder + path(entry), mode(entry, 0644), entry.getSize(), content);
                    }
                }
            }
        }
    }

    static String path(ZipArchiveEntry entry) throws IOException {
        return ArchivePath.normal(entry.getName())
                .orElseThrow(() -> new IOException("an archive that was never checked"));
    }

    private static int mode(ZipArchiveEntry entry, int otherwise) {
        int mode = entry.getUnixMode() & 07777;
        return mode == 0 ? otherwise : mode & 0777;
    }
}
