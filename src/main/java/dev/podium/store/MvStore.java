package dev.podium.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.StringDataType;
import org.jspecify.annotations.Nullable;

/// The store in one MVStore file, `podium.mv`, beside the folders `blobs` and `tmp`.
///
/// MVStore appends checksummed chunks, so that after a crash the last whole one counts; with a sync per group of
/// changes
/// nothing that was acknowledged is lost. Its background thread stays off: [Commits] is the only one that writes.
///
/// @see <a href="https://h2database.com/html/mvstore.html">MVStore</a>
public final class MvStore implements Store {
    private static final String FILE = "podium.mv";
    private static final int CACHE_MIB = 2;

    /// MVStore writes its two header blocks before anything else.
    private static final long HEADER_BYTES = 8192;

    private static final int CLOSE_COMPACTION_MILLIS = 50;

    private final MVStore file;
    private final FileBlobs blobs;
    private final @Nullable Commits commits;
    private final @Nullable Path throwAway;
    private final ConcurrentHashMap<String, MvTable<?>> tables = new ConcurrentHashMap<>();

    private MvStore(MVStore file, FileBlobs blobs, @Nullable Commits commits, @Nullable Path throwAway) {
        this.file = file;
        this.blobs = blobs;
        this.commits = commits;
        this.throwAway = throwAway;
    }

    /// Opens or creates the store in a folder, which belongs to one process at a time.
    ///
    /// @throws StoreException if the folder is in use, cannot be written, or holds something that is no store
    public static MvStore open(Path folder) {
        try {
            Folders.create(folder);
            Path path = folder.resolve(FILE);
            boolean existed = Files.exists(path);
            MVStore file = openFile(folder, path);
            if (!existed) {
                Folders.sync(folder);
            }
            return new MvStore(file, FileBlobs.open(folder), Commits.start(file), null);
        } catch (IOException e) {
            throw new StoreException("the state folder " + folder + " cannot be used: " + reason(e), e);
        }
    }

    /// Makes a store that forgets everything when it is closed; its blobs lie in a temporary folder.
    public static MvStore inMemory() {
        try {
            Path folder = Files.createTempDirectory("podium");
            return new MvStore(settings().open(), FileBlobs.open(folder), null, folder);
        } catch (IOException e) {
            throw new StoreException("no temporary folder can be made: " + reason(e), e);
        }
    }

    private static MVStore openFile(Path folder, Path path) throws IOException {
        UninterruptedFile.Scheme.register();
        String name = UninterruptedFile.Scheme.NAME + ":" + path.toAbsolutePath();
        try {
            MVStore opened = settings().fileName(name).open();
            // each commit is synced, and versions are kept for a few commits: space may be used again at once
            opened.setRetentionTime(0);
            return opened;
        } catch (MVStoreException e) {
            if (e.getErrorCode() == DataUtils.ERROR_FILE_LOCKED) {
                throw new StoreException(
                        "the state folder " + folder + " is in use by another Podium;"
                                + " stop that one, or choose another folder with PODIUM_STATE_DIR",
                        e);
            }
            if (Files.exists(path) && Files.size(path) < HEADER_BYTES) {
                // a crash cut off the very creation, so nothing was ever accepted
                Files.delete(path);
                return openFile(folder, path);
            }
            throw new StoreException("the state folder " + folder + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static MVStore.Builder settings() {
        return new MVStore.Builder().autoCommitDisabled().autoCompactFillRate(0).cacheSize(CACHE_MIB);
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName() + " " + e.getMessage();
    }

    @Override
    public <T> Table<T> table(String name, Class<T> type) {
        MvTable<?> table = tables.computeIfAbsent(name, n -> new MvTable<>(n, type, map(n), this::awaitDurable));
        if (table.type() != type) {
            throw new IllegalArgumentException("table " + name + " holds " + table.type() + ", not " + type);
        }
        @SuppressWarnings("unchecked") // checked just above
        MvTable<T> typed = (MvTable<T>) table;
        return typed;
    }

    private MVMap<String, byte[]> map(String name) {
        return file.openMap(
                name,
                new MVMap.Builder<String, byte[]>()
                        .keyType(StringDataType.INSTANCE)
                        .valueType(ByteArrayDataType.INSTANCE));
    }

    private void awaitDurable() {
        if (commits != null) {
            commits.await();
        }
    }

    @Override
    public Blobs blobs() {
        return blobs;
    }

    @Override
    public void clear() {
        try {
            for (String name : file.getMapNames()) {
                MvTable<?> table = tables.get(name);
                if (table != null) {
                    table.clear();
                } else {
                    map(name).clear();
                }
            }
            awaitDurable();
            blobs.retain(Set.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (file.isClosed()) {
            return;
        }
        if (commits != null) {
            commits.close();
        }
        file.close(CLOSE_COMPACTION_MILLIS);
        if (throwAway != null) {
            try {
                Folders.empty(throwAway);
                Files.deleteIfExists(throwAway);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
