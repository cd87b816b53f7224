package dev.podium.lambda.invoke;

import dev.podium.lambda.invoke.Environment.State;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// A group's provisioned environments. Everything here is guarded by the group's lock.
final class Provision {
    private static final long LASTING = Duration.ofMinutes(1).toNanos();
    private static final int MOST_DOUBLINGS = 6;

    final ArrayDeque<Environment> idle = new ArrayDeque<>(1);
    int target;
    /// Starting, idle and busy ones.
    int count;

    int failures;
    private int available;
    private long lastCame = System.nanoTime();
    private @Nullable String failure;

    /// One is initialised.
    void came() {
        available++;
        failure = null;
        lastCame = System.nanoTime();
    }

    /// One is given up; its state is still the one before.
    void left(Environment environment) {
        count--;
        available -= environment.state == State.STARTING ? 0 : 1;
    }

    /// One could not be initialised, or ended by itself.
    void failed(String why) {
        boolean lasted = System.nanoTime() - lastCame > LASTING;
        failures = lasted && failure == null ? 0 : failures + 1;
        failure = why;
    }

    /// How long to wait before the next try.
    Duration pause() {
        return failures == 0 ? Duration.ZERO : Duration.ofSeconds(1L << Math.min(failures - 1, MOST_DOUBLINGS));
    }

    /// Tells whether an environment is one more than wanted.
    boolean isTooMuch(Environment environment) {
        return environment.provisioned && count > target;
    }

    Provisioned snapshot() {
        return new Provisioned(target, count, available, failure);
    }
}
