package dev.podium.lambda.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/// Code as a tar that both GNU's and busybox's unpack.
final class TarCode extends CodeWriter {
    private final TarArchiveOutputStream tar;

    TarCode(OutputStream out) {
        tar = new TarArchiveOutputStream(out, "UTF-8");
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
    }

    private static TarArchiveEntry entry(String path, byte kind, int mode) {
        TarArchiveEntry entry = new TarArchiveEntry(path, kind);
        entry.setMode(mode);
        entry.setIds(0, 0);
        entry.setNames("", "");
        entry.setModTime(0);
        return entry;
    }

    @Override
    void directory(String path, int mode) throws IOException {
        put(entry(path + "/", TarConstants.LF_DIR, mode));
    }

    @Override
    void link(String path, String target) throws IOException {
        TarArchiveEntry entry = entry(path, TarConstants.LF_SYMLINK, 0777);
        entry.setLinkName(target);
        put(entry);
    }

    @Override
    void file(String path, int mode, long size, InputStream content) throws IOException {
        TarArchiveEntry entry = entry(path, TarConstants.LF_NORMAL, mode);
        entry.setSize(size);
        tar.putArchiveEntry(entry);
        content.transferTo(tar);
        tar.closeArchiveEntry();
    }

    private void put(TarArchiveEntry entry) throws IOException {
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    @Override
    void finish() throws IOException {
        tar.finish();
        tar.flush();
    }
}
