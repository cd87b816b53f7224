package dev.podium.store;

import org.jspecify.annotations.Nullable;

/// One of several changes that wait for the disk together.
///
/// @param value null to remove the record
public record Write<T>(Table<T> table, String key, @Nullable T value) {
    /// Adds or replaces a record.
    public static <T> Write<T> put(Table<T> table, String key, T value) {
        return new Write<>(table, key, value);
    }

    /// Removes a record, if it is there.
    public static <T> Write<T> remove(Table<T> table, String key) {
        return new Write<>(table, key, null);
    }
}
