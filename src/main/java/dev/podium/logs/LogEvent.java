package dev.podium.logs;

/// One event, as somebody wrote it.
///
/// @param timestamp when it happened, epoch milliseconds
/// @param message any text, at most 1 MiB
public record LogEvent(long timestamp, String message) {}
