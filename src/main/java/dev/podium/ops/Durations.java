package dev.podium.ops;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/// A histogram of durations. Recording takes no lock.
final class Durations {
    private static final double[] BOUNDS_SECONDS = {
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900
    };
    private static final long[] BOUNDS_NANOS =
            Arrays.stream(BOUNDS_SECONDS).mapToLong(s -> Math.round(s * 1e9)).toArray();

    private final LongAdder[] buckets = new LongAdder[BOUNDS_NANOS.length + 1];
    private final LongAdder sumNanos = new LongAdder();

    Durations() {
        Arrays.setAll(buckets, i -> new LongAdder());
    }

    void record(long nanos) {
        int bucket = 0;
        while (bucket < BOUNDS_NANOS.length && nanos > BOUNDS_NANOS[bucket]) {
            bucket++;
        }
        buckets[bucket].increment();
        sumNanos.add(nanos);
    }

    /// The upper bounds in seconds; the last is infinite.
    static double[] bounds() {
        double[] bounds = Arrays.copyOf(BOUNDS_SECONDS, BOUNDS_SECONDS.length + 1);
        bounds[BOUNDS_SECONDS.length] = Double.POSITIVE_INFINITY;
        return bounds;
    }

    /// How many fell into each bucket, not counting those below it.
    long[] counts() {
        return Arrays.stream(buckets).mapToLong(LongAdder::sum).toArray();
    }

    double sumSeconds() {
        return sumNanos.sum() / 1e9;
    }
}
