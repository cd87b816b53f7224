package dev.podium.kube;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// Pauses that double from the first to the longest, each cut by up to a half at random so that clients don't
/// march in step.
final class Backoff {
    private final long initialNanos;
    private final long maxNanos;
    private long nextNanos;

    /// Begins with the first pause.
    Backoff(Duration initial, Duration max) {
        this.initialNanos = Math.max(1, initial.toNanos());
        this.maxNanos = Math.max(initialNanos, max.toNanos());
        this.nextNanos = initialNanos;
    }

    /// The pause to make now.
    Duration next() {
        long nanos = nextNanos;
        nextNanos = Math.min(maxNanos, nanos * 2);
        return Duration.ofNanos(nanos - ThreadLocalRandom.current().nextLong(nanos / 2 + 1));
    }

    /// Begins anew after a success.
    void reset() {
        nextNanos = initialNanos;
    }
}
