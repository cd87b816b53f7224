package dev.podium.kube.embedded;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/// Asks one container's probes while its process runs. Costs nothing where there are none.
///
/// Readiness and liveness are not asked before the startup probe has succeeded; a failed startup or liveness probe
/// ends the process, and the restart policy says what follows.
final class ContainerProbes {
    private static final Logger LOG = System.getLogger(ContainerProbes.class.getName());

    private final ContainerRun container;
    private final List<Probe> probes;
    private final Set<Thread> asking = ConcurrentHashMap.newKeySet();
    private final CountDownLatch startedOnce = new CountDownLatch(1);
    private volatile boolean started;
    private volatile boolean ready;

    ContainerProbes(ContainerRun container) {
        this.container = container;
        this.probes = container.spec().probes();
    }

    /// Whether the running process counts as started.
    boolean started() {
        return started || !has(Probe.Kind.STARTUP);
    }

    /// Whether a process of it has started once.
    boolean startedOnce() {
        return startedOnce.getCount() == 0;
    }

    /// Whether the running process counts as ready.
    boolean ready() {
        return ready || !has(Probe.Kind.READINESS);
    }

    /// A process begins to run.
    void begin(Plan.Run plan) {
        CountDownLatch begun = new CountDownLatch(has(Probe.Kind.STARTUP) ? 1 : 0);
        for (Probe probe : probes) {
            Thread thread = Thread.ofVirtual()
                    .name("kubelet-" + probe.kind().member() + "-"
                            + container.spec().name())
                    .unstarted(() -> ask(probe, plan, begun));
            asking.add(thread);
            thread.start();
        }
    }

    /// The process runs.
    void running() {
        if (!has(Probe.Kind.STARTUP)) {
            nowStarted();
        }
    }

    /// The process has ended.
    void end() {
        asking.forEach(Thread::interrupt);
        asking.clear();
        started = false;
        ready = false;
    }

    /// Waits until the container has been started once, or [#giveUp].
    void awaitStarted() throws InterruptedException {
        startedOnce.await();
    }

    /// Nobody has to wait for its start any longer.
    void giveUp() {
        startedOnce.countDown();
    }

    private boolean has(Probe.Kind kind) {
        return probes.stream().anyMatch(p -> p.kind() == kind);
    }

    private void nowStarted() {
        started = true;
        startedOnce.countDown();
    }

    private void ask(Probe probe, Plan.Run plan, CountDownLatch begun) {
        try {
            if (probe.kind() != Probe.Kind.STARTUP) {
                begun.await();
            }
            Thread.sleep(probe.delay());
            int right = 0;
            int wrong = 0;
            while (true) {
                boolean good = plan.succeeds(probe.command(), probe.timeout());
                right = good ? right + 1 : 0;
                wrong = good ? 0 : wrong + 1;
                if (right >= probe.successes() && passed(probe, begun)) {
                    return;
                }
                if (wrong >= probe.failures() && failed(probe)) {
                    return;
                }
                Thread.sleep(probe.period());
            }
        } catch (InterruptedException e) {
            // The process has ended, or the pod.
        } catch (IOException | RuntimeException e) {
            LOG.log(
                    Level.WARNING,
                    "probe given up container=" + container.spec().name(),
                    e);
        }
    }

    /// Takes note of a success; true when the probe has done its work.
    private boolean passed(Probe probe, CountDownLatch begun) {
        return switch (probe.kind()) {
            case STARTUP -> {
                nowStarted();
                container.changed();
                begun.countDown();
                yield true;
            }
            case READINESS -> {
                becomeReady(true);
                yield false;
            }
            case LIVENESS -> false;
        };
    }

    /// Takes note of a failure; true when the probe has done its work.
    private boolean failed(Probe probe) throws IOException, InterruptedException {
        if (probe.kind() == Probe.Kind.READINESS) {
            becomeReady(false);
            return false;
        }
        container.log().note("the container's " + probe.kind().member() + " failed");
        container.terminateProcesses();
        Thread.sleep(container.grace());
        container.killProcesses();
        return true;
    }

    private void becomeReady(boolean now) {
        if (ready != now) {
            ready = now;
            container.changed();
        }
    }
}
