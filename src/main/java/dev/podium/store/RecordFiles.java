package dev.podium.store;

import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Files that each belong to one record of a table, under random names: nothing is counted or searched to know
/// whether one may go.
///
/// A [Change] leaves a note of the record that it is about; what a crash left of it is sorted out at the next
/// start
/// by these notes alone. A file that is being read goes when its last reader is done.
public final class RecordFiles {
    private static final String NOTES = "open";

    private final Path folder;
    private final Path temporary;
    private final ConcurrentHashMap<String, Integer> readers = new ConcurrentHashMap<>();
    private final Set<String> doomed = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable AtomicLong bytes;

    /// @param temporary is emptied at each start
    RecordFiles(Path folder, Path temporary) {
        this.folder = folder;
        this.temporary = temporary;
    }

    /// Removes what a crash left. To be called before the first change.
    ///
    /// @param used names of the files that a record has, by its owner
    public void recover(Function<String, Set<String>> used) throws IOException {
        Path notes = folder.resolve(NOTES);
        if (!Files.isDirectory(notes)) {
            return;
        }
        for (Path note : list(notes)) {
            String owner = Files.readString(note);
            String prefix = prefix(owner);
            Set<String> kept = used.apply(owner);
            for (Path file : list(shard(prefix))) {
                String name = String.valueOf(file.getFileName());
                if (name.startsWith(prefix) && !kept.contains(name)) {
                    Files.deleteIfExists(file);
                }
            }
            Files.deleteIfExists(note);
        }
    }

    /// Begins a change of the files of one record.
    public Change change(String owner) throws IOException {
        return new Change(owner);
    }

    /// Keeps files from going until [#release].
    ///
    /// @return false, and nothing is kept, when one is gone already
    public boolean hold(Collection<String> names) {
        names.forEach(name -> readers.merge(name, 1, Integer::sum));
        boolean all = names.stream().allMatch(name -> Files.exists(path(name)));
        if (!all) {
            release(names);
        }
        return all;
    }

    /// Ends a reader's use of files.
    public void release(Collection<String> names) {
        for (String name : names) {
            readers.computeIfPresent(name, (key, count) -> {
                if (count > 1) {
                    return count - 1;
                }
                if (doomed.remove(name)) {
                    delete(name);
                }
                return null;
            });
        }
    }

    /// Deletes a file now, or after its last reader. The file goes while the entry is locked, so that no
    /// reader can
    /// come in between.
    ///
    /// @return whether it is gone
    private boolean drop(String name) {
        AtomicBoolean gone = new AtomicBoolean();
        readers.compute(name, (key, count) -> {
            if (count == null) {
                gone.set(delete(name));
            } else {
                doomed.add(name);
            }
            return count;
        });
        return gone.get();
    }

    /// Where a file lies.
    public Path path(String name) {
        return shard(name).resolve(name);
    }

    /// Bytes of all files, also of those that are being written. The first call adds them up.
    public long bytes() {
        return total().get();
    }

    private AtomicLong total() {
        lock.lock();
        try {
            AtomicLong known = bytes;
            if (known == null) {
                known = new AtomicLong(sum());
                bytes = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    private long sum() {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        AtomicLong sum = new AtomicLong();
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path entered, BasicFileAttributes attributes) {
                    return entered.equals(folder.resolve(NOTES))
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    sum.addAndGet(attributes.size());
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException gone) {
                    return FileVisitResult.CONTINUE;
                }
            });
            return sum.get();
        } catch (IOException e) {
            throw new StoreException("the folder " + folder + " cannot be read: " + e, e);
        }
    }

    /// Removes all files.
    void clear() throws IOException {
        if (Files.isDirectory(folder)) {
            Folders.empty(folder);
        }
        total().set(0);
    }

    private Path shard(String name) {
        return folder.resolve(name.substring(0, 2));
    }

    private static List<Path> list(Path of) throws IOException {
        if (!Files.isDirectory(of)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(of)) {
            return files.toList();
        }
    }

    private static String prefix(String owner) {
        MessageDigest digest = FileBlobs.sha256();
        return HexFormat.of().formatHex(digest.digest(owner.getBytes(StandardCharsets.UTF_8)), 0, 8) + "-";
    }

    private boolean delete(String name) {
        Path file = path(name);
        // Added up before the file goes.
        AtomicLong total = total();
        try {
            long size = Files.size(file);
            if (Files.deleteIfExists(file)) {
                total.addAndGet(-size);
            }
            return true;
        } catch (java.nio.file.NoSuchFileException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /// Writes a file.
    @FunctionalInterface
    public interface Writer {
        /// Writes all of it.
        void writeTo(OutputStream out) throws IOException;
    }

    /// New files of a record, and old ones that go.
    ///
    /// ```java
    /// try (Change change = files.change(owner)) {
    ///     String file = change.write(out -> ...);
    ///     table.put(owner, new Record(file));
    ///     change.done(namesOfReplacedFiles);
    /// }
    /// ```
    public final class Change implements AutoCloseable {
        private final String prefix;
        private final Path note;
        private final List<String> written = new ArrayList<>(1);
        private boolean sorted = true;

        private Change(String owner) throws IOException {
            prefix = prefix(owner);
            Path notes = folder.resolve(NOTES);
            if (!Files.isDirectory(notes)) {
                Folders.create(notes);
            }
            note = notes.resolve(prefix + UUID.randomUUID());
            Files.writeString(note, owner);
        }

        /// Writes a new file and puts it on disk. Whoever fails leaves nothing.
        ///
        /// @return its name
        public String write(Writer writer) throws IOException {
            Path draft = temporary.resolve(UUID.randomUUID().toString());
            Counting counting = null;
            boolean good = false;
            try {
                try (FileOutputStream file = new FileOutputStream(draft.toFile())) {
                    counting = new Counting(file);
                    writer.writeTo(counting);
                    file.getFD().sync();
                }
                String name = prefix + UUID.randomUUID();
                Path target = path(name);
                Path parent = target.resolveSibling("");
                if (!Files.isDirectory(parent)) {
                    Files.createDirectories(parent);
                    Folders.sync(folder);
                }
                Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
                written.add(name);
                Folders.sync(parent);
                good = true;
                return name;
            } finally {
                if (!good && counting != null) {
                    total().addAndGet(-counting.written);
                }
                Files.deleteIfExists(draft);
            }
        }

        /// The record has its new files and no longer has some old ones.
        public void done(Collection<String> replaced) {
            written.clear();
            for (String name : replaced) {
                sorted &= drop(name);
            }
        }

        /// The record may or may not have its new files: the next start finds out.
        public void doubtful() {
            written.clear();
            sorted = false;
        }

        /// Removes what was written, unless the record has it.
        @Override
        public void close() throws IOException {
            for (String name : new HashSet<>(written)) {
                sorted &= delete(name);
            }
            if (sorted) {
                Files.deleteIfExists(note);
            }
        }
    }

    private final class Counting extends FilterOutputStream {
        private long written;

        Counting(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] data, int offset, int length) throws IOException {
            out.write(data, offset, length);
            written += length;
            total().addAndGet(length);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }
    }
}
