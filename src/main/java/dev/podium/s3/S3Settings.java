package dev.podium.s3;

/// Limits of S3.
///
/// @param mostBytes that all objects and uploads may have together
public record S3Settings(long mostBytes) {}
