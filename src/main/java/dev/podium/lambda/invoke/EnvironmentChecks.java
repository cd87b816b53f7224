package dev.podium.lambda.invoke;

import dev.podium.pods.PodTrouble;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Looks at environments again at a later time: a start may have taken too long, or a rest.
///
/// An expiry queue, so that nothing goes over all environments again and again.
final class EnvironmentChecks implements AutoCloseable {
    private static final Logger LOG = System.getLogger("lambda");

    private final InvokeSettings settings;
    private final DelayQueue<Check> checks = new DelayQueue<>();
    private @Nullable Thread timer;

    private record Check(Environment environment, boolean start, long atNanos) implements Delayed {
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

    /// Gives an environment up that is still starting when the time is over.
    void starting(Environment environment, Duration within) {
        checks.add(new Check(environment, true, System.nanoTime() + within.toNanos()));
    }

    /// Ends an environment that has been idle for the keepalive time.
    void idle(Environment environment) {
        checks.add(new Check(environment, false, due(environment)));
    }

    private long due(Environment environment) {
        return environment.idleSince + settings.keepalive().toNanos();
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                check(checks.take());
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "check of an environment failed", e);
            }
        }
    }

    private void check(Check check) {
        Environment environment = check.environment();
        EnvironmentGroup group = environment.group;
        if (group.isGone(environment) || (check.start() && !group.isStarting(environment))) {
            return;
        }
        if (check.start()) {
            PodTrouble trouble = environment.passingTrouble();
            group.failedWhileStarting(
                    environment,
                    trouble == null
                            ? new StartFailure.Unavailable(late(environment.podName()))
                            : new StartFailure.Pod(trouble));
            return;
        }
        long due = due(environment);
        if (due - System.nanoTime() > 0 || !group.discardIdle(environment)) {
            checks.add(new Check(environment, false, Math.max(due, System.nanoTime() + 1_000_000_000L)));
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
