package dev.podium.ecs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.pods.PodException;
import dev.podium.pods.PodState;
import dev.podium.pods.PodTrouble;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Leads one task from its pod's making to its end, on a thread of its own that sleeps until something happens.
final class TaskRun {
    private static final Logger LOG = System.getLogger("ecs");
    /// What Kubernetes may take for a deletion beyond the grace.
    private static final Duration DELETION = Duration.ofSeconds(20);

    private final TaskSpec task;
    private final Surroundings on;
    private final Keeper keeper;
    private final TaskDocument document;
    private final TaskProgress progress;
    private final TaskTargets targets;
    private final ReentrantLock lock = new ReentrantLock();
    private final Signal signal;
    private final AtomicBoolean started = new AtomicBoolean();
    private TaskPods.@Nullable Tokens tokens;
    private @Nullable String podName;
    private @Nullable PodState pod;
    private @Nullable Stop stop;
    private boolean gone;

    /// Hears of a task's changes.
    interface Keeper {
        /// Something about the task is different; to be kept on disk if it has to survive.
        void changed(TaskRun run, boolean keep);

        /// The task has ended for good.
        void ended(TaskRun run);
    }

    TaskRun(TaskSpec task, TaskDocument document, Surroundings on, Keeper keeper) {
        this.task = task;
        this.on = on;
        this.keeper = keeper;
        this.document = document;
        this.signal = new Signal(on.clock());
        this.progress = new TaskProgress(task, document);
        this.targets = new TaskTargets(task.targets(), on.loadBalancing());
    }

    TaskSpec task() {
        return task;
    }

    /// The task as the API shows it.
    ObjectNode shown() {
        lock.lock();
        try {
            return document.copy();
        } finally {
            lock.unlock();
        }
    }

    /// A member of what the API shows.
    String text(String member) {
        lock.lock();
        try {
            return document.text(member);
        } finally {
            lock.unlock();
        }
    }

    /// Changes the tags.
    ///
    /// @return the new ones
    List<Tag> changeTags(UnaryOperator<List<Tag>> change) {
        List<Tag> before;
        List<Tag> after;
        lock.lock();
        try {
            before = document.tags();
            after = change.apply(before);
            document.tags(after);
        } finally {
            lock.unlock();
        }
        if (!after.equals(before)) {
            keeper.changed(this, true);
        }
        return after;
    }

    TaskTargets targets() {
        return targets;
    }

    /// Goes on with a pod of an earlier run.
    void adopt(TaskPods.Known known) {
        lock.lock();
        try {
            podName = known.podName();
            tokens = known.tokens();
        } finally {
            lock.unlock();
        }
        on.hosts().serve(known.tokens().host(), new TaskMetadata(this, known.tokens(), on.settings()));
        on.pods().adopt(known.podName(), this::podChanged);
    }

    /// Whether it goes on with a pod of an earlier run.
    boolean adopted() {
        lock.lock();
        try {
            return podName != null;
        } finally {
            lock.unlock();
        }
    }

    /// Goes on after a restart of the server: one that had a pod, and has none now, has ended.
    void resume() {
        if (started.get()) {
            return;
        }
        lock.lock();
        try {
            String code = document.text("stopCode");
            for (Stop.Code known : Stop.Code.values()) {
                if (known.text().equals(code)) {
                    stop = new Stop(known, document.text("stoppedReason"), false);
                }
            }
            gone = podName == null && !document.text("lastStatus").equals("PROVISIONING");
        } finally {
            lock.unlock();
        }
        start();
    }

    /// Begins: makes the pod unless one was adopted. A second call does nothing.
    void start() {
        if (!started.compareAndSet(false, true)) {
            return;
        }
        Thread.ofVirtual().name("ecs-task-" + task.id()).start(this::run);
    }

    /// Has the task end; the first reason counts.
    void stop(Stop why) {
        lock.lock();
        try {
            if (stop != null || document.text("lastStatus").equals("STOPPED")) {
                return;
            }
            stop = why;
            document.set("desiredStatus", "STOPPED");
            document.set("stopCode", why.code().text());
            document.set("stoppedReason", why.reason());
            document.time("stoppingAt", on.clock().instant());
        } finally {
            lock.unlock();
        }
        keeper.changed(this, true);
        wake();
    }

    /// Whether it was asked to end or has ended.
    boolean stopping() {
        return text("desiredStatus").equals("STOPPED");
    }

    /// Whether it counts as running.
    boolean running() {
        return text("lastStatus").equals("RUNNING");
    }

    /// Whether it is on its way there.
    boolean pending() {
        return List.of("PROVISIONING", "PENDING", "ACTIVATING").contains(text("lastStatus"));
    }

    private void podChanged(PodState state) {
        lock.lock();
        try {
            boolean deleted = state.containers().isEmpty() && state.trouble() instanceof PodTrouble.Deleted;
            gone |= deleted;
            if (!deleted || pod == null) {
                pod = state;
            }
            if (state.ip() != null) {
                document.address(state.ip());
            }
        } finally {
            lock.unlock();
        }
        wake();
    }

    /// Has the task look at its surroundings again.
    void wake() {
        signal.raise();
    }

