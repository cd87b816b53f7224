package dev.podium.kube.embedded;

/// One change of a pod, as a watch reports it.
///
/// @param pod the object after the change; for [Type#DELETED] its last state with the version of the deletion
/// @param atNanos when it came, as of [System#nanoTime]
record PodEvent(Type type, StoredPod pod, long atNanos) {
    /// The event types of the watch API.
    enum Type {
        ADDED,
        MODIFIED,
        DELETED
    }
}
