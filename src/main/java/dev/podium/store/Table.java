package dev.podium.store;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Records by key, ordered by key (UTF-16 code units, like [String#compareTo]).
///
/// An accepted change is on disk before the call that made it returns. Other callers may see it a moment earlier.
/// Values must be immutable: what was put is handed out again as the same object.
public interface Table<T> {
    /// Reads one record; a record that was used lately is neither decoded nor locked for this.
    Optional<T> get(String key);

    /// Adds or replaces one record.
    ///
    /// @throws StoreException if it could not be written
    void put(String key, T value);

    /// Removes one record.
    ///
    /// @return whether there was one
    boolean remove(String key);

    /// Replaces one record by what `change` makes of it, atomically for that key.
    ///
    /// `change` gets null when there is no record, and removes the record by returning null. Returning an equal
    /// record changes nothing and waits for nothing. When it throws, the record stays as it is. It should be
    /// quick and must not change any table itself.
    ///
    /// @return what `change` returned
    @Nullable
    T compute(String key, UnaryOperator<@Nullable T> change);

    /// Lists records whose key begins with `prefix`, in the order of their keys.
    ///
    /// @param afterKey start behind this key (which need not exist), or null to start at the first one
    /// @param limit at most so many
    List<Entry<T>> page(String prefix, @Nullable String afterKey, int limit);

    /// Lists keys that begin with `prefix`, in their order, without decoding any record.
    ///
    /// @param afterKey start behind this key (which need not exist), or null to start at the first one
    /// @param limit at most so many
    List<String> keys(String prefix, @Nullable String afterKey, int limit);

    /// Counts all records; takes the same time for any number of them.
    long size();
}
