package dev.podium.lambda.invoke;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The pools by shape: which there are to be, and what is missing in them. All of it is guarded by the lock
/// of [Pools].
final class PoolTable {
    /// Shapes at a time; the one that was not used for longest goes first.
    private static final int MOST = 16;
    /// Without an environment's keepalive there is still one for pools: cold invocations are then all there is.
    private static final Duration KEEPALIVE = Duration.ofMinutes(10);

    private static final Duration WITHOUT_ROOM = Duration.ofSeconds(60);

    private final InvokeSettings settings;
    private final ShellKnowledge shells;
    private final Images images;
    private final Map<PodShape, Pool> pools = new HashMap<>();
    private long heldUntil = System.nanoTime();

    PoolTable(InvokeSettings settings, ShellKnowledge shells, Images images) {
        this.settings = settings;
        this.shells = shells;
        this.images = images;
    }

    private int size(PodShape shape) {
        if (settings.pool().sizes().isEmpty()) {
            return settings.pool().on() ? 1 : 0;
        }
        int most = 0;
        for (Map.Entry<String, Integer> size : settings.pool().sizes().entrySet()) {
            boolean same = images.ofRuntime(size.getKey()).orElse("").equals(shape.image());
            most = same ? Math.max(most, size.getValue()) : most;
        }
        return most;
    }

    /// The pool of a shape, made now if need be; null when there is none to be.
    @Nullable
    Pool pool(PodShape shape) {
        int size = size(shape);
        return size == 0 ? null : pools.computeIfAbsent(shape, s -> new Pool(s, size));
    }

    /// The pool of a shape, if there is one now.
    @Nullable
    Pool get(PodShape shape) {
        return pools.get(shape);
    }

    /// Drops the pool that was not used for longest when there are too many.
    ///
    /// @return its spare pods
    List<SparePod> tooMany() {
        if (pools.size() <= MOST) {
            return List.of();
        }
        Pool oldest = null;
        for (Pool pool : pools.values()) {
            if (!pool.fixed && (oldest == null || pool.usedNanos - oldest.usedNanos < 0)) {
                oldest = pool;
            }
        }
        if (oldest == null) {
            return List.of();
        }
        pools.remove(oldest.shape);
        return oldest.spares;
    }

    /// Fills nothing for a while, because there is no room.
    void hold() {
        heldUntil = System.nanoTime() + WITHOUT_ROOM.toNanos();
    }

    boolean isHeld() {
        return heldUntil - System.nanoTime() > 0;
    }

    /// Empties all pools for a while.
    ///
    /// @return what was in them
    List<SparePod> clear() {
        hold();
        List<SparePod> all = new ArrayList<>();
        for (Pool pool : pools.values()) {
            all.addAll(pool.spares);
            pool.spares.clear();
        }
        return all;
    }

    /// Collects what is to be done now.
    ///
    /// @return nanoseconds until the next look
    long look(List<SparePod> dropped, Map<Pool, Integer> missing) {
        long now = System.nanoTime();
        long keepalive = (settings.keepalive().isPositive() ? settings.keepalive() : KEEPALIVE).toNanos();
        long next = Duration.ofHours(1).toNanos();
        Iterator<Pool> all = pools.values().iterator();
        while (all.hasNext()) {
            Pool pool = all.next();
            long left = pool.usedNanos + keepalive - now;
            boolean hopeless = pool.shape.shell() && !shells.loads(pool.shape.image());
            if (hopeless || (!pool.fixed && left <= 0)) {
                dropped.addAll(pool.spares);
                all.remove();
                continue;
            }
            next = pool.fixed ? next : Math.min(next, left);
            next = Math.min(next, pool.overdue(now, settings.startTimeout(), dropped));
            int wanted = pool.size - pool.spares.size() - pool.creating;
            if (wanted > 0) {
                long due = Math.max(pool.due(now), heldUntil - now);
                if (due <= 0) {
                    pool.creating += wanted;
                    missing.put(pool, wanted);
                } else {
                    next = Math.min(next, due);
                }
            }
        }
        return next;
    }
}
