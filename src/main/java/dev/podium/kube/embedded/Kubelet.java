package dev.podium.kube.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.kube.embedded.process.LocalProcess;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The one node of the cluster: runs every pod of the table that fits it.
final class Kubelet implements AutoCloseable {
    /// Name of the node.
    static final String NODE = "podium";

    private static final Logger LOG = System.getLogger(Kubelet.class.getName());

    private final EmbeddedSettings settings;
    private final PodTable table;
    private final Path pods;
    private final Planner planner;
    private final Housekeeping housekeeping;
    private final PodAddresses addresses = new PodAddresses();
    private final Map<String, PodRun> runs = new ConcurrentHashMap<>();
    /// Those that are ending pods, until they have deleted the pods' files.
    private final Set<Thread> stopping = ConcurrentHashMap.newKeySet();

    private volatile boolean prepared;
    private volatile boolean closed;

    /// Clears what a killed server has left and is then ready for pods.
    Kubelet(EmbeddedSettings settings, PodTable table) throws IOException {
        this.settings = settings;
        this.table = table;
        this.pods = settings.folder().resolve("pods");
        Leftovers.clear(pods);
        Files.createDirectories(pods);
        if (pods.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            // Functions' variables and logs are nobody else's business.
            Files.setPosixFilePermissions(pods, PosixFilePermissions.fromString("rwx------"));
        }
        LocalRuntimes runtimes = new LocalRuntimes(
                new Interpreters(settings.searchPath()), settings.folder().resolve("runtimes"));
        this.planner = new Planner(runtimes, settings.hosts(), settings.searchPath());
        this.housekeeping = new Housekeeping(this::everySecond);
    }

    EmbeddedSettings settings() {
        return settings;
    }

    PodTable table() {
        return table;
    }

    Planner planner() {
        return planner;
    }

    Housekeeping housekeeping() {
        return housekeeping;
    }

    PodAddresses addresses() {
        return addresses;
    }

    Optional<PodRun> run(String uid) {
        return Optional.ofNullable(runs.get(uid));
    }

    /// Takes a new pod: runs it, or says why it can't be scheduled.
    void accept(StoredPod stored) {
        ObjectNode pod = PodTable.parse(stored.json());
        String misfit = misfit(pod.path("spec"));
        Instant now = settings.clock().instant();
        if (!misfit.isEmpty()) {
            table.update(
                    stored.name(),
                    stored.uid(),
                    p -> p.set("status", PodStatus.unschedulable(p.path("status"), misfit, now)));
            return;
        }
        PodRun run = new PodRun(this, pod, new PodFolder(pods.resolve(stored.uid())));
        runs.put(stored.uid(), run);
        boolean deleted = table.get(stored.name())
                .filter(p -> p.uid().equals(stored.uid()))
                .isEmpty();
        if (deleted || closed) {
            // Whoever deletes or closes after this point finds the run.
            runs.remove(stored.uid());
            addresses.release(run.address());
            return;
        }
        if (!prepared) {
            prepared = true;
            // Beside what comes before the first process.
            Thread.ofVirtual().name("kubelet-prepare").start(LocalProcess::prepare);
        }
        Thread.ofVirtual().name("kubelet-" + stored.name()).start(run::run);
    }

    /// Why a pod doesn't fit this node, in the scheduler's words; empty when it does.
    static String misfit(JsonNode spec) {
        String wanted = spec.path("nodeName").asText(NODE);
        List<String> unmatched = new ArrayList<>();
        spec.path("nodeSelector").properties().forEach(label -> {
            String value = label.getValue().asText();
            boolean matches = switch (label.getKey()) {
                // Most code here is interpreted; a binary of another architecture fails to start, and says so.
                case "kubernetes.io/arch" -> value.equals("amd64") || value.equals("arm64");
                case "kubernetes.io/os" -> value.equals("linux");
                case "kubernetes.io/hostname" -> value.equals(NODE);
                default -> false;
            };
            if (!matches) {
                unmatched.add(label.getKey());
            }
        });
        return wanted.equals(NODE) && unmatched.isEmpty()
                ? ""
                : "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. preemption: 0/1 nodes "
                        + "are available: 1 Preemption is not helpful for scheduling.";
    }

    /// Ends a pod within its grace, in the background, and then removes it from the table.
    void terminate(StoredPod pod, Duration grace) {
        Thread thread = Thread.ofVirtual().name("kubelet-stop-" + pod.name()).unstarted(() -> {
            PodRun run = runs.get(pod.uid());
            try {
                if (run != null) {
                    run.terminate(grace);
                }
                table.remove(pod.name(), pod.uid());
                // It may have been accepted since: a pod can be deleted before its creation has been answered.
                run = runs.get(pod.uid());
                if (run != null) {
                    run.terminate(Duration.ZERO);
                    forget(run);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "pod not ended cleanly pod=" + pod.name(), e);
                table.remove(pod.name(), pod.uid());
            } finally {
                stopping.remove(Thread.currentThread());
            }
        });
        stopping.add(thread);
        thread.start();
    }

    private void forget(PodRun run) throws InterruptedException {
        if (runs.containsKey(run.uid())) {
            run.awaitReaders();
            discard(run);
        }
    }

    private void discard(PodRun run) {
        if (runs.remove(run.uid()) == null) {
            return;
        }
        try {
            addresses.release(run.address());
            run.folder().delete();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "pod folder not deleted pod={0} cause={1}", run.name(), e.toString());
        }
    }

    private void everySecond() {
        table.forgetSeen();
        Instant now = settings.clock().instant();
        for (PodRun run : runs.values()) {
            if (run.hasDeadline()) {
                run.checkDeadline(now);
            }
        }
    }

    /// Kills everything and deletes the pods' files.
    @Override
    public void close() {
        closed = true;
        housekeeping.close();
        Collection<PodRun> all = List.copyOf(runs.values());
        all.forEach(PodRun::killNow);
        for (PodRun run : all) {
            try {
                run.terminate(Duration.ZERO);
                // Whoever would read its log has stopped before.
                discard(run);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        for (Thread thread : stopping) {
            try {
                thread.join(Duration.ofSeconds(5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
