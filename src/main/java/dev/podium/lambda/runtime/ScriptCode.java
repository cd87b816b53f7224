package dev.podium.lambda.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashSet;
import java.util.Set;

/// Code as a bash script: each file's bytes follow the command that takes them from the script's own input.
///
/// Bash reads a script from a socket byte by byte, so that what follows a line is left to the command.
final class ScriptCode extends CodeWriter {
    private static final int DEFAULT_MODE = 0644;

    private final OutputStream out;
    private final Set<String> made = new HashSet<>(Set.of("var/task", "podium", "opt"));

    ScriptCode(OutputStream out) throws IOException {
        this.out = out;
        line("cd / && umask 022 || exit 1");
    }

    private void line(String command) throws IOException {
        out.write((command + "\n").getBytes(UTF_8));
    }

    private static String quote(String path) {
        return EnvironmentFile.quote("./" + path);
    }

    @Override
    void directory(String path, int mode) throws IOException {
        made.add(path);
        line("mkdir -p " + quote(path) + " && chmod " + Integer.toOctalString(mode) + " " + quote(path) + " || exit 1");
    }

    private void parent(String path) throws IOException {
        String folder = path.substring(0, path.lastIndexOf('/'));
        if (made.add(folder)) {
            line("mkdir -p " + quote(folder) + " || exit 1");
        }
    }

    @Override
    void link(String path, String target) throws IOException {
        parent(path);
        line("ln -sfn -- " + EnvironmentFile.quote(target) + " " + quote(path) + " || exit 1");
    }

    @Override
    void file(String path, int mode, long size, InputStream content) throws IOException {
        parent(path);
        if ((mode & 0200) == 0) {
            line("chmod u+w " + quote(path) + " 2>/dev/null"); // left by an attempt that was cut off
        }
        if (size == 0) {
            line(": >" + quote(path) + " || exit 1");
        } else {
            line("head -c " + size + " >" + quote(path) + " || exit 1");
            content.transferTo(out);
        }
        if (mode != DEFAULT_MODE) {
            line("chmod " + Integer.toOctalString(mode) + " " + quote(path) + " || exit 1");
        }
    }

    @Override
    void finish() throws IOException {
        line(": >podium/loaded");
        line("exit 0");
    }
}
