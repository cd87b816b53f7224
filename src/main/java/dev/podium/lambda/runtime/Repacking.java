package dev.podium.lambda.runtime;

import dev.podium.lambda.runtime.InvalidCode.Reason;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.Deflater;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/// Turns a tar into a zip, entry by entry: nothing is collected in memory or unpacked.
record Repacking(CodeLimits limits) {
    private static final int FILE = 0100000;
    private static final int FOLDER = 0040000;
    private static final int LINK = 0120000;

    /// @return how many entries were written; no file is made when that is none
    int run(InputStream from, Path zip) throws InvalidCode, IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new BufferedInputStream(from, 65_536))) {
            TarArchiveEntry entry = next(tar);
            if (entry == null) {
                return 0;
            }
            try (ZipArchiveOutputStream out =
                    new ZipArchiveOutputStream(new BufferedOutputStream(Files.newOutputStream(zip), 65_536))) {
                out.setLevel(Deflater.BEST_SPEED); // it is read more often than it is kept
                int entries = 0;
                long bytes = 0;
                for (; entry != null; entry = next(tar)) {
                    bytes += entry.getSize();
                    if (++entries > limits.maxEntries()) {
                        throw new InvalidCode(new Reason.TooManyEntries(limits.maxEntries()));
                    }
                    if (bytes > limits.maxUnzippedBytes()) {
                        throw new InvalidCode(new Reason.TooLarge(limits.maxUnzippedBytes()));
                    }
                    write(entry, tar, out);
                }
                return entries;
            }
        }
    }

    /// The next entry but for the tar's own root.
    private static @org.jspecify.annotations.Nullable TarArchiveEntry next(TarArchiveInputStream tar)
            throws InvalidCode, IOException {
        TarArchiveEntry entry = tar.getNextEntry();
        while (entry != null && path(entry).isEmpty()) {
            entry = tar.getNextEntry();
        }
        return entry;
    }

    private static String path(TarArchiveEntry entry) throws InvalidCode {
        return ArchivePath.normal(entry.getName())
                .orElseThrow(() -> new InvalidCode(new Reason.UnsafePath(entry.getName())));
    }

    private static void write(TarArchiveEntry entry, TarArchiveInputStream tar, ZipArchiveOutputStream out)
            throws InvalidCode, IOException {
        int mode = entry.getMode() & 0777;
        if (entry.isDirectory()) {
            put(out, path(entry) + "/", FOLDER | mode);
        } else if (entry.isSymbolicLink()) {
            put(out, path(entry), LINK | 0777);
            out.write(entry.getLinkName().getBytes(StandardCharsets.UTF_8));
        } else if (entry.isFile() && !entry.isLink()) {
            put(out, path(entry), FILE | mode);
            tar.transferTo(out);
        } else {
            throw new InvalidCode(new Reason.Unsupported(entry.getName()));
        }
        out.closeArchiveEntry();
    }

    private static void put(ZipArchiveOutputStream out, String path, int mode) throws IOException {
        ZipArchiveEntry entry = new ZipArchiveEntry(path);
        entry.setUnixMode(mode);
        entry.setTime(0); // the same files make the same archive
        out.putArchiveEntry(entry);
    }
}
