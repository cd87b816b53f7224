package dev.podium.lambda.runtime;

import java.util.List;

/// The commands of a function's containers, for the pod spec. Every `$` is single: double it where Kubernetes
/// expands.
@SuppressWarnings("DoNotCallSuggester")
public final class Loader {
    private Loader() {}

    /// Variant SHELL: the function's container loads its code with the image's bash, then becomes the start script.
    public static List<String> shellCommand() {
        throw new UnsupportedOperationException();
    }

    /// Variant INIT, the init container `podium-code`: loads the code with busybox and leaves a busybox in
    /// `/podium`.
    public static List<String> initCommand() {
        throw new UnsupportedOperationException();
    }

    /// Variant INIT, the function's container: runs the start script with the busybox that the init container left.
    public static List<String> startCommand() {
        return List.of("/podium/busybox", "sh", "/podium/start");
    }
}
