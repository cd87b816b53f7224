package dev.podium.kube.embedded;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What a container means on this machine.
sealed interface Plan {
    /// A command of this machine.
    ///
    /// @param names for the commands of probes, which run beside it
    record Run(ContainerProcess.Command command, LocalNames names) implements Plan {
        /// Runs another command in the same surroundings.
        ///
        /// @return whether it exits with 0 in time; false too when it can't be started
        boolean succeeds(List<String> probe, Duration limit) throws IOException, InterruptedException {
            List<String> line = probe.stream()
                    .map(a -> names.local(ContainerSpec.expand(a, command.environment())))
                    .toList();
            String path = command.environment().getOrDefault("PATH", "");
            Path executable = line.isEmpty() ? null : Planner.executable(line.getFirst(), path, command.workingDir());
            if (executable == null || !Planner.unexecutable(executable).isEmpty()) {
                return false;
            }
            List<String> found = new ArrayList<>(line);
            found.set(0, executable.toString());
            return ContainerProcess.succeeds(
                    new ContainerProcess.Command(found, command.environment(), command.workingDir()), limit);
        }
    }

    /// Fetch and unpack code: the part of the init container `podium-code`.
    ///
    /// @param source as the pod sees it
    /// @param address where that is reached
    record Code(URI source, String address, LocalNames names) implements Plan {}

    /// The tool of this machine that installs what a function's code names: the container `podium-install`.
    ///
    /// @param shell runs the script
    /// @param script comes with the code
    /// @param into what it fills
    record Install(
            Path shell,
            Path script,
            Path into,
            Map<String, String> environment,
            Path workingDir,
            LocalNames names,
            URI source,
            String address)
            implements Plan {}

    /// A function's runtime with its extensions.
    ///
    /// @param runtime runs the runtime loop; empty: the archive's `bootstrap`
    /// @param note first line of the log, or empty
    /// @param environment without what comes with the code
    /// @param source URL of the code, whose siblings take exit reports
    record Function(
            List<String> runtime,
            String note,
            Map<String, String> environment,
            Path workingDir,
            LocalNames names,
            URI source,
            String address)
            implements Plan {}

    /// The image isn't there and never will be, unless something is installed.
    record Unpullable(String why) implements Plan {}

    /// The container's configuration can't be used (`CreateContainerConfigError`).
    record Misconfigured(String why) implements Plan {}

    /// The command can't be started.
    record Unstartable(String why) implements Plan {}
}
