package dev.podium.lambda.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;

/// A function's code: checks uploaded archives and writes them in the shapes that pods unpack.
public final class CodeArchive {
    private CodeArchive() {}

    /// What a checked archive holds.
    ///
    /// @param unzippedBytes bytes of all its files together
    /// @param entries files, directories and links
    public record Checked(long unzippedBytes, int entries) {}

    /// Reads a whole archive and checks that it can be unpacked and stays within its folder and the limits.
    ///
    /// @throws InvalidCode saying what is wrong with it
    /// @throws IOException if the file can't be opened
    public static Checked check(Path zip, CodeLimits limits) throws InvalidCode, IOException {
        return new ArchiveCheck(zip, limits).run();
    }

    /// Makes an archive of a tar that a pod has sent, and checks it as [#check] does.
    ///
    /// @param zip where it is written; left behind when this fails
    /// @return how many files, links and folders it holds; nothing was written when 0
    /// @throws InvalidCode saying what is wrong with it
    /// @throws IOException if the tar breaks off
    public static int repack(InputStream tar, Path zip, CodeLimits limits) throws InvalidCode, IOException {
        int entries = new Repacking(limits).run(tar, zip);
        return entries == 0 ? 0 : check(zip, limits).entries();
    }

    /// Writes everything that a pod needs as one tar: `var/task/**`, `opt/**`, `podium/env` and, last,
    /// `podium/start`.
    ///
    /// Modes and links are those of the archives; entries without a mode get 0644, directories 0755, and
    /// every directory is open to its owner. Nothing is collected in memory.
    public static void writeTar(Assignment assignment, OutputStream out) throws IOException {
        write(assignment, new TarCode(out));
    }

    /// Writes the same as a bash script that unpacks itself from its standard input, with `head`, `mkdir`,
    /// `chmod` and `ln` only. Its last act is to make `podium/loaded`, since a cut script can look complete.
    public static void writeScript(Assignment assignment, OutputStream out) throws IOException {
        write(assignment, new ScriptCode(out));
    }

    private static void write(Assignment assignment, CodeWriter writer) throws IOException {
        List<Path> layers = assignment.layers();
        for (int i = 0; i < layers.size(); i++) {
            writer.archive("opt/", layers.get(i), Overlay.of(layers.subList(i + 1, layers.size())));
        }
        Path zip = assignment.zip();
        Path dependencies = assignment.dependencies();
        if (dependencies != null) {
            writer.archive("var/task/", dependencies, Overlay.of(zip == null ? List.of() : List.of(zip)));
        }
        if (zip != null) {
            writer.archive("var/task/", zip);
        }
        writer.file("podium/env", 0644, EnvironmentFile.of(assignment.environment()));
        writer.file("podium/start", 0755, Loader.startScript(assignment.start()));
        writer.finish();
    }
}
