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
        String message();

        /// Not a zip archive, cut off, or with contents that don't match their checksums.
        record Corrupt(String what) implements Reason {
            @Override
            public String message() {
                return "the archive can't be read: " + what;
            }
        }

        /// No files in it.
        record Empty() implements Reason {
            @Override
            public String message() {
                return "the archive holds no files";
            }
        }

        /// More bytes than allowed, as declared or as found.
        record TooLarge(long maxUnzippedBytes) implements Reason {
            @Override
            public String message() {
                return "unzipped size must be smaller than " + maxUnzippedBytes + " bytes";
            }
        }

        /// More entries than allowed.
        record TooManyEntries(int maxEntries) implements Reason {
            @Override
            public String message() {
                return "the archive holds more than " + maxEntries + " entries";
            }
        }

        /// Made to unpack to far more than it says, or out of parts that overlap.
        record Bomb(String entry) implements Reason {
            @Override
            public String message() {
                return "the archive is a zip bomb at entry " + entry;
            }
        }

        /// A path that is absolute, climbs out of its folder, runs through a link or can't be a file's name.
        record UnsafePath(String entry) implements Reason {
            @Override
            public String message() {
                return "the archive's entry " + entry + " would be unpacked outside of its folder";
            }
        }

        /// A symbolic link that leads out of the folder.
        record UnsafeLink(String entry, String target) implements Reason {
            @Override
            public String message() {
                return "the archive's link " + entry + " leads to " + target + ", outside of its folder";
            }
        }

        /// Two entries for the same path.
        record DuplicateEntry(String entry) implements Reason {
            @Override
            public String message() {
                return "the archive holds " + entry + " twice";
            }
        }

        /// An entry that is encrypted, packed in an unusual way or neither file, directory nor link.
        record Unsupported(String entry) implements Reason {
            @Override
            public String message() {
                return "the archive's entry " + entry + " is encrypted or of an unsupported kind";
            }
        }
    }
}
