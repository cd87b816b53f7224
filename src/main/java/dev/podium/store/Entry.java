package dev.podium.store;

/// A record of a table with its key.
///
/// @param key the key, unique in its table
/// @param value the record
public record Entry<T>(String key, T value) {}
