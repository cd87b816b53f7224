package dev.podium.kube.embedded;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One container of a pod: its processes, restarts and state.
///
/// A thread of the pod runs it; [#stop] and [#kill] come from others.
final class ContainerRun {
    static final int KILLED = 137;

    private final ContainerSpec spec;
    private final ContainerLog log;
    private final PodRun pod;
    private final Clock clock;
    private final ContainerProbes probes;
    private final ReentrantLock lock = new ReentrantLock();
    private final ContainerProcesses processes = new ContainerProcesses();
    private ContainerState state;
    private ContainerState.@Nullable Terminated last;
    private @Nullable Instant startedAt;
    private int restarts;
    private boolean stopping;
    private boolean outOfMemory;
    private @Nullable Thread waiting;

    /// @param waiting why it doesn't run yet, such as `ContainerCreating`
    ContainerRun(ContainerSpec spec, ContainerLog log, PodRun pod, Clock clock, String waiting) {
        this.state = new ContainerState.Waiting(waiting, "");
        this.spec = spec;
        this.log = log;
        this.pod = pod;
        this.clock = clock;
        this.probes = new ContainerProbes(this);
    }

    ContainerSpec spec() {
        return spec;
    }

    ContainerLog log() {
        return log;
    }

    ContainerProbes probes() {
        return probes;
    }

    /// How long its processes may take to end.
    Duration grace() {
        return pod.grace();
    }

    /// Shows what its probes have found.
    void changed() {
        pod.changed();
    }

    /// State, last termination (or null) and number of restarts at one moment.
    record View(ContainerState state, ContainerState.@Nullable Terminated last, int restarts) {}

    View view() {
        lock.lock();
        try {
            return new View(state, last, restarts);
        } finally {
            lock.unlock();
        }
    }

    /// Runs the container until it has ended for good.
    ///
    /// @return its last exit code
    int run(Policy policy) throws InterruptedException {
        Duration backOff = pod.crashBackOff();
        Duration limit = backOff.multipliedBy(30);
        while (true) {
            int code = once();
            if (stopping() || !policy.restarts(code)) {
                log.end();
                return code;
            }
            lock.lock();
            try {
                restarts++;
                last = (ContainerState.Terminated) state;
            } finally {
                lock.unlock();
            }
            startsAgain();
            String delay = backOff.toSeconds() + "s";
            become(new ContainerState.Waiting(
                    "CrashLoopBackOff",
                    "back-off " + delay + " restarting failed container=" + spec.name() + " pod=" + pod.name()));
            if (!pause(backOff)) {
                log.end();
                return code;
            }
            Duration doubled = backOff.multipliedBy(2);
            backOff = doubled.compareTo(limit) > 0 ? limit : doubled;
        }
    }

    /// When a container is started again.
    enum Policy {
        ALWAYS,
        ON_FAILURE,
        NEVER;

        boolean restarts(int code) {
            return switch (this) {
                case ALWAYS -> true;
                case ON_FAILURE -> code != 0;
                case NEVER -> false;
            };
        }
    }

    private int once() throws InterruptedException {
        startedAt = null;
        try {
            Plan plan = pod.plan(spec);
            while (plan instanceof Plan.Unpullable || plan instanceof Plan.Misconfigured) {
                if (!unready(plan)) {
                    return terminated(KILLED, "Error", "the pod was deleted before the container could start");
                }
                plan = pod.plan(spec);
            }
            return switch (plan) {
                case Plan.Run run -> ended(probed(run));
                case Plan.Code code -> ended(codeFetched(code));
                case Plan.Install install -> ended(new InstallRun(install, this).run());
                case Plan.Function function -> ended(new FunctionRun(function, this).run());
                case Plan.Unstartable(String why) -> terminated(128, "StartError", STARTING + why);
                case Plan.Unpullable u -> throw new AssertionError(u);
                case Plan.Misconfigured m -> throw new AssertionError(m);
            };
        } catch (IOException | IllegalArgumentException e) {
            return terminated(128, "StartError", STARTING + e.getMessage());
        } finally {
            processes.killRest();
        }
    }

    private int codeFetched(Plan.Code plan) throws InterruptedException {
        running();
        return new CodeFetch(plan, this).run();
    }

    private int probed(Plan.Run plan) throws IOException, InterruptedException {
        try {
            probes.begin(plan);
            return execute(plan.command());
        } finally {
            probes.end();
        }
    }

    private static final String STARTING = "failed to start container process: ";