    private void run() {
        LogShipping logs = new LogShipping(task, on);
        try {
            try {
                if (podName == null && stop == null && !gone) {
                    launch();
                }
                follow(logs);
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "task failed unexpectedly task=" + task.id(), e);
                stop(Stop.failed("Podium failed: " + e));
            }
            finish(logs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "task not ended cleanly task=" + task.id(), e);
            stopped();
        } finally {
            logs.close();
        }
    }

    private void launch() throws InterruptedException {
        TaskPods.Tokens made = TaskPods.Tokens.random();
        tokens = made;
        try {
            TaskStart start = new TaskStart(task, on);
            start.checkLogs();
            var secrets = start.secrets();
            on.hosts().serve(made.host(), new TaskMetadata(this, made, on.settings()));
            show("PENDING", "pullStartedAt");
            String name = on.pods().create(new TaskPods(on.settings()).request(task, made, secrets), this::podChanged);
            lock.lock();
            try {
                podName = name;
            } finally {
                lock.unlock();
            }
        } catch (TaskStart.Failed e) {
            stop(Stop.failed(e.getMessage()));
        } catch (PodException e) {
            if (!e.podName().isEmpty()) {
                on.reaper().delete(e.podName());
            }
            stop(Stop.failed("ResourceInitializationError: " + e.getMessage()));
        }
    }

    /// Shows a status, and when it was reached.
    private void show(String status, String... times) {
        boolean changed;
        lock.lock();
        try {
            changed = document.set("lastStatus", status);
            for (String time : times) {
                document.time(time, on.clock().instant());
            }
        } finally {
            lock.unlock();
        }
        if (changed) {
            keeper.changed(this, status.equals("RUNNING"));
        }
    }

    /// Follows the pod until the task has to end.
    private void follow(LogShipping logs) throws InterruptedException {
        while (true) {
            PodState state;
            Stop why;
            String before;
            TaskProgress.Outcome outcome = null;
            lock.lock();
            try {
                state = pod;
                before = document.text("healthStatus");
                if (gone && stop == null) {
                    outcome = new TaskProgress.Outcome(
                            false, Stop.terminated("The task's pod went away: the pod was deleted"), null);
                } else if (state != null) {
                    outcome = progress.take(state, on.clock().instant());
                }
                why = stop;
            } finally {
                lock.unlock();
            }
            if (state != null && podName != null) {
                logs.follow(podName, state);
            }
            if (why != null) {
                return;
            }
            if (outcome != null && outcome.stop() != null) {
                stop(outcome.stop());
                return;
            }
            if (outcome != null && outcome.started() && state != null && state.ip() != null) {
                reached(state.ip());
            }
            if (!before.equals(text("healthStatus"))) {
                keeper.changed(this, false);
            }
            signal.await(outcome == null ? null : outcome.next());
        }
    }

    private void reached(String ip) {
        if (text("lastStatus").equals("RUNNING")) {
            return;
        }
        if (!task.targets().isEmpty()) {
            show("ACTIVATING", "pullStoppedAt");
            targets.register(ip);
        }
        lock.lock();
        try {
            document.set("connectivity", "CONNECTED");
            document.time("connectivityAt", on.clock().instant());
        } finally {
            lock.unlock();
        }
        show("RUNNING", "pullStoppedAt", "startedAt");
    }

    private void finish(LogShipping logs) throws InterruptedException {
        Stop why = stop;
        if (targets.registered()) {
            show("DEACTIVATING");
            targets.deregister();
            while (why != null && why.drain() && !gone && targets.draining()) {
                signal.await(on.clock().instant().plus(TaskTargets.LONGEST_DRAIN));
            }
        }
        show("STOPPING", "executionStoppedAt");
        String name = podName;
        if (name != null && !gone) {
            endPod(name, logs);
        }
        logs.awaitEnd();
        if (name != null) {
            // Nothing is left of it, or the reaper sees to that.
            on.pods().forget(name);
        }
        show("DEPROVISIONING");
        stopped();
    }

    private void endPod(String name, LogShipping logs) throws InterruptedException {
        Duration grace = Duration.ofSeconds(TaskPods.stopSeconds(task));
        try {
            on.pods().end(name, grace);
        } catch (PodException e) {
            LOG.log(Level.WARNING, "pod not deleted yet task={0} why={1}", task.id(), e.getMessage());
            on.reaper().delete(name);
            return;
        }
        Instant limit = on.clock().instant().plus(grace).plus(DELETION);
        while (!isGone() && on.clock().instant().isBefore(limit)) {
            lock.lock();
            PodState state;
            try {
                state = pod;
                if (state != null) {
                    progress.take(state, on.clock().instant());
                }
            } finally {
                lock.unlock();
            }
            if (state != null) {
                logs.follow(name, state);
            }
            signal.await(limit);
        }
        if (!isGone()) {
            on.reaper().delete(name);
        }
    }

    private boolean isGone() {
        lock.lock();
        try {
            return gone;
        } finally {
            lock.unlock();
        }
    }

    private void stopped() {
        lock.lock();
        try {
            if (pod != null) {
                progress.take(pod, on.clock().instant());
            }
            for (var definition : task.definition().containers()) {
                ObjectNode container =
                        document.container(definition.path("name").asText());
                if (container != null) {
                    container.put("lastStatus", "STOPPED");
                }
            }
            document.detached();
            document.set("connectivity", "DISCONNECTED");
            document.time("executionStoppedAt", on.clock().instant());
            document.time("stoppedAt", on.clock().instant());
            document.set("lastStatus", "STOPPED");
        } finally {
            lock.unlock();
        }
        TaskPods.Tokens known = tokens;
        if (known != null) {
            on.hosts().forget(known.host());
        }
        keeper.changed(this, true);
        keeper.ended(this);
    }
}
