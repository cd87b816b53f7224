package dev.podium.kube.embedded;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// What a container means on this machine.
sealed interface Plan {
    /// A command of this machine.
    record Run(ContainerProcess.Command command) implements Plan {}

    /// Fetch and unpack code: the part of the init container `podium-code`.
    ///
    /// @param source as the pod sees it
    /// @param address where that is reached
    record Code(URI source, String address, LocalNames names) implements Plan {}

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
