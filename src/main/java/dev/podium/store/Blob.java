package dev.podium.store;

import java.util.Base64;
import java.util.HexFormat;

/// A stored blob.
///
/// @param sha256Hex its name: the SHA-256 of its content, 64 lower-case hexadecimal digits
/// @param size its length in bytes
public record Blob(String sha256Hex, long size) {
    /// Rejects anything but a SHA-256 in lower-case hexadecimal digits.
    public Blob {
        requireName(sha256Hex);
    }

    /// Gives the digest as AWS writes it in `CodeSha256`.
    public String sha256Base64() {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha256Hex));
    }

    static String requireName(String sha256Hex) {
        boolean valid = sha256Hex.length() == 64;
        for (int i = 0; valid && i < 64; i++) {
            char c = sha256Hex.charAt(i);
            valid = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        }
        if (!valid) {
            throw new IllegalArgumentException("not a SHA-256 in lower-case hexadecimal digits");
        }
        return sha256Hex;
    }
}
