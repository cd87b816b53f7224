package dev.podium.kube.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// One pod on this node, from its folder to its final status.
final class PodRun {
    private static final Logger LOG = System.getLogger(PodRun.class.getName());

    private final Kubelet kubelet;
    private final String name;
    private final String uid;
    private final PodFolder folder;
    private final ContainerRun.Policy policy;
    private final List<ContainerRun> init = new ArrayList<>(1);
    private final List<ContainerRun> main = new ArrayList<>(1);
    private final Instant startTime;
    private final long deadlineSeconds;
    private final JsonNode aliases;
    private final String address;
    private final Duration grace;
    private final List<Thread> sidecars = new ArrayList<>(0);
    private final ReentrantLock publishing = new ReentrantLock();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean finished;
    private volatile boolean terminating;
    private volatile String reason = "";
    private volatile String message = "";

    PodRun(Kubelet kubelet, ObjectNode pod, PodFolder folder) {
        JsonNode spec = pod.path("spec");
        this.kubelet = kubelet;
        this.name = pod.path("metadata").path("name").asText();
        this.uid = pod.path("metadata").path("uid").asText();
        this.folder = folder;
        this.policy = switch (spec.path("restartPolicy").asText()) {
            case "Never" -> ContainerRun.Policy.NEVER;
            case "OnFailure" -> ContainerRun.Policy.ON_FAILURE;
            default -> ContainerRun.Policy.ALWAYS;
        };
        this.startTime = kubelet.settings().clock().instant();
        this.deadlineSeconds = spec.path("activeDeadlineSeconds").asLong(0);
        ObjectNode kept = dev.podium.codec.Json.object();
        kept.set("hostAliases", spec.path("hostAliases").deepCopy());
        this.aliases = kept;
        this.address = kubelet.addresses().assign(pod);
        this.grace =
                Duration.ofSeconds(spec.path("terminationGracePeriodSeconds").asLong(30));
        String waiting = spec.path("initContainers").isEmpty() ? "ContainerCreating" : "PodInitializing";
        spec.path("initContainers").forEach(c -> init.add(container(c, pod, waiting)));
        spec.path("containers").forEach(c -> main.add(container(c, pod, waiting)));
    }

    private ContainerRun container(JsonNode container, JsonNode pod, String waiting) {
        ContainerSpec spec = ContainerSpec.read(container, pod);
        EmbeddedSettings settings = kubelet.settings();
        ContainerLog log = new ContainerLog(folder.log(spec.name()), settings.logLimitBytes(), settings.clock());
        return new ContainerRun(spec, log, this, settings.clock(), waiting);
    }

    String name() {
        return name;
    }

    String uid() {
        return uid;
    }

    /// The pod's own address.
    String address() {
        return address;
    }

    /// How long the pod's processes may take to end.
    Duration grace() {
        return grace;
    }

    PodFolder folder() {
        return folder;
    }

    Duration crashBackOff() {
        return kubelet.settings().crashBackOff();
    }

    Plan plan(ContainerSpec container) throws IOException, InterruptedException {
        return kubelet.planner().plan(container, aliases, folder);
    }

    /// The container of this name.
    Optional<ContainerRun> container(String container) {
        for (List<ContainerRun> some : List.of(main, init)) {
            for (ContainerRun run : some) {
                if (run.spec().name().equals(container)) {
                    return Optional.of(run);
                }
            }
        }
        return Optional.empty();
    }

    /// Runs the pod to its end, and removes its processes whatever happens. Its files stay until it is deleted.
    void run() {
        try {
            folder.create();
            changed();
            if (initialize()) {
                runMain();
            }
            endSidecars();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "pod failed name=" + name, e);
            fail("Error", "the pod's files can't be made: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "pod failed unexpectedly name=" + name, e);
            fail("Error", "the pod failed unexpectedly: " + e);
        } finally {
            end();
        }
    }

    private void end() {
        try {
            kill();
            ProcessTree.killMarked(ContainerProcess.MARKER, uid);
            finished = true;
            init.forEach(c -> c.log().end());
            main.forEach(c -> c.log().end());
            changed();
        } finally {
            ended.countDown();
        }
    }

