package dev.podium.lambda.invoke;

import dev.podium.pods.PodTrouble;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Looks at environments again at a later time: a start may have taken too long, or a rest, or one may have to be
/// replaced.
///
/// An expiry queue, so that nothing goes over all environments again and again.
final class EnvironmentChecks implements AutoCloseable {
    private static final Logger LOG = System.getLogger("lambda");

    private final InvokeSettings settings;
    private final DelayQueue<Check> checks = new DelayQueue<>();
    private @Nullable Thread timer;

    private record Check(long atNanos, Runnable action) implements Delayed {
        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(atNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return other instanceof Check check ? Long.compare(atNanos - check.atNanos, 0) : -1;
        }
    }

    /// Makes the queue; nothing is looked at before [#start].
    EnvironmentChecks(InvokeSettings settings) {
        this.settings = settings;
    }

    void start() {
        timer = Thread.ofVirtual().name("lambda-environments").start(this::run);
    }

    private void in(Duration delay, Runnable action) {
        at(System.nanoTime() + delay.toNanos(), action);
    }

    private void at(long nanos, Runnable action) {
        checks.add(new Check(nanos, action));
    }

    /// Something to be done with an environment if it is still there: what waits here keeps none in memory.
    private static Runnable still(Environment environment, Consumer<Environment> action) {
        WeakReference<Environment> there = new WeakReference<>(environment);
        return () -> {
            Environment found = there.get();
            if (found != null) {
                action.accept(found);
            }
        };
    }

    /// Gives an environment up that is still starting when the time is over.
    void starting(Environment environment, Duration within) {
        in(within, still(environment, this::giveUp));
    }

    /// Counts no longer on an environment that is still starting when the time is over.
    void late(Environment environment, Duration within) {
        in(within, still(environment, e -> e.group.late(e)));
    }

    /// Replaces provisioned environments that are missing after the delay.
    void replenish(EnvironmentGroup group, Duration delay) {
        in(delay, group::replenish);
    }

    /// Gives the pod of an environment up after the delay.
    void ending(Environment environment, Duration delay) {
        in(delay, () -> environment.group.surroundings().end(environment));
    }

    /// Ends an environment that has been idle for the keepalive time.
    void idle(Environment environment) {
        at(due(environment), still(environment, this::rested));
    }

    private long due(Environment environment) {
        return environment.idleSince + settings.keepalive().toNanos();
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                checks.take().action().run();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "check of an environment failed", e);
            }
        }
    }

    private void giveUp(Environment environment) {
        EnvironmentGroup group = environment.group;
        if (!group.isStarting(environment)) {
            return;
        }
        PodTrouble trouble = environment.passingTrouble();
        String unhealthy = environment.unhealthy();
        String late = late(environment.podName());
        if (trouble != null) {
            group.failedWhileStarting(environment, new StartFailure.Pod(trouble));
        } else if (unhealthy != null) {
            group.failedWhileStarting(environment, new StartFailure.Unhealthy(late + ": " + unhealthy));
        } else {
            group.failedWhileStarting(environment, new StartFailure.Unavailable(late));
        }
    }

    private void rested(Environment environment) {
        EnvironmentGroup group = environment.group;
        if (group.isGone(environment)) {
            return;
        }
        long due = due(environment);
        if (due - System.nanoTime() > 0 || !group.discardIdle(environment)) {
            long again = Math.max(due, System.nanoTime() + 1_000_000_000L);
            at(again, still(environment, this::rested));
        }
    }

    private String late(@Nullable String pod) {
        String limit = " within " + settings.startTimeout().toSeconds() + " s";
        return pod == null
                ? "the Kubernetes API server has not created its pod" + limit
                : "the pod " + pod + " was not ready" + limit;
    }

    @Override
    public void close() {
        Thread running = timer;
        if (running != null) {
            running.interrupt();
        }
    }
}
