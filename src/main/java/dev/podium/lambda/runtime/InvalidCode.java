package dev.podium.lambda.runtime;

/// An archive that can't become a function's code.
public final class InvalidCode extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Reason reason;

    InvalidCode(Reason reason) {
        super(reason.message());
        this.reason = reason;
    }

    /// Says what is wrong.
    public Reason reason() {
        return reason;
    }

    /// What is wrong with an archive.
    public sealed interface Reason {
        /// A sentence for people.
        default String message() {
            return switch (this) {
                case Corrupt(String what) -> "the archive can't be read: " + what;
                case Empty _ -> "the archive holds no files";
                case TooLarge(long maxUnzippedBytes) ->
                    "unzipped size must be smaller than " + maxUnzippedBytes + " bytes";
                case TooManyEntries(int maxEntries) -> "the archive holds more than " + maxEntries + " entries";
                case Bomb(String entry) -> "the archive is a zip bomb at entry " + entry;
                case UnsafePath(String entry) ->
                    "the archive's entry " + entry + " would be unpacked outside of its folder";
                case UnsafeLink(String entry, String target) ->
                    "the archive's link " + entry + " leads to " + target + ", outside of its folder";
                case DuplicateEntry(String entry) -> "the archive holds " + entry + " twice";
                case Unsupported(String entry) ->
                    "the archive's entry " + entry + " is encrypted or of an unsupported kind";
            };
        }

        /// Not a zip archive, cut off, or with contents that don't match their checksums.
        record Corrupt(String what) implements Reason {}

        /// No files in it.
        record Empty() implements Reason {}

        /// More bytes than allowed, as declared or as found.
        record TooLarge(long maxUnzippedBytes) implements Reason {}

        /// More entries than allowed.
        record TooManyEntries(int maxEntries) implements Reason {}

        /// Made to unpack to far more than it says, or out of parts that overlap.
        record Bomb(String entry) implements Reason {}

        /// A path that is absolute, climbs out of its folder, runs through a link or can't be a file's name.
        record UnsafePath(String entry) implements Reason {}

        /// A symbolic link that leads out of the folder.
        record UnsafeLink(String entry, String target) implements Reason {}

        /// Two entries for the same path.
        record DuplicateEntry(String entry) implements Reason {}

        /// An entry that is encrypted, packed in an unusual way or neither file, directory nor link.
        record Unsupported(String entry) implements Reason {}
    }
}
