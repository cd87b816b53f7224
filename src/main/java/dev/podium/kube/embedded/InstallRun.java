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
        TarArchiveEntry entry =
                new TarArchiveEntry(file, plan.into().relativize(file).toString(), LinkOption.NOFOLLOW_LINKS);
        if (Files.isSymbolicLink(file)) {
            entry = new TarArchiveEntry(plan.into().relativize(file).toString(), TarArchiveEntry.LF_SYMLINK);
            entry.setLinkName(Files.readSymbolicLink(file).toString());
        }
        boolean regular = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
        entry.setMode(regular && Files.isExecutable(file) ? 0755 : regular ? 0644 : 0755);
        out.putArchiveEntry(entry);
        if (regular) {
            Files.copy(file, out);
        }
        out.closeArchiveEntry();
    }
}
