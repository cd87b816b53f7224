package dev.podium.ecs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.pods.PodException;
import dev.podium.pods.PodState;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Leads one task from its pod's making to its end, on a thread of its own that sleeps until something happens.
final class TaskRun {
    private static final Logger LOG = System.getLogger("ecs");
    /// What Kubernetes may take for a deletion beyond the grace.
    private static final Duration DELETION = Duration.ofSeconds(20);

    private static final Duration LEAVING = Duration.ofSeconds(1);
    private static final List<String> ON_ITS_WAY = List.of("PROVISIONING", "PENDING", "ACTIVATING");

    private final TaskSpec task;
    private final Surroundings on;
    private final Keeper keeper;
    private final TaskState state;
    private final TaskTargets targets;
    private final Signal signal;
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile TaskPods.@Nullable Tokens tokens;
    private volatile @Nullable String podName;
    private volatile @Nullable Thread thread;

    /// Hears of a task's changes.
    interface Keeper {
        /// Something about the task is different.
        ///
        /// @param keep whether it has to survive a restart
        void changed(TaskRun run, boolean keep);

        /// The task has ended for good.
        void ended(TaskRun run);
    }

    TaskRun(TaskSpec task, TaskDocument document, Surroundings on, Keeper keeper) {
        this.task = task;
        this.on = on;
        this.keeper = keeper;
        this.state = new TaskState(task, document, on.clock());
        this.signal = new Signal(on.clock());
        this.targets = new TaskTargets(task.targets(), on.loadBalancing());
    }

    TaskSpec task() {
        return task;
    }

    TaskTargets targets() {
        return targets;
    }

    /// The task as the API shows it.
    ObjectNode shown() {
        return state.shown();
    }

    /// A member of what the API shows.
    String text(String member) {
        return state.text(member);
    }

    /// Changes the tags.
    ///
    /// @return the new ones
    List<Tag> changeTags(UnaryOperator<List<Tag>> change) {
        TaskState.TagChange tags = state.tags(change);
        if (!tags.before().equals(tags.after())) {
            keeper.changed(this, true);
        }
        return tags.after();
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
        return ON_ITS_WAY.contains(text("lastStatus"));
    }

    /// Whether it goes on with a pod of an earlier run.
    boolean adopted() {
        return podName != null;
    }

    /// Goes on with a pod of an earlier run.
    void adopt(TaskPods.Known known) {
        podName = known.podName();
        tokens = known.tokens();
        serve(known.tokens());
        on.pods().adopt(known.podName(), this::podChanged);
        state.pod(PodState.of(known.pod()));
    }

    private void serve(TaskPods.Tokens known) {
        on.hosts()
                .serve(
                        known.host(),
                        new TaskMetadata(
                                this,
                                known,
                                new TaskStats(on.usage()),
                                on.settings().credentials()));
    }

    /// The name of its pod; empty before there is one.
    String podName() {
        String name = podName;
        return name == null ? "" : name;
    }

    /// Goes on after a restart of the server: one that had a pod, and has none now, has ended.
    void resume() {
        if (!started.get()) {
            state.resume(adopted());
            String ip = state.ip();
            if (ip != null && running()) {
                // It stands in the target groups, which have to know if it is gone.
                targets.resume(ip, adopted());
            }
            start();
        }
    }

    /// Begins: makes the pod unless one was adopted. A second call does nothing.
    void start() {
        if (started.compareAndSet(false, true)) {
            thread = Thread.ofVirtual().name("ecs-task-" + task.id()).start(this::run);
        }
    }

    /// Leaves the task to the next run of the server.
    void leave() throws InterruptedException {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
            running.join(LEAVING);
        }
    }

    /// Has the task end; the first reason counts.
    void stop(Stop why) {
        if (state.stop(why)) {
            keeper.changed(this, true);
            wake();
        }
    }

    private void podChanged(PodState pod) {
        state.pod(pod);
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
                TaskState.View view = state.view();
                if (podName == null && view.stop() == null && !view.gone()) {
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
            serve(made);
            show("PENDING", "pullStartedAt");
            podName = on.pods().create(new TaskPods(on.settings()).request(task, made, secrets), this::podChanged);
        } catch (TaskStart.Failed e) {
            stop(Stop.failed(e.getMessage()));
        } catch (PodException e) {
            if (!e.podName().isEmpty()) {
                on.reaper().delete(e.podName());
            }
            stop(Stop.failed("ResourceInitializationError: " + e.getMessage()));
        }
    }

    private void show(String status, String... times) {
        if (state.show(status, times)) {
            keeper.changed(this, status.equals("RUNNING"));
        }
    }

    /// Follows the pod until the task has to end.
    private void follow(LogShipping logs) throws InterruptedException {
        while (true) {
            String before = text("healthStatus");
            TaskProgress.Outcome outcome = state.judge();
            TaskState.View view = state.view();
            PodState pod = view.pod();
            shipLogs(logs, pod);
            if (view.stop() != null) {
                return;
            }
            if (outcome.stop() != null) {
                stop(outcome.stop());
                return;
            }
            if (outcome.started() && pod != null && pod.ip() != null && !running()) {
                reached(pod.ip());
            }
            if (!before.equals(text("healthStatus"))) {
                keeper.changed(this, false);
            }
            signal.await(outcome.next());
        }
    }

    private void shipLogs(LogShipping logs, @Nullable PodState pod) {
        String name = podName;
        if (pod != null && name != null) {
            logs.follow(name, pod);
        }
    }

    private void reached(String ip) {
        if (!task.targets().isEmpty()) {
            show("ACTIVATING", "pullStoppedAt");
            targets.register(ip);
        }
        state.connected();
        show("RUNNING", "pullStoppedAt", "startedAt");
    }

    private void finish(LogShipping logs) throws InterruptedException {
        if (targets.registered()) {
            show("DEACTIVATING");
            targets.deregister();
            Instant limit = on.clock().instant().plus(TaskTargets.LONGEST_DRAIN);
            Stop why = state.view().stop();
            while (why != null
                    && why.drain()
                    && !state.view().gone()
                    && targets.draining()
                    && on.clock().instant().isBefore(limit)) {
                // The end of the last request is no change of health, so that nobody tells.
                signal.await(on.clock().instant().plus(TaskTargets.LOOK_AGAIN));
            }
        }
        show("STOPPING", "executionStoppedAt");
        String name = podName;
        if (name != null && !state.view().gone()) {
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
        logs.awaitOpen();
        try {
            on.pods().end(name, grace);
        } catch (PodException e) {
            LOG.log(Level.WARNING, "pod not deleted yet task={0} why={1}", task.id(), e.getMessage());
            on.reaper().delete(name);
            return;
        }
        Instant limit = on.clock().instant().plus(grace).plus(DELETION);
        while (!state.view().gone() && on.clock().instant().isBefore(limit)) {
            state.judge();
            shipLogs(logs, state.view().pod());
            signal.await(limit);
        }
        if (!state.view().gone()) {
            on.reaper().delete(name);
        }
    }

    private void stopped() {
        state.stopped();
        TaskPods.Tokens known = tokens;
        if (known != null) {
            on.hosts().forget(known.host());
        }
        keeper.changed(this, true);
        keeper.ended(this);
    }
}
