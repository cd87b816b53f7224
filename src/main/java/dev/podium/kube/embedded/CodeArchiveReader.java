package dev.podium.kube.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/// Unpacks the tar that the init container `podium-code` would unpack to `/`, into the folders that stand for
/// its mounts.
///
/// Modes and symbolic links are kept; links with absolute targets below a mount are pointed at its folder.
/// Nothing is written outside of the mounts: not through `..`, and not through a link that the archive itself
/// has made.
final class CodeArchiveReader {
    private final LocalNames names;

    /// The archive can't be unpacked, however often it is fetched.
    static final class MalformedArchive extends IOException {
        private static final long serialVersionUID = 1;

        MalformedArchive(String message) {
            super(message);
        }
    }

    CodeArchiveReader(LocalNames names) {
        this.names = names;
    }

    /// Unpacks a whole archive.
    ///
    /// @throws IOException naming the entry that can't be unpacked
    void unpack(InputStream tar) throws IOException {
        Map<Path, Integer> folderModes = new LinkedHashMap<>();
        try (TarArchiveInputStream in = new TarArchiveInputStream(new BufferedInputStream(tar, 65_536))) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                unpack(entry, in, folderModes);
            }
        }
        // Only now: a folder without write permission may hold files.
        for (Map.Entry<Path, Integer> folder : folderModes.entrySet()) {
            if (Files.isDirectory(folder.getKey(), LinkOption.NOFOLLOW_LINKS)) {
                Files.setPosixFilePermissions(folder.getKey(), permissions(folder.getValue() | 0700));
            }
        }
    }

    private void unpack(TarArchiveEntry entry, TarArchiveInputStream in, Map<Path, Integer> folderModes)
            throws IOException {
        Path target = target(entry.getName());
        if (target == null) {
            return;
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            folderModes.put(target, entry.getMode());
            return;
        }
        Path parent = target.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.deleteIfExists(target);
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(names.local(entry.getLinkName())));
        } else if (entry.isLink()) {
            Path source = target(entry.getLinkName());
            if (source == null || !Files.isRegularFile(source, LinkOption.NOFOLLOW_LINKS)) {
                throw new MalformedArchive("archive: hard link " + entry.getName() + " to nothing");
            }
            Files.createLink(target, source);
        } else if (entry.isFile()) {
            Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
            Files.setPosixFilePermissions(target, permissions(entry.getMode()));
        } else {
            throw new MalformedArchive("archive: entry " + entry.getName() + " is neither file, folder nor link");
        }
    }

    /// The local file for an entry; null for folders above all mounts, such as `var/`.
    private @Nullable Path target(String name) throws IOException {
        Path path = Path.of("/").resolve(name).normalize();
        for (Path part : Path.of(name)) {
            if (part.toString().equals("..")) {
                throw new MalformedArchive("archive: entry " + name + " leaves its folder");
            }
        }
        Path target = names.folder(path.toString());
        if (target == null) {
            if (name.endsWith("/")) {
                return null;
            }
            throw new MalformedArchive("archive: entry " + name + " is in no volume of the pod");
        }
        Path root = names.root(path.toString());
        for (Path up = target.getParent(); up != null && !up.equals(root) && root != null; up = up.getParent()) {
            if (Files.isSymbolicLink(up)) {
                throw new MalformedArchive("archive: entry " + name + " lies behind a symbolic link");
            }
        }
        return target;
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        PosixFilePermission[] all = {
            PosixFilePermission.OTHERS_EXECUTE, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_READ,
            PosixFilePermission.GROUP_EXECUTE, PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_READ,
            PosixFilePermission.OWNER_EXECUTE, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_READ
        };
        Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
        for (int i = 0; i < all.length; i++) {
            if ((mode & (1 << i)) != 0) {
                set.add(all[i]);
            }
        }
        return set;
    }
}
