package dev.podium.lambda.invoke;

import dev.podium.lambda.LambdaFunction;
import dev.podium.lambda.invoke.InvokeSettings.CodeLoader;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Which images can load a function's code by their own shell: assumed of all, until a container fails.
final class ShellKnowledge {
    private static final Logger LOG = System.getLogger("lambda");
    /// A bigger archive takes an init container: without tar in the image, its shell would need long for so many
    /// files.
    private static final int SHELL_ENTRIES = 512;

    private final CodeLoader loader;
    private final Set<String> without = ConcurrentHashMap.newKeySet();

    ShellKnowledge(CodeLoader loader) {
        this.loader = loader;
    }

    /// Tells whether a new pod of a deployment is to load its code by itself.
    boolean loads(Deployment deployment) {
        LambdaFunction function = deployment.function();
        return deployment.transport() == TransportKind.RUNTIME
                && !function.settings().image()
                && loads(deployment.image())
                && fits(function.entries())
                && !Installations.wanted(function);
    }

    /// Tells whether a pod of this image may load small archives by itself.
    boolean loads(String image) {
        return switch (loader) {
            case SHELL -> true;
            case INIT -> false;
            case AUTO -> !without.contains(image);
        };
    }

    /// Tells whether a shell that may have no tar is good for so many files.
    boolean fits(int entries) {
        return loader == CodeLoader.SHELL || entries <= SHELL_ENTRIES;
    }

    /// Notes that an image has no shell.
    ///
    /// @return whether an init container is to be tried
    boolean none(String image) {
        if (loader != CodeLoader.AUTO) {
            return false;
        }
        if (without.add(image)) {
            LOG.log(Level.INFO, "image has no bash, its pods take an init container image={0}", image);
        }
        return true;
    }
}
