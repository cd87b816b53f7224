package dev.podium.lambda.runtime;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/// A function's code: checks uploaded archives and writes them in the shapes that pods unpack.
@SuppressWarnings("DoNotCallSuggester")
public final class CodeArchive {
    private CodeArchive() {}

    /// What a checked archive holds.
    public record Checked(long unzippedBytes, int entries) {}

    /// Reads a whole archive and checks that it can be unpacked and stays within its folder and the limits.
    ///
    /// @throws InvalidCode saying what is wrong with it
    public static Checked check(Path zip, CodeLimits limits) throws InvalidCode, IOException {
        throw new UnsupportedOperationException();
    }

    /// Writes everything that a pod needs as one tar: `var/task/**`, `opt/**`, `podium/env` and, last,
    /// `podium/start`.
    public static void writeTar(Assignment assignment, OutputStream out) throws IOException {
        throw new UnsupportedOperationException();
    }

    /// Writes the same as a bash script that unpacks itself from its standard input.
    public static void writeScript(Assignment assignment, OutputStream out) throws IOException {
        throw new UnsupportedOperationException();
    }
}
