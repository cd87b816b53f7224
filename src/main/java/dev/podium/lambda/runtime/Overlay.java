package dev.podium.lambda.runtime;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/// What archives put over an earlier one: nothing that they replace is written in the first place, so that no file
/// is written through a link, or into a folder, that another layer has in its place.
///
/// @param files paths of files and links
/// @param folders paths of folders, also of those that only hold something
record Overlay(Set<String> files, Set<String> folders) {
    static final Overlay NOTHING = new Overlay(Set.of(), Set.of());

    /// Reads the names in archives that were checked before.
    static Overlay of(List<Path> archives) throws IOException {
        if (archives.isEmpty()) {
            return NOTHING;
        }
        Overlay overlay = new Overlay(new HashSet<>(), new HashSet<>());
        for (Path zip : archives) {
            try (ZipFile archive = ZipFile.builder()
                    .setPath(zip)
                    .setIgnoreLocalFileHeader(true)
                    .get()) {
                for (ZipArchiveEntry entry : Collections.list(archive.getEntries())) {
                    overlay.add(CodeWriter.path(entry), entry.isDirectory());
                }
            }
        }
        return overlay;
    }

    private void add(String path, boolean folder) {
        (folder ? folders : files).add(path);
        for (int end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
            folders.add(path.substring(0, end));
        }
    }

    /// Tells whether something else will be in the place of an entry.
    boolean hides(String path, boolean folder) {
        if (files.contains(path) || (!folder && folders.contains(path))) {
            return true;
        }
        for (int end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
            if (files.contains(path.substring(0, end))) {
                return true;
            }
        }
        return false;
    }
}
