package dev.podium.store;

import java.util.List;

/// Everything that survives a restart: typed tables and blobs.
///
/// All methods may be called by any number of threads, and an interrupt of a caller never harms the store.
public interface Store extends AutoCloseable {
    /// Gives the table of that name, made at first use; the same object each time.
    ///
    /// @param name any text, e.g. `lambda.functions`
    /// @param type a record (or sealed family) that Jackson can write and read back, or String
    /// @throws IllegalArgumentException if the table is already in use with another type
    <T> Table<T> table(String name, Class<T> type);

    /// Tells whether a table whose name begins so has a record, without making one.
    boolean hasRecords(String beginning);

    /// Makes several changes, of any tables of this store, and waits for the disk once.
    ///
    /// They are made in their order and not as one: a crash in between may leave the first few of them.
    ///
    /// @throws StoreException if they could not be written
    void write(List<Write<?>> changes);

    /// Gives the blobs of this store.
    Blobs blobs();

    /// Gives the files of a name, that belong to the records of some table; the same object each time.
    ///
    /// @param name of their folder
    RecordFiles files(String name);

    /// Removes every record and every blob; tables in use stay usable and are empty.
    void clear();

    /// Puts what is left on disk and frees the folder; further changes fail with [StoreException].
    @Override
    void close();
}
