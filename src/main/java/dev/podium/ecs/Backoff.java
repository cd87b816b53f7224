package dev.podium.ecs;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How long a service waits before it starts tasks again whose like have just failed. Not thread-safe.
final class Backoff {
    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final int HOPELESS = 5;

    private int failures;
    private @Nullable Instant until;

    /// So many tasks have failed.
    void failed(int count, Instant now) {
        failures += count;
        Duration wait = FIRST.multipliedBy(1L << Math.min(10, failures - 1));
        until = now.plus(wait.compareTo(LONGEST) > 0 ? LONGEST : wait);
    }

    /// A task was healthy: the next failure is a first one.
    void reset() {
        failures = 0;
        until = null;
    }

    /// When tasks may be started again; null: at once.
    @Nullable
    Instant until() {
        return until;
    }

    /// Whether so many have failed that users should hear of it.
    boolean hopeless() {
        return failures >= HOPELESS;
    }
}