    private boolean initialize() throws InterruptedException {
        ContainerRun.Policy retry = policy == ContainerRun.Policy.NEVER ? policy : ContainerRun.Policy.ON_FAILURE;
        for (ContainerRun container : init) {
            kubelet.housekeeping().add(container);
            if (container.spec().sidecar()) {
                sidecars.add(beside(container, ContainerRun.Policy.ALWAYS));
                container.probes().awaitStarted();
                if (terminating) {
                    return false;
                }
                continue;
            }
            int code = container.run(retry);
            kubelet.housekeeping().remove(container);
            if (code != 0 || container.stopping()) {
                return false;
            }
        }
        return true;
    }

    private void runMain() throws InterruptedException {
        main.forEach(kubelet.housekeeping()::add);
        List<Thread> others = new ArrayList<>();
        for (ContainerRun container : main.subList(1, main.size())) {
            others.add(beside(container, policy));
        }
        try {
            main.getFirst().run(policy);
            for (Thread other : others) {
                other.join();
            }
        } finally {
            others.forEach(Thread::interrupt);
            main.forEach(kubelet.housekeeping()::remove);
        }
    }

    private Thread beside(ContainerRun container, ContainerRun.Policy restarts) {
        return Thread.ofVirtual()
                .name("kubelet-" + name + "-" + container.spec().name())
                .start(() -> {
                    try {
                        container.run(restarts);
                    } catch (InterruptedException e) {
                        container.kill();
                    } catch (RuntimeException e) {
                        LOG.log(Level.ERROR, "container failed unexpectedly pod=" + name, e);
                        container.kill();
                    }
                });
    }

    /// Ends the containers that run beside the main ones, now that these have ended: the last started first.
    private void endSidecars() throws InterruptedException {
        long end = System.nanoTime() + grace.toNanos();
        List<ContainerRun> running =
                init.stream().filter(c -> c.spec().sidecar()).toList();
        for (int i = sidecars.size() - 1; i >= 0; i--) {
            ContainerRun container = running.get(i);
            container.stop();
            long left = end - System.nanoTime();
            if (left <= 0 || !sidecars.get(i).join(Duration.ofNanos(left))) {
                container.kill();
            }
            sidecars.get(i).join();
            kubelet.housekeeping().remove(container);
        }
    }

    /// Ends the pod because its `activeDeadlineSeconds` have passed, if they have.
    void checkDeadline(Instant now) {
        if (deadlineSeconds > 0
                && reason.isEmpty()
                && !finished
                && now.isAfter(startTime.plusSeconds(deadlineSeconds))) {
            fail("DeadlineExceeded", "Pod was active on the node longer than the specified deadline");
            kill();
        }
    }

    boolean hasDeadline() {
        return deadlineSeconds > 0;
    }

    private void fail(String why, String text) {
        message = text;
        reason = why;
    }

    /// Asks all containers to end, and kills them when the grace is over. Waits for the end.
    void terminate(Duration grace) throws InterruptedException {
        terminating = true;
        for (ContainerRun container : init) {
            if (container.spec().sidecar()) {
                // It ends after the main ones; nobody waits for its start any longer.
                container.probes().giveUp();
            } else {
                container.stop();
            }
        }
        main.forEach(ContainerRun::stop);
        if (grace.isZero() || !ended.await(grace.toMillis(), TimeUnit.MILLISECONDS)) {
            kill();
            ended.await();
        }
    }

    private void kill() {
        init.forEach(ContainerRun::kill);
        main.forEach(ContainerRun::kill);
    }

    /// Waits a moment for those who still read the logs of this ended pod.
    void awaitReaders() throws InterruptedException {
        for (List<ContainerRun> some : List.of(init, main)) {
            for (ContainerRun container : some) {
                container.log().awaitReaders(Duration.ofSeconds(1));
            }
        }
    }

    /// Ends all containers at once, without waiting.
    void killNow() {
        kill();
    }

    /// Brings the status in the API up to date.
    void changed() {
        publishing.lock();
        try {
            Instant now = kubelet.settings().clock().instant();
            kubelet.table().update(name, uid, pod -> {
                JsonNode old = pod.path("status");
                ((ObjectNode) pod.path("spec")).put("nodeName", Kubelet.NODE);
                pod.set(
                        "status",
                        PodStatus.of(new PodStatus.Facts(
                                init, main, policy, finished, reason, message, startTime, now, old, uid, address)));
            });
        } finally {
            publishing.unlock();
        }
    }
}
