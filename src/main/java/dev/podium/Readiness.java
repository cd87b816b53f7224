package dev.podium;

import dev.podium.kube.PodWatchSettings;
import dev.podium.ops.Check;
import dev.podium.pods.PodException;
import dev.podium.pods.Pods;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Brings the server up to the cluster's state in the background: takes in the pods of an earlier run, and
/// keeps the watch.
///
/// The AWS APIs answer meanwhile; an API server that is away only delays this.
final class Readiness implements AutoCloseable {
    private static final Logger LOG = System.getLogger("podium");
    private static final long PAUSE_MILLIS = 1000;

    private final Cluster cluster;
    private final Pods pods;
    private final List<ServicePart> services;
    private final Deque<ServicePart> toAdopt;
    private volatile boolean adopted;
    private @Nullable Thread thread;

    Readiness(Cluster cluster, Pods pods, List<ServicePart> services) {
        this.cluster = cluster;
        this.pods = pods;
        this.services = services;
        this.toAdopt = new ArrayDeque<>(services);
    }

    void start() {
        if (cluster.embedded()) {
            // It has no pods before.
            settle();
            return;
        }
        thread = Thread.ofVirtual().name("podium-readiness").start(this::run);
    }

    private void run() {
        try {
            // Adopted first: the watch then tells of pods that ended meanwhile.
            while (!adopted()) {
                Thread.sleep(PAUSE_MILLIS);
            }
            settle();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void settle() {
        adopted = true;
        services.forEach(ServicePart::settle);
    }

    private boolean adopted() throws InterruptedException {
        try {
            while (!toAdopt.isEmpty()) {
                toAdopt.element().adopt();
                toAdopt.remove();
            }
            return true;
        } catch (PodException e) {
            LOG.log(Level.WARNING, "pods of an earlier run not taken in yet why={0}", e.getMessage());
            return false;
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "taking in the pods of an earlier run failed", e);
            return false;
        }
    }

    /// Starts the watch; called before anything creates pods.
    void watch() {
        if (cluster.embedded()) {
            pods.startAtFirstPod(PodWatchSettings.defaults());
        } else {
            pods.start(PodWatchSettings.defaults());
        }
    }

    /// What `/readyz` asks.
    List<Check> checks() {
        return List.of(
                new Check("pods", () -> adopted ? null : "the pods of an earlier run are not taken in yet"),
                new Check("watch", () -> pods.healthy() ? null : "the Kubernetes API does not answer the watch"));
    }

    @Override
    public void close() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }
}
