package dev.podium.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.h2.mvstore.FileStore;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.StringDataType;
import org.jspecify.annotations.Nullable;

/// The store in one MVStore file, `podium.mv`, beside the folders `blobs` and `tmp`.
///
/// MVStore appends checksummed chunks, so that after a crash the last whole one counts; with a sync per group
/// of changes nothing that was acknowledged is lost. Its background thread stays off: [Commits] is the only
/// one that writes.
///
/// @see <a href="https://h2database.com/html/mvstore.html">MVStore</a>
public final class MvStore implements Store {
    private static final String FILE = "podium.mv";

    private final Commits commits;
    private final FileBlobs blobs;
    private final boolean durable;
    private final @Nullable Path throwAway;
    private final Path folder;
    private final ConcurrentHashMap<String, MvTable<?>> tables = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, RecordFiles> files = new ConcurrentHashMap<>();

    private MvStore(Commits commits, FileBlobs blobs, Path folder, boolean durable) {
        this.commits = commits;
        this.blobs = blobs;
        this.durable = durable;
        this.folder = folder;
        this.throwAway = durable ? null : folder;
    }

    /// Opens or creates the store in a folder, which belongs to one process at a time.
    ///
    /// The folder is locked when this returns; its file is read meanwhile in the background, see [#ready()].
    ///
    /// @throws StoreException if the folder is in use or cannot be written
    public static MvStore open(Path folder) {
        try {
            Folders.create(folder);
            StoreFile file = StoreFile.open(folder.resolve(FILE));
            if (file == null) {
                throw new StoreException("the state folder " + folder + " is in use by another Podium;"
                        + " stop that one, or choose another folder with PODIUM_STATE_DIR");
            }
            return new MvStore(Commits.start(() -> read(folder, file)), FileBlobs.open(folder), folder, true);
        } catch (IOException e) {
            throw new StoreException("the state folder " + folder + " cannot be used: " + reason(e), e);
        }
    }

    /// Makes a store that forgets everything when it is closed; its blobs lie in a temporary folder.
    public static MvStore inMemory() {
        try {
            Path folder = Files.createTempDirectory("podium");
            Commits commits = Commits.start(() -> new MVStore.Builder().open());
            return new MvStore(commits, FileBlobs.open(folder), folder, false);
        } catch (IOException e) {
            throw new StoreException("no temporary folder can be made: " + reason(e), e);
        }
    }

    private static MVStore read(Path folder, FileStore<?> file) {
        try {
            MVStore opened = new MVStore.Builder()
                    .adoptFileStore(file)
                    .autoCommitDisabled()
                    .open();
            // each commit is synced, and versions are kept for a few commits: space may be used again at once
            opened.setRetentionTime(0);
            return opened;
        } catch (MVStoreException e) {
            file.close();
            throw new StoreException("the state folder " + folder + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName() + " " + e.getMessage();
    }

    /// Returns when the file has been read, so that damage is reported at start rather than by the first request.
    ///
    /// @throws StoreException if it holds something that is no store
    public void ready() {
        commits.file();
    }

    @Override
    public <T> Table<T> table(String name, Class<T> type) {
        MvTable<?> table = tables.computeIfAbsent(name, n -> new MvTable<>(n, type, () -> map(n), this::awaitDurable));
        if (table.type() != type) {
            throw new IllegalArgumentException("table " + name + " holds " + table.type() + ", not " + type);
        }
        @SuppressWarnings("unchecked") // checked just above
        MvTable<T> typed = (MvTable<T>) table;
        return typed;
    }

    @Override
    public boolean hasRecords(String beginning) {
        return commits.file().getMapNames().stream()
                .anyMatch(name -> name.startsWith(beginning) && !map(name).isEmpty());
    }

    private MVMap<String, byte[]> map(String name) {
        return commits.file()
                .openMap(
                        name,
                        new MVMap.Builder<String, byte[]>()
                                .keyType(StringDataType.INSTANCE)
                                .valueType(ByteArrayDataType.INSTANCE));
    }

    private void awaitDurable() {
        if (durable) {
            commits.await();
        }
    }

    @Override
    public void write(List<Write<?>> changes) {
        boolean changed = false;
        for (Write<?> change : changes) {
            changed |= apply(change);
        }
        if (changed) {
            awaitDurable();
        }
    }

    private static <T> boolean apply(Write<T> change) {
        if (change.table() instanceof MvTable<T> table) {
            return table.change(change.key(), change.value());
        }
        throw new IllegalArgumentException("a table of another store");
    }

    @Override
    public Blobs blobs() {
        return blobs;
    }

    @Override
    public RecordFiles files(String name) {
        return files.computeIfAbsent(name, n -> new RecordFiles(folder.resolve(n), folder.resolve("tmp")));
    }

    @Override
    public void clear() {
        try {
            for (String name : commits.file().getMapNames()) {
                MvTable<?> table = tables.get(name);
                if (table != null) {
                    table.clear();
                } else {
                    map(name).clear();
                }
            }
            awaitDurable();
            blobs.retain(Set.of());
            for (RecordFiles emptied : files.values()) {
                emptied.clear();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        commits.close();
        if (throwAway != null && Files.exists(throwAway)) {
            try {
                Folders.empty(throwAway);
                Files.deleteIfExists(throwAway);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
