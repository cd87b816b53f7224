package dev.podium.lambda.invoke;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The spare pods of one shape. Everything here is guarded by the lock of [Pools].
final class Pool {
    private static final Logger LOG = System.getLogger("lambda");
    private static final long PAUSE = Duration.ofMillis(200).toNanos();
    private static final long FIRST_BACK_OFF = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST_BACK_OFF = Duration.ofMinutes(5).toNanos();
    /// So long a start that somebody waits for goes before the filling of a pool.
    private static final long PATIENCE = Duration.ofSeconds(15).toNanos();

    final PodShape shape;
    /// How many spare pods there are to be.
    final int size;

    final List<SparePod> spares = new ArrayList<>(1);
    /// Whether it is filled when nobody uses it, too.
    boolean fixed;

    long usedNanos = System.nanoTime();
    /// Pods on their way to [#spares].
    int creating;

    private long fillNanos = usedNanos;
    private int failures;
    private @Nullable Environment starting;

    Pool(PodShape shape, int size) {
        this.shape = shape;
        this.size = size;
    }

    /// An environment of this shape starts now, from here or with a pod of its own.
    void used(Environment environment) {
        usedNanos = System.nanoTime();
        starting = environment;
    }

    /// The spare pod to take: one that waits already, if there is one.
    ///
    /// @param small whether a shell without tar will do
    @Nullable
    SparePod best(boolean small) {
        SparePod best = null;
        for (SparePod spare : spares) {
            boolean fits = !shape.shell() || small || spare.hasTar();
            if (fits && spare.canServe() && (best == null || (spare.isWaiting() && !best.isWaiting()))) {
                best = spare;
            }
        }
        return best;
    }

    /// Nanoseconds until it may be filled; none left at 0.
    long due(long now) {
        Environment first = starting;
        if (first != null) {
            if (now - first.bornNanos < PATIENCE && first.group.isStarting(first)) {
                return PAUSE;
            }
            starting = null;
            fillNanos = Math.max(fillNanos, now + PAUSE);
        }
        return fillNanos - now;
    }

    /// Moves spare pods that have not asked for code in time to `dropped`.
    ///
    /// @return nanoseconds until the next one may be late
    long overdue(long now, Duration within, List<SparePod> dropped) {
        long next = Long.MAX_VALUE;
        for (SparePod spare : List.copyOf(spares)) {
            if (spare.isWaiting()) {
                continue;
            }
            long left = spare.bornNanos + within.toNanos() - now;
            if (left > 0) {
                next = Math.min(next, left);
                continue;
            }
            spares.remove(spare);
            dropped.add(spare);
            failed("it did not ask for code in time");
        }
        return next;
    }

    /// A pod waits for its code: the shape is a good one.
    void came() {
        failures = 0;
    }

    /// A pod did not come up: the next one is tried later, and ever later.
    void failed(String why) {
        long pause = Math.min(FIRST_BACK_OFF << Math.min(failures, 10), LONGEST_BACK_OFF);
        fillNanos = System.nanoTime() + pause;
        Level level = failures == 0 ? Level.WARNING : Level.DEBUG;
        failures++;
        LOG.log(level, "spare pod of no use image={0} why={1}", shape.image(), why);
    }
}
