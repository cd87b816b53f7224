package dev.podium.pods;

/// Is told what happens to one pod. Called on the watch's thread: must not block.
@FunctionalInterface
public interface PodListener {
    /// The pod's state changed; a pod that went away comes with the trouble [PodTrouble.Deleted].
    void changed(PodState state);
}
