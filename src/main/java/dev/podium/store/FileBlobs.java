package dev.podium.store;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/// Blobs as files `blobs/<first two digits>/<all 64 digits>`, with `tmp/` beside them for what is being written.
final class FileBlobs implements Blobs {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Path blobs;
    private final Path temporary;

    private FileBlobs(Path blobs, Path temporary) {
        this.blobs = blobs;
        this.temporary = temporary;
    }

    /// Opens the blobs of a state folder and removes what a crash has left in `tmp/`.
    static FileBlobs open(Path folder) throws IOException {
        FileBlobs opened = new FileBlobs(folder.resolve("blobs"), folder.resolve("tmp"));
        Folders.create(opened.blobs);
        Folders.create(opened.temporary);
        Folders.empty(opened.temporary);
        return opened;
    }

    @Override
    public Blob put(InputStream in, long maxBytes) throws IOException {
        Path file = temporary();
        try {
            MessageDigest digest = sha256();
            long size = 0;
            try (FileOutputStream out = new FileOutputStream(file.toFile())) {
                byte[] buffer = new byte[BUFFER_BYTES];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    size += n;
                    if (size > maxBytes) {
                        throw new BlobTooLarge(maxBytes);
                    }
                    digest.update(buffer, 0, n);
                    out.write(buffer, 0, n);
                }
                out.getFD().sync();
            }
            return name(file, digest, size);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    @Override
    public Blob adopt(Path file) throws IOException {
        MessageDigest digest = digest(file);
        try (RandomAccessFile written = new RandomAccessFile(file.toFile(), "rw")) {
            written.getFD().sync();
        }
        return name(file, digest, Files.size(file));
    }

    /// Renames a synced file; an older file of that name is replaced, which also heals a damaged one.
    private Blob name(Path file, MessageDigest digest, long size) throws IOException {
        Blob blob = new Blob(HexFormat.of().formatHex(digest.digest()), size);
        Path target = path(blob.sha256Hex());
        Path parent = target.resolveSibling("");
        if (!Files.isDirectory(parent)) {
            Files.createDirectories(parent);
            Folders.sync(blobs);
        }
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Folders.sync(parent);
        return blob;
    }

    @Override
    public Path path(String sha256Hex) {
        return blobs.resolve(Blob.requireName(sha256Hex).substring(0, 2)).resolve(sha256Hex);
    }

    @Override
    public boolean exists(String sha256Hex) {
        return Files.isRegularFile(path(sha256Hex));
    }

    @Override
    public boolean intact(String sha256Hex) throws IOException {
        Path file = path(sha256Hex);
        return Files.isRegularFile(file)
                && HexFormat.of().formatHex(digest(file).digest()).equals(sha256Hex);
    }

    @Override
    public void delete(String sha256Hex) throws IOException {
        Files.deleteIfExists(path(sha256Hex));
    }

    @Override
    public int retain(Set<String> sha256Hex) throws IOException {
        List<Path> superfluous;
        try (Stream<Path> files = Files.walk(blobs, 2)) {
            superfluous = files.filter(Files::isRegularFile)
                    .filter(file -> !sha256Hex.contains(String.valueOf(file.getFileName())))
                    .toList();
        }
        for (Path file : superfluous) {
            Files.deleteIfExists(file);
        }
        return superfluous.size();
    }

    @Override
    public Path temporary() throws IOException {
        return temporary.resolve(UUID.randomUUID().toString());
    }

    private static MessageDigest digest(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = Files.newInputStream(file);
                OutputStream out = new java.security.DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            in.transferTo(out);
        }
        return digest;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
