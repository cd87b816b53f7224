package dev.podium.pods;

/// The Kubernetes API did not do what was asked: the message says what and why, in words for a user.
public final class PodException extends Exception {
    private final boolean mayPass;

    PodException(String message, boolean mayPass, Throwable cause) {
        super(message, cause);
        this.mayPass = mayPass;
    }

    /// Tells whether the same request may succeed later: the API server is away or busy, or a quota is used up.
    public boolean mayPass() {
        return mayPass;
    }
}
