package dev.podium.kube.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/// The files of one pod: `volumes/<name>`, `logs/<container>.log`, `logs/<container>.end`, `home`,
/// `processes/<pid>`.
///
/// @param path named by the pod's uid
record PodFolder(Path path) {
    static final String VOLUMES = "volumes";
    private static final int MOST_SAID = 4_096;

    void create() throws IOException {
        Files.createDirectories(path.resolve("logs"));
        Files.createDirectories(processes());
        Files.createDirectories(home());
    }

    /// The folder that stands for an emptyDir; made on first use.
    Path volume(String name) throws IOException {
        return Files.createDirectories(path.resolve(VOLUMES).resolve(name));
    }

    Path log(String container) {
        return path.resolve("logs").resolve(container + ".log");
    }

    /// Where a container may say why it ends.
    Path end(String container) {
        return path.resolve("logs").resolve(container + ".end");
    }

    /// What it has said there, once; empty when it has said nothing.
    String takeEnd(String container) {
        Path file = end(container);
        try (InputStream in = Files.newInputStream(file)) {
            String said = new String(in.readNBytes(MOST_SAID), StandardCharsets.UTF_8);
            Files.delete(file);
            return said;
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            return "its termination message can't be read: " + e.getMessage();
        }
    }

    /// One record per started process, for the case that this server is killed.
    Path processes() {
        return path.resolve("processes");
    }

    /// Home and default working folder of processes.
    Path home() {
        return path.resolve("home");
    }

    /// Deletes everything, read-only folders included. Does nothing when the folder is gone.
    void delete() throws IOException {
        for (int attempt = 0; ; attempt++) {
            try {
                if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                    Files.walkFileTree(path, new Deletion());
                }
                return;
            } catch (DirectoryNotEmptyException e) {
                // A process that is just dying may still have written something.
                if (attempt == 5) {
                    throw e;
                }
            }
        }
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
            if (!Files.isWritable(folder) || !Files.isExecutable(folder)) {
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @org.jspecify.annotations.Nullable IOException e)
                throws IOException {
            if (e != null) {
                throw e;
            }
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