    /// Shows why the container can't be created and waits before the next try; false when the pod is being
    /// deleted.
    private boolean unready(Plan plan) throws InterruptedException {
        if (plan instanceof Plan.Misconfigured(String why)) {
            become(new ContainerState.Waiting("CreateContainerConfigError", why));
            return pause(Duration.ofSeconds(5));
        }
        String why = "failed to pull image \"" + spec.image() + "\": " + ((Plan.Unpullable) plan).why();
        ContainerState now = view().state();
        if (!(now instanceof ContainerState.Waiting w) || !w.reason().equals("ImagePullBackOff")) {
            become(new ContainerState.Waiting("ErrImagePull", why));
            if (!pause(Duration.ofSeconds(2))) {
                return false;
            }
            become(new ContainerState.Waiting(
                    "ImagePullBackOff", "Back-off pulling image \"" + spec.image() + "\": ErrImagePull: " + why));
        }
        return pause(Duration.ofSeconds(10));
    }

    /// Runs a process of this container to its end.
    ///
    /// @return its exit code, 128 + signal when one ended it
    int execute(ContainerProcess.Command command) throws IOException, InterruptedException {
        ContainerProcess process = startBeside(command, "");
        if (process == null) {
            return KILLED;
        }
        running();
        return awaitEnd(process);
    }

    /// Waits for the end of a process of this container.
    ///
    /// @return its exit code, 128 + signal when one ended it
    int awaitEnd(ContainerProcess process) throws InterruptedException {
        try {
            return process.waitFor();
        } finally {
            processes.remove(process);
        }
    }

    /// Starts a process without waiting for it; it ends with the container. Null when the pod is being deleted.
    ///
    /// @param mark put before each of its lines, for a process that isn't asked to end ([#stop]) but only killed
    @Nullable
    ContainerProcess startBeside(ContainerProcess.Command command, String mark) throws IOException {
        if (stopping()) {
            return null;
        }
        ContainerProcess process = ContainerProcess.start(command, log, pod.folder(), mark);
        processes.add(process);
        if (stopping()) {
            process.kill();
        }
        return process;
    }

    /// Something that waits for long and can be given up.
    interface Wait<T> {
        T run() throws IOException, InterruptedException;
    }

    /// Waits for something that [#stop] ends.
    ///
    /// @return `given` when it was ended
    <T> T interruptibly(T given, Wait<T> wait) throws InterruptedException {
        lock.lock();
        try {
            if (stopping) {
                return given;
            }
            waiting = Thread.currentThread();
        } finally {
            lock.unlock();
        }
        try {
            return wait.run();
        } catch (InterruptedException e) {
            if (!stopping()) {
                throw e;
            }
            return given;
        } catch (IOException e) {
            return given;
        } finally {
            lock.lock();
            try {
                waiting = null;
                if (stopping) {
                    // Ours, and used up; a second interrupt means the whole cluster is being closed and kills anyway.
                    Thread.interrupted();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private boolean pause(Duration time) throws InterruptedException {
        return interruptibly(false, () -> {
            Thread.sleep(time);
            return true;
        });
    }

    boolean stopping() {
        lock.lock();
        try {
            return stopping;
        } finally {
            lock.unlock();
        }
    }

    boolean outOfMemory() {
        lock.lock();
        try {
            return outOfMemory;
        } finally {
            lock.unlock();
        }
    }

    /// Forgets why its last process ended: another takes its place.
    void startsAgain() {
        lock.lock();
        try {
            outOfMemory = false;
        } finally {
            lock.unlock();
        }
    }

    /// Asks the container to end: no restarts, waits given up, SIGTERM to its processes.
    void stop() {
        lock.lock();
        try {
            stopping = true;
            if (waiting != null) {
                waiting.interrupt();
            }
        } finally {
            lock.unlock();
        }
        probes.giveUp();
        processes.terminate();
    }

    /// Asks its processes to end; the restart policy says what follows.
    void terminateProcesses() {
        processes.terminate();
    }

    /// Ends its processes; the restart policy says what follows.
    void killProcesses() {
        processes.kill();
    }

    /// Ends the container at once.
    void kill() {
        stop();
        killProcesses();
    }

    /// Ends the container at once because it uses too much memory.
    void killOutOfMemory() {
        lock.lock();
        try {
            outOfMemory = true;
        } finally {
            lock.unlock();
        }
        killProcesses();
    }

    /// Pids of the processes that lead a session of this container.
    List<Long> leaders() {
        return processes.leaders();
    }

    private void running() {
        if (startedAt == null) {
            startedAt = clock.instant();
            probes.running();
            become(new ContainerState.Running(startedAt));
        }
    }

    private int ended(int code) {
        log.look();
        String message = pod.folder().takeEnd(spec.name());
        if (outOfMemory()) {
            return terminated(KILLED, "OOMKilled", message);
        }
        return terminated(code, code == 0 ? "Completed" : "Error", message);
    }

    private int terminated(int code, String reason, String message) {
        become(new ContainerState.Terminated(code, reason, message, startedAt, clock.instant()));
        return code;
    }

    private void become(ContainerState next) {
        lock.lock();
        try {
            state = next;
        } finally {
            lock.unlock();
        }
        pod.changed();
    }
}
