package dev.podium.pods;

import dev.podium.kube.KubeException;

/// The Kubernetes API did not do what was asked: the message says what and why, in words for a user.
public final class PodException extends Exception {
    private final boolean mayPass;
    private final boolean quota;
    private final String podName;

    PodException(String message, String podName, boolean mayPass, boolean quota, Throwable cause) {
        super(message, cause);
        this.quota = quota;
        this.podName = podName;
        this.mayPass = mayPass;
    }

    /// The pod in question, empty when it is about several. After a failed creation it may exist all the same.
    public String podName() {
        return podName;
    }

    /// Always there, unlike in other exceptions.
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    /// Tells whether a quota of the namespace is used up.
    public boolean quota() {
        return quota;
    }

    /// Tells whether the pod isn't there.
    public boolean gone() {
        return getCause() instanceof KubeException e && e.status() == 404;
    }

    /// Tells whether the same request may succeed later: the API server is away or busy, or a quota is used up.
    public boolean mayPass() {
        return mayPass;
    }
}
