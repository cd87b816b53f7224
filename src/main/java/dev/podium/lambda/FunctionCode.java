package dev.podium.lambda;

import org.jspecify.annotations.Nullable;

/// What a function runs: a stored zip archive or a container image.
///
/// @param sha256Hex of the archive, which is also the blob's name; of the image's name for an image
/// @param size of the archive in bytes; 0 for an image
/// @param entries files in the archive
/// @param unzippedSize bytes of all files together; 0 for an image
/// @param imageUri null for an archive
public record FunctionCode(
        String sha256Hex,
        long size,
        int entries,
        long unzippedSize,
        @Nullable String imageUri) {}
