package dev.podium.kube.embedded.process;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A process that the JDK has started: for machines without [PosixSpawn].
final class JdkProcess implements LocalProcess {
    private static final Path SETSID = Path.of("/usr/bin/setsid");
    private static final Path NOTHING = Path.of("/dev/null");

    private final Process process;

    private JdkProcess(Process process) {
        this.process = process;
    }

    static JdkProcess start(Start start) throws IOException {
        List<String> line = new ArrayList<>(start.command().size() + 1);
        if (Files.isExecutable(SETSID)) {
            line.add(SETSID.toString());
        }
        line.addAll(start.command());
        Path output = start.output();
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(start.workingDir().toFile())
                .redirectInput(Redirect.from(NOTHING.toFile()))
                .redirectErrorStream(true)
                .redirectError(Redirect.DISCARD) // not looked at then; else the JDK keeps a pipe of 8 kB for it
                .redirectOutput(output == null ? Redirect.PIPE : Redirect.appendTo(output.toFile()));
        builder.environment().clear();
        builder.environment().putAll(start.environment());
        return new JdkProcess(builder.start());
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public boolean alive() {
        return process.isAlive();
    }

    @Override
    public int waitFor() throws InterruptedException {
        return process.waitFor();
    }

    @Override
    public boolean endsWithin(Duration limit) throws InterruptedException {
        return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void terminate() {
        process.destroy();
    }

    @Override
    public void kill() {
        process.destroyForcibly();
    }

    @Override
    public InputStream output() {
        return process.getInputStream();
    }
}
