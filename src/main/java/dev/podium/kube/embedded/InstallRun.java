package dev.podium.kube.embedded;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/// Does what the container `podium-install` does in a real pod: runs the tool of this machine that installs what a
/// function's code names, and hands the result to the server.
///
/// @param container shows what happens
record InstallRun(Plan.Install plan, ContainerRun container) {
    private static final int FAILED = 1;

    /// Runs to its end.
    ///
    /// @return the container's exit code
    int run() throws IOException, InterruptedException {
        Map<String, String> environment = new TreeMap<>(plan.environment());
        Path variables = plan.names().folder("/podium/env");
        if (variables != null && Files.exists(variables)) {
            EnvironmentFile.parse(Files.readString(variables, StandardCharsets.UTF_8))
                    .forEach((name, value) -> environment.put(name, plan.names().local(value)));
        }
        int code = container.execute(new ContainerProcess.Command(
                List.of(plan.shell().toString(), plan.script().toString()), environment, plan.workingDir()));
        return code == 0 ? handOver() : code;
    }

    private int handOver() throws IOException, InterruptedException {
        Path tar = plan.into().resolveSibling("installed.tar");
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(Files.newOutputStream(tar), "UTF-8")) {
            out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            try (Stream<Path> files = Files.walk(plan.into())) {
                for (Path file : (Iterable<Path>) files.filter(f -> !f.equals(plan.into()))::iterator) {
                    add(out, file);
                }
            }
        }
        String source = plan.source().toString();
        URI target = URI.create(source.substring(0, source.lastIndexOf('/')) + "/installed");
        return container.interruptibly(ContainerRun.KILLED, () -> {
            try (PlainCall call = PlainCall.send("POST", target, plan.address(), tar)) {
                return call.status() == 200 ? 0 : FAILED;
            }
        });
    }

    private void add(TarArchiveOutputStream out, Path file) throws IOException {
        String name = plan.into().relativize(file).toString();
        boolean link = Files.isSymbolicLink(file);
        boolean folder = Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS);
        // By name only: a link may lead to a file of the code, which isn't here.
        TarArchiveEntry entry = link
                ? new TarArchiveEntry(name, TarArchiveEntry.LF_SYMLINK)
                : new TarArchiveEntry(folder ? name + "/" : name);
        boolean regular = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
        if (link) {
            entry.setLinkName(Files.readSymbolicLink(file).toString());
        } else if (regular) {
            entry.setSize(Files.size(file));
        }
        entry.setMode(regular && !Files.isExecutable(file) ? 0644 : 0755);
        out.putArchiveEntry(entry);
        if (regular) {
            Files.copy(file, out);
        }
        out.closeArchiveEntry();
    }
}
