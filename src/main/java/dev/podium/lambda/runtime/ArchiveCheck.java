package dev.podium.lambda.runtime;

import dev.podium.lambda.runtime.InvalidCode.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/// One check of an uploaded archive.
///
/// The directory's length is looked at before it is read, so that a huge one can't fill the memory; then names and
/// links; then every file is unpacked once, to nowhere.
final class ArchiveCheck {
    private static final int END_LENGTH = 22;
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int ENTRY_LENGTH = 46;
    private static final int MAX_COMMENT = 0xffff;

    private final Path zip;
    private final CodeLimits limits;
    private final Map<String, Boolean> directories = new HashMap<>(); // true if it has an entry of its own
    private final Set<String> files = new HashSet<>();
    private final Map<String, String> links = new HashMap<>();
    private long unzipped;
    private int entries;

    ArchiveCheck(Path zip, CodeLimits limits) {
        this.zip = zip;
        this.limits = limits;
    }

    CodeArchive.Checked run() throws InvalidCode, IOException {
        checkDirectory();
        try (ZipFile archive = ZipFile.builder().setPath(zip).get()) {
            checkNames(archive);
            checkLinks();
            checkContents(archive);
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidCode(new Reason.Corrupt(String.valueOf(e.getMessage())));
        }
        if (files.isEmpty() && links.isEmpty()) {
            throw new InvalidCode(new Reason.Empty());
        }
        return new CodeArchive.Checked(unzipped, entries);
    }

    /// Finds the end record and bounds what stands between the directory's start and it.
    private void checkDirectory() throws InvalidCode, IOException {
        try (FileChannel channel = FileChannel.open(zip)) {
            long size = channel.size();
            if (size == 0) {
                throw new InvalidCode(new Reason.Empty());
            }
            int tail = (int) Math.min(size, END_LENGTH + MAX_COMMENT);
            ByteBuffer bytes = ByteBuffer.allocate(tail).order(ByteOrder.LITTLE_ENDIAN);
            while (bytes.hasRemaining() && channel.read(bytes, size - tail + bytes.position()) >= 0) {}
            int end = tail - END_LENGTH;
            while (end >= 0 && bytes.getInt(end) != END_SIGNATURE) {
                end--;
            }
            if (end < 0) {
                throw new InvalidCode(new Reason.Corrupt("no end of a zip's directory"));
            }
            long declared = Short.toUnsignedLong(bytes.getShort(end + 10));
            long start = Integer.toUnsignedLong(bytes.getInt(end + 16));
            long length = size - tail + end - start;
            if (declared > limits.maxEntries() || length / ENTRY_LENGTH > limits.maxEntries() * 8L) {
                throw new InvalidCode(new Reason.TooManyEntries(limits.maxEntries()));
            }
        }
    }

    private void checkNames(ZipFile archive) throws InvalidCode, IOException {
        long declared = 0;
        long packed = 0;
        for (Enumeration<ZipArchiveEntry> all = archive.getEntries(); all.hasMoreElements(); ) {
            ZipArchiveEntry entry = all.nextElement();
            if (++entries > limits.maxEntries()) {
                throw new InvalidCode(new Reason.TooManyEntries(limits.maxEntries()));
            }
            String name = shown(entry);
            checkKind(entry, name);
            String path =
                    ArchivePath.normal(entry.getName()).orElseThrow(() -> new InvalidCode(new Reason.UnsafePath(name)));
            place(entry, path, archive);
            declared += Math.max(0, entry.getSize());
            packed += Math.max(0, entry.getCompressedSize());
            if (declared > limits.maxUnzippedBytes()) {
                throw new InvalidCode(new Reason.TooLarge(limits.maxUnzippedBytes()));
            }
            if (packed > Files.size(zip)) {
                throw new InvalidCode(new Reason.Bomb(name));
            }
        }
    }

    private void checkKind(ZipArchiveEntry entry, String name) throws InvalidCode {
        boolean packing = entry.getMethod() == ZipEntry.STORED || entry.getMethod() == ZipEntry.DEFLATED;
        int kind = entry.getUnixMode() & 0170000;
        boolean known = kind == 0 || kind == 0100000 || kind == 0040000 || kind == 0120000;
        if (!packing || !known || entry.getGeneralPurposeBit().usesEncryption()) {
            throw new InvalidCode(new Reason.Unsupported(name));
        }
    }

    private void place(ZipArchiveEntry entry, String path, ZipFile archive) throws InvalidCode, IOException {
        if (entry.isDirectory()) {
            if (!path.isEmpty() && (files.contains(path) || links.containsKey(path))) {
                throw new InvalidCode(new Reason.DuplicateEntry(path));
            }
            directories.put(path, true);
        } else if (path.isEmpty()) {
            throw new InvalidCode(new Reason.UnsafePath(shown(entry)));
        } else if (directories.containsKey(path) || files.contains(path) || links.containsKey(path)) {
            throw new InvalidCode(new Reason.DuplicateEntry(path));
        } else if (entry.isUnixSymlink()) {
            if (entry.getSize() > 4096) {
                throw new InvalidCode(new Reason.UnsafeLink(path, "a target of " + entry.getSize() + " characters"));
            }
            links.put(path, archive.getUnixSymlink(entry));
        } else {
            files.add(path);
        }
        for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
            String folder = path.substring(0, slash);
            if (files.contains(folder)) {
                throw new InvalidCode(new Reason.DuplicateEntry(folder));
            }
            if (directories.putIfAbsent(folder, false) != null) {
                break; // and so the ones above are known
            }
        }
    }

    private void checkLinks() throws InvalidCode {
        for (Map.Entry<String, String> link : links.entrySet()) {
            if (directories.containsKey(link.getKey())) {
                throw new InvalidCode(new Reason.UnsafePath(link.getKey())); // something lies beyond a link
            }
            if (!ArchivePath.stays(link.getKey(), link.getValue(), links)) {
                throw new InvalidCode(new Reason.UnsafeLink(link.getKey(), link.getValue()));
            }
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // virtual threads are not taken off their carrier: see the yield
    private void checkContents(ZipFile archive) throws InvalidCode, IOException {
        byte[] part = new byte[64 << 10];
        for (Enumeration<ZipArchiveEntry> all = archive.getEntries(); all.hasMoreElements(); ) {
            ZipArchiveEntry entry = all.nextElement();
            if (entry.isDirectory()) {
                continue;
            }
            CRC32 sum = new CRC32();
            long length = 0;
            try (InputStream in = archive.getInputStream(entry)) {
                for (int n = in.read(part); n >= 0; n = in.read(part)) {
                    sum.update(part, 0, n);
                    length += n;
                    if (length > entry.getSize()) {
                        throw new InvalidCode(new Reason.Bomb(shown(entry)));
                    }
                    Thread.yield(); // a large archive must not hold up the invocations on this carrier
                }
            }
            if (length != entry.getSize() || sum.getValue() != entry.getCrc()) {
                throw new InvalidCode(
                        new Reason.Corrupt("contents of " + shown(entry) + " don't match their checksum"));
            }
            unzipped += length;
        }
    }

    private static String shown(ZipArchiveEntry entry) {
        String name = entry.getName().replaceAll("\\p{Cntrl}", "?");
        return name.length() <= 200 ? name : name.substring(0, 200) + "…";
    }
}
