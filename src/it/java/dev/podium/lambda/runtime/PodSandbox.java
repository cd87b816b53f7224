package dev.podium.lambda.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What a kubelet does for a function's pod, with a mount namespace: a read-only-ish root, empty `/var/task`,
/// `/opt`, `/podium` and `/tmp`, a host alias, uid 993. Needs Linux and root.
final class PodSandbox implements AutoCloseable {
    private static final String SETUP = """
            set -e
            R=$1 HOSTS=$2 BIN=$3; shift 3
            mount --make-rprivate /
            mount -t tmpfs none $R
            for d in /usr /etc /sys /dev; do mkdir $R$d; mount --rbind $d $R$d; done
            mkdir $R/proc && mount -t proc proc $R/proc
            for l in bin lib lib64 sbin; do [ -e /$l ] && ln -s usr/$l $R/$l; done
            mount --bind $HOSTS $R/etc/hosts
            mkdir -p $R/var/task $R/opt $R/podium $R/tmp $R/work
            chmod 777 $R/var/task $R/opt $R/podium $R/tmp
            cp -a $BIN/. $R/work
            if [ -e $R/work/entrypoint ]; then cp $R/work/entrypoint $R/lambda-entrypoint.sh; chmod 755 $R/lambda-entrypoint.sh; fi
            cd $R/work
            exec chroot $R setpriv --reuid 993 --regid 993 --clear-groups -- "$@"
            """;

    private final Path folder;
    private final RuntimeSession session;
    private final int port;
    private final Path files;
    private final Path log;
    private final List<Process> processes = new ArrayList<>();

    /// Prepares a pod.
    ///
    /// @param files appear in `/work`; one named `entrypoint` becomes `/lambda-entrypoint.sh`
    PodSandbox(Path folder, RuntimeSession session, int port, Path files) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.session = session;
        this.port = port;
        this.files = files;
        this.log = folder.resolve("log");
        Files.createDirectories(folder.resolve("root"));
        Files.writeString(
                folder.resolve("hosts"), "127.0.0.1 localhost\n127.0.0.1 " + session.token() + ".runtime.internal\n");
    }

    /// Runs a command in the pod.
    Process start(List<String> command, Map<String, String> environment) throws IOException {
        List<String> all = new ArrayList<>(List.of(
                "unshare",
                "-m",
                "-p",
                "-f",
                "--kill-child",
                "sh",
                "-c",
                SETUP,
                "sandbox",
                folder.resolve("root").toString(),
                folder.resolve("hosts").toString(),
                files.toString()));
        all.addAll(command);
        String address = session.token() + ".runtime.internal:" + port;
        ProcessBuilder builder = new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(
                ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin");
        builder.environment().put("AWS_LAMBDA_RUNTIME_API", address);
        builder.environment().put("PODIUM_CODE", "http://" + address + "/podium/" + session.codeToken() + "/code");
        builder.environment().putAll(environment);
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    /// What the pod printed.
    String log() throws IOException {
        return Files.exists(log) ? Files.readString(log, UTF_8) : "";
    }

    @Override
    public void close() throws IOException {
        for (Process process : processes) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            try {
                process.waitFor(5, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
