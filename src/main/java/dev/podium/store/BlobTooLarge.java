package dev.podium.store;

import java.io.IOException;

/// A blob was longer than its writer allowed; nothing of it was kept.
public final class BlobTooLarge extends IOException {
    private static final long serialVersionUID = 1L;

    private final long maxBytes;

    /// @param maxBytes the limit that was passed
    BlobTooLarge(long maxBytes) {
        super("longer than " + maxBytes + " bytes");
        this.maxBytes = maxBytes;
    }

    /// The limit that was passed, in bytes.
    public long maxBytes() {
        return maxBytes;
    }
}
