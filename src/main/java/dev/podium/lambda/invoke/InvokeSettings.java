package dev.podium.lambda.invoke;

import dev.podium.aws.RoleCredentials;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How functions run.
///
/// @param keepalive how long an environment may be idle; zero: every invocation gets a new one
/// @param startTimeout how long a pod may take until its function can be called
/// @param maxEnvironments environments per function; more invocations wait for a free one; 0 for no limit
/// @param pool how many generic pods are kept ready
/// @param loader how code gets into pods
/// @param initImage image of the init container, with busybox in `/bin`
/// @param selfIp IPv4 address under which pods reach this server
/// @param selfPort port of the runtime API there
/// @param tmpInMemory whether /tmp is memory, which then counts against the function's own
/// @param ignoreArchitecture whether pods may run on nodes of any architecture
/// @param ecrUrl replaces the registry of private ECR image names, or null
/// @param install how dependencies are installed
/// @param credentials what functions sign their calls with
public record InvokeSettings(
        Duration keepalive,
        Duration startTimeout,
        int maxEnvironments,
        PoolSettings pool,
        CodeLoader loader,
        String initImage,
        String selfIp,
        int selfPort,
        boolean tmpInMemory,
        boolean ignoreArchitecture,
        @Nullable String ecrUrl,
        InstallSettings install,
        RoleCredentials credentials) {

    /// How code gets into pods.
    public enum CodeLoader {
        /// By the function's own container where its image has bash and the archive is small, else by an init
        /// container.
        AUTO,
        /// By the function's own container, in its bash.
        SHELL,
        /// By an init container with busybox.
        INIT
    }
}
