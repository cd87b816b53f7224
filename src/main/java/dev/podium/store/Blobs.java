package dev.podium.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Set;

/// Files named by the SHA-256 of their content. They never change, so they may be read at any time without a lock.
public interface Blobs {
    /// Stores what the stream gives, until its end; the stream is left open.
    ///
    /// The content is written aside, synced and then renamed, so that a blob of that name is whole or absent.
    ///
    /// @throws BlobTooLarge if there is more than `maxBytes`
    /// @throws IOException if reading or writing fails; nothing is kept then
    Blob put(InputStream in, long maxBytes) throws IOException;

    /// Stores a finished file, e.g. one made at [#temporary()], by moving it to its name; the file is gone
    /// afterwards.
    Blob adopt(Path file) throws IOException;

    /// Says where a blob lies, whether or not it exists.
    ///
    /// @throws IllegalArgumentException if the name is not a SHA-256 in lower-case hexadecimal digits
    Path path(String sha256Hex);

    /// Tells whether there is a blob of that name.
    boolean exists(String sha256Hex);

    /// Reads a whole blob and compares it with its name.
    ///
    /// @return false if it is absent or damaged
    boolean intact(String sha256Hex) throws IOException;

    /// Removes a blob; an absent one is no error.
    void delete(String sha256Hex) throws IOException;

    /// Removes every blob that is not named, e.g. at start those that no record refers to.
    ///
    /// @return how many were removed
    int retain(Set<String> sha256Hex) throws IOException;

    /// Gives the path of a new file of one's own on the same file system; leftovers are removed at the next start.
    Path temporary() throws IOException;
}
