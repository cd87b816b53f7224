package dev.podium.ecs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.pods.PodState;
import dev.podium.pods.PodTrouble;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What is known of a task: how the API shows it, its pod's last state, and why it has to end. Thread-safe.
final class TaskState {
    private final TaskSpec task;
    private final TaskDocument document;
    private final TaskProgress progress;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable PodState pod;
    private @Nullable Stop stop;
    private boolean gone;

    TaskState(TaskSpec task, TaskDocument document, Clock clock) {
        this.task = task;
        this.document = document;
        this.progress = new TaskProgress(task, document);
        this.clock = clock;
    }

    /// The state at one moment.
    ///
    /// @param pod its last state, or null before there is one
    /// @param gone whether the pod has gone
    /// @param stop why the task has to end, or null
    record View(
            @Nullable PodState pod, boolean gone, @Nullable Stop stop) {}

    View view() {
        return locked(() -> new View(pod, gone, stop));
    }

    ObjectNode shown() {
        return locked(document::copy);
    }

    /// The address of its pod, or null.
    @Nullable
    String ip() {
        return locked(() -> Optional.ofNullable(document.ip())).orElse(null);
    }

    String text(String member) {
        return locked(() -> document.text(member));
    }

    /// The tags before and after a change.
    record TagChange(List<Tag> before, List<Tag> after) {}

    TagChange tags(UnaryOperator<List<Tag>> change) {
        return locked(() -> {
            List<Tag> before = document.tags();
            List<Tag> after = change.apply(before);
            document.tags(after);
            return new TagChange(before, after);
        });
    }

    /// Goes on where an earlier run has ended.
    ///
    /// @param adopted whether its pod is there
    void resume(boolean adopted) {
        locked(() -> {
            for (Stop.Code known : Stop.Code.values()) {
                if (known.text().equals(document.text("stopCode"))) {
                    stop = new Stop(known, document.text("stoppedReason"), false);
                }
            }
            // One that was only provisioning may never have had a pod: it gets one now.
            gone = !adopted && !document.text("lastStatus").equals("PROVISIONING");
            return gone;
        });
    }

    /// Notes why the task has to end; the first reason counts.
    ///
    /// @return whether it is the first one
    boolean stop(Stop why) {
        return locked(() -> {
            if (stop != null || document.text("lastStatus").equals("STOPPED")) {
                return false;
            }
            stop = why;
            document.set("desiredStatus", "STOPPED");
            document.set("stopCode", why.code().text());
            document.set("stoppedReason", why.reason());
            document.time("stoppingAt", clock.instant());
            return true;
        });
    }

    /// Takes in what is said of the pod.
    void pod(PodState state) {
        locked(() -> {
            boolean deleted = state.containers().isEmpty() && state.trouble() instanceof PodTrouble.Deleted;
            gone |= deleted;
            if (!deleted || pod == null) {
                pod = state;
            }
            if (state.ip() != null) {
                document.address(state.ip());
            }
            return gone;
        });
    }

    /// Shows a status, and when it was reached.
    ///
    /// @return whether it is another one
    boolean show(String status, String... times) {
        return locked(() -> {
            for (String time : times) {
                document.time(time, clock.instant());
            }
            return document.set("lastStatus", status);
        });
    }

    /// Notes that the pod can be reached.
    void connected() {
        locked(() -> {
            document.time("connectivityAt", clock.instant());
            return document.set("connectivity", "CONNECTED");
        });
    }

    /// What the pod's last state means; nothing has to be done before there is one.
    TaskProgress.Outcome judge() {
        return locked(() -> {
            Instant now = clock.instant();
            TaskProgress.Outcome outcome =
                    pod == null ? new TaskProgress.Outcome(false, null, null) : progress.take(pod, now);
            return gone && outcome.stop() == null
                    ? new TaskProgress.Outcome(
                            false, Stop.terminated("The task's pod went away: the pod was deleted"), null)
                    : outcome;
        });
    }

    /// Shows the task as STOPPED.
    void stopped() {
        judge();
        locked(() -> {
            for (var definition : task.definition().containers()) {
                ObjectNode container =
                        document.container(definition.path("name").asText());
                if (container != null) {
                    container.put("lastStatus", "STOPPED");
                }
            }
            document.detached();
            document.set("connectivity", "DISCONNECTED");
            document.time("executionStoppedAt", clock.instant());
            document.time("stoppedAt", clock.instant());
            return document.set("lastStatus", "STOPPED");
        });
    }

    private <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
