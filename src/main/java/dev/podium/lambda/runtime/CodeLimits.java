package dev.podium.lambda.runtime;

/// What an archive may hold at most.
///
/// @param maxUnzippedBytes bytes of all files together
/// @param maxEntries files, directories and links together
public record CodeLimits(long maxUnzippedBytes, int maxEntries) {
    /// AWS's limit of 262,144,000 bytes, and as many entries as a zip without extensions can hold.
    public static CodeLimits defaults() {
        return new CodeLimits(262_144_000, 65_534);
    }
}
