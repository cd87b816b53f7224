package dev.podium.kube;

import org.jspecify.annotations.Nullable;

/// The API server said no, could not be reached, or cannot be called with the configuration given.
///
/// The message is one sentence that a user of Podium can act on. It never holds credentials.
public final class KubeException extends Exception {
    /// Reason of a failure without an answer: connection refused or cut, time-out, name not found.
    public static final String UNREACHABLE = "Unreachable";

    /// Reason of a failure before any call: kubeconfig, certificates, credential plugins.
    public static final String CONFIGURATION = "Configuration";

    private final int status;
    private final String reason;

    /// Makes an exception.
    ///
    /// @param status HTTP status, 0 without an answer
    /// @param reason the `reason` of the Kubernetes Status (`AlreadyExists`, `Forbidden`, ...), or one of ours
    /// @param message what happened and what to do
    public KubeException(int status, String reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
        this.reason = reason;
    }

    /// A failure before any call.
    static KubeException configuration(String message, @Nullable Throwable cause) {
        return new KubeException(0, CONFIGURATION, message, cause);
    }

    public int status() {
        return status;
    }

    public String reason() {
        return reason;
    }

    /// Always there, unlike in other exceptions.
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    /// Tells whether the same call may succeed later: no answer, 429, or a server error.
    public boolean transientFault() {
        return reason.equals(UNREACHABLE) || status == 429 || (status >= 500 && status != 501 && status != 505);
    }
}
