package dev.podium.ec2;

import dev.podium.pods.PodException;
import dev.podium.pods.Pods;
import dev.podium.store.Store;
import dev.podium.store.Table;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The console output of instances: the log of the pod, and what an earlier pod wrote last.
final class Consoles {
    private static final Logger LOG = System.getLogger("ec2");
    /// AWS gives the last 64 KB.
    private static final int LIMIT = 64 << 10;
    private static final int LINES = 2000;

    private final Table<String> kept;
    private final Pods pods;

    Consoles(Store store, Pods pods) {
        this.kept = store.table("ec2-consoles", String.class);
        this.pods = pods;
    }

    /// Keeps what a pod wrote, before it is deleted; a log that can't be read is no error.
    void keep(String key, String pod) throws InterruptedException {
        try {
            byte[] log = pods.log(pod, InstancePods.CONTAINER, LINES, 16 * LIMIT);
            if (log.length > 0) {
                int from = Math.max(0, log.length - LIMIT);
                kept.put(key, new String(log, from, log.length - from, StandardCharsets.UTF_8));
            }
        } catch (PodException e) {
            LOG.log(Level.DEBUG, "console of pod {0} is lost: {1}", pod, e.getMessage());
        }
    }

    /// The last 64 KB of an instance's output.
    Optional<String> output(StoredInstance instance) throws InterruptedException {
        String pod = instance.life().pod();
        if (pod != null) {
            keep(instance.key(), pod);
        }
        return kept.get(instance.key());
    }

    void forget(String key) {
        kept.remove(key);
    }
}
