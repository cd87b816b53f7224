package dev.podium.kube;

/// Told of every single call to the API server, retries included.
@FunctionalInterface
public interface KubeObserver {
    /// Watches nothing.
    KubeObserver NONE = (verb, resource, status, nanos) -> {};

    /// Notes one call. Must not block.
    ///
    /// @param verb as in a Role: `create`, `get`, `list`, `watch`, `delete`
    /// @param resource as in a Role: `pods`, `pods/log`
    /// @param status HTTP status, 0 when there was no answer
    /// @param nanos time until the answer was read, for streams until it began
    void called(String verb, String resource, int status, long nanos);
}
