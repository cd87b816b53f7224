package dev.podium.pods;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.kube.KubeClient;
import dev.podium.kube.KubeException;
import dev.podium.kube.PodLogOptions;
import dev.podium.kube.PodWatch;
import dev.podium.kube.PodWatchSettings;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The pods of this Podium instance.
///
/// Owns nothing but the pods that carry its instance label: others in the namespace are never read, changed
/// or deleted. One watch serves all of them. Every method is idempotent where Kubernetes allows it.
public final class Pods implements AutoCloseable {
    private static final Logger LOG = System.getLogger("pods");

    private final KubeClient client;
    private final PodManifests manifests;
    private final PodSettings settings;
    private final Map<String, Watched> watched = new ConcurrentHashMap<>();
    private final ReentrantLock starting = new ReentrantLock();
    /// Whether the namespace enforces Pod Security "restricted": known when it has refused a pod.
    private volatile boolean noRoot;

    private volatile @Nullable PodWatchSettings atFirstPod;
    private volatile @Nullable PodWatch watch;

    /// A pod that somebody waits for: created before the watch knows it, so a listing that lacks it isn't its end.
    private record Watched(PodListener listener, long sinceNanos) {}

    /// Makes the collection; nothing is asked of the cluster before [#start].
    public Pods(KubeClient client, PodSettings settings) {
        this.client = client;
        this.settings = settings;
        this.manifests = new PodManifests(settings);
    }

    /// Network policies for these pods.
    public NetworkPolicies networkPolicies() {
        return new NetworkPolicies(client, settings);
    }

    /// Starts the one watch over this instance's pods, unless it runs.
    public void start(PodWatchSettings watchSettings) {
        starting.lock();
        try {
            atFirstPod = null;
            if (watch == null) {
                watch = PodWatch.start(client, selector(), new Watcher(), watchSettings);
            }
        } finally {
            starting.unlock();
        }
    }

    /// Starts the watch when the first pod is made: for a cluster that has none before.
    public void startAtFirstPod(PodWatchSettings watchSettings) {
        atFirstPod = watchSettings;
    }

    /// Tells whether the watch is up to date, or not needed yet.
    public boolean healthy() {
        PodWatch current = watch;
        return current == null ? atFirstPod != null : current.healthy();
    }

    /// Creates a pod; the listener hears of it until [#delete] or [#forget].
    ///
    /// @return the pod's name
    /// @throws PodException when Kubernetes refuses, or stays away for the client's patience
    public String create(PodRequest request, PodListener listener) throws PodException, InterruptedException {
        PodWatchSettings waiting = atFirstPod;
        if (waiting != null) {
            start(waiting);
        }
        boolean asRoot = !noRoot;
        ObjectNode pod = manifests.of(request, asRoot);
        String name = pod.path("metadata").path("name").asText();
        watched.put(name, new Watched(listener, System.nanoTime()));
        try {
            client.createPod(pod);
        } catch (KubeException e) {
            watched.remove(name);
            if (asRoot && PodManifests.wantsNoRoot(e)) {
                LOG.log(Level.INFO, "the namespace takes no pods as root: those that name no user run as uid 1000");
                noRoot = true;
                return create(request, listener);
            }
            throw failure("create the pod " + name, name, e);
        }
        LOG.log(Level.DEBUG, "pod created name={0} service={1} for={2}", name, request.service(), request.name());
        return name;
    }

    /// Listens to a pod that is there already, as after a restart.
    public void adopt(String name, PodListener listener) {
        watched.put(name, new Watched(listener, System.nanoTime()));
    }

    /// Stops listening.
    public void forget(String name) {
        watched.remove(name);
    }

    /// Deletes a pod; a pod that is gone already is no error.
    public void delete(String name) throws PodException, InterruptedException {
        watched.remove(name);
        end(name, settings.deleteGrace());
    }

