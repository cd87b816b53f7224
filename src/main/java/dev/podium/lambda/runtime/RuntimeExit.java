package dev.podium.lambda.runtime;

import org.jspecify.annotations.Nullable;

/// The end of a process that an environment can't do without: its runtime, or one of its extensions.
///
/// @param status exit status as a shell gives it: 128 + n for signal n
/// @param outOfMemory whether the kernel killed a process of the pod for want of memory meanwhile
/// @param extension how an extension failed; null when it was the runtime
public record RuntimeExit(
        int status, boolean outOfMemory, @Nullable ExtensionFailure extension) {
    /// An extension's failure.
    ///
    /// @param errorType `Extension.Crash`, `Extension.InitError`, `Extension.ExitError` or
    ///     `Extension.LaunchError`
    /// @param cause what AWS writes behind `Error: `, such as `exit status 1`
    public record ExtensionFailure(String errorType, String cause) {}

    /// The end of the runtime's process, as its start script reported it.
    public RuntimeExit(int status, boolean outOfMemory) {
        this(status, outOfMemory, null);
    }

    /// The failure of an extension.
    static RuntimeExit ofExtension(String errorType, String cause) {
        return new RuntimeExit(1, false, new ExtensionFailure(errorType, cause));
    }

    /// AWS's name for it.
    String errorType() {
        return extension == null ? "Runtime.ExitError" : extension.errorType();
    }
}
