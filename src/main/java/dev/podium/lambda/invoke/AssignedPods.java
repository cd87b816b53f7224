package dev.podium.lambda.invoke;

import dev.podium.store.Store;
import dev.podium.store.Table;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.Set;

/// What became of pods from the pool: their manifests can't tell, and Podium may not change them.
///
/// Lets a server find its environments again after a restart. What is lost, by a crash in the moment of the
/// assignment, costs a pod.
final class AssignedPods {
    private static final Logger LOG = System.getLogger("lambda");

    private final Table<AssignedPod> table;

    /// What a pod was assigned.
    ///
    /// @param arn of the function with its version
    /// @param fingerprint of its deployment
    /// @param provisioned whether it is of provisioned concurrency
    /// @param logStream name of its log stream
    record AssignedPod(String arn, String fingerprint, boolean provisioned, String logStream) {}

    AssignedPods(Store store) {
        this.table = store.table("environments", AssignedPod.class);
    }

    /// Looks a pod up by its name.
    Optional<AssignedPod> find(String podName) {
        return table.get(podName);
    }

    /// Notes what a pod was assigned; blocks until it is on disk.
    void put(String podName, AssignedPod assigned) {
        table.put(podName, assigned);
    }

    /// Forgets a pod, in the background.
    void forget(String podName) {
        Thread.ofVirtual().name("lambda-forget-" + podName).start(() -> {
            try {
                table.remove(podName);
            } catch (RuntimeException e) {
                // The next start does it.
                LOG.log(Level.DEBUG, "assignment not forgotten yet pod={0} why={1}", podName, e.toString());
            }
        });
    }

    /// Forgets all pods but these.
    void retain(Set<String> podNames) {
        table.page("", null, Integer.MAX_VALUE).forEach(entry -> {
            if (!podNames.contains(entry.key())) {
                table.remove(entry.key());
            }
        });
    }
}