    /// Asks a pod to end: its containers get SIGTERM, and SIGKILL after the grace. Its listener hears how
    /// they ended,
    /// and then [PodTrouble.Deleted].
    public void end(String name, Duration grace) throws PodException, InterruptedException {
        try {
            client.deletePod(name, null, grace);
        } catch (KubeException e) {
            throw failure("delete the pod " + name, name, e);
        }
        LOG.log(Level.DEBUG, "pod deleted name={0}", name);
    }

    /// The pods that an earlier run of this server left a service, as Kubernetes has them now: nobody here listens to
    /// them.
    public List<ObjectNode> left(String service) throws PodException, InterruptedException {
        try {
            List<ObjectNode> left = new ArrayList<>(client.pods(selector() + "," + Labels.SERVICE + "=" + service)
                    .pods());
            // Asked after the list: a pod is known before it is created.
            left.removeIf(pod -> listens(pod.path("metadata").path("name").asText()));
            return left;
        } catch (KubeException e) {
            throw failure("list the pods", "", e);
        }
    }

    /// Names of all pods that somebody here listens to.
    public Set<String> known() {
        return Set.copyOf(watched.keySet());
    }

    /// Follows a container's log until the container ends. Any thread may close the stream.
    ///
    /// @param since only what was written then or later; to the second
    /// @return lines, each beginning with an RFC 3339 time and a space
    public InputStream follow(String name, String container, Instant since) throws PodException, InterruptedException {
        try {
            Instant from = since.equals(Instant.EPOCH) ? null : since;
            return client.podLog(name, new PodLogOptions(container, true, from, null, true));
        } catch (KubeException e) {
            throw failure("read the log of the pod " + name, name, e);
        }
    }

    /// What a container has written so far.
    ///
    /// @param limitBytes reads no more than this, from the beginning of the last lines
    /// @param lines at most so many lines from the end
    public byte[] log(String name, String container, int lines, int limitBytes)
            throws PodException, InterruptedException {
        try (InputStream log = client.podLog(name, PodLogOptions.tail(container, lines))) {
            return log.readNBytes(limitBytes);
        } catch (KubeException e) {
            throw failure("read the log of the pod " + name, name, e);
        } catch (IOException e) {
            throw new PodException(
                    "the log of the pod " + name + " broke off: " + e.getMessage(), name, true, false, e);
        }
    }

    /// Whether the pod is one that somebody here listens to, and so isn't being deleted.
    public boolean listens(String name) {
        return watched.containsKey(name);
    }

    @Override
    public void close() {
        PodWatch current = watch;
        if (current != null) {
            current.close();
        }
    }

    private String selector() {
        return Labels.MANAGED_BY + "=podium," + Labels.INSTANCE + "=" + settings.instance();
    }

    static PodException failure(String what, String name, KubeException e) {
        boolean quota = e.status() == 403 && String.valueOf(e.getMessage()).contains("exceeded quota");
        return new PodException("can't " + what + ": " + e.getMessage(), name, quota || e.transientFault(), quota, e);
    }

    private final class Watcher implements PodWatch.Events {
        private static final Duration SETTLED = Duration.ofSeconds(30);

        @Override
        public void listed(Collection<ObjectNode> all) {
            Set<String> there = new HashSet<>();
            for (ObjectNode pod : all) {
                there.add(pod.path("metadata").path("name").asText());
                changed(pod);
            }
            long now = System.nanoTime();
            watched.forEach((name, one) -> {
                if (!there.contains(name) && now - one.sinceNanos() > SETTLED.toNanos()) {
                    gone(name);
                }
            });
        }

        @Override
        public void changed(ObjectNode pod) {
            Watched one = watched.get(pod.path("metadata").path("name").asText());
            if (one != null) {
                one.listener().changed(PodState.of(pod));
            }
        }

        @Override
        public void deleted(ObjectNode pod) {
            gone(pod.path("metadata").path("name").asText());
        }

        private void gone(String name) {
            Watched one = watched.remove(name);
            if (one != null) {
                one.listener()
                        .changed(new PodState(
                                name, "Failed", null, false, List.of(), List.of(), new PodTrouble.Deleted()));
            }
        }
    }
}
