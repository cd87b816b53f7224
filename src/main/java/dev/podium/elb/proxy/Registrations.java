package dev.podium.elb.proxy;

import dev.podium.http.wire.Watchdog;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The targets of one group: registered, checked, drained.
final class Registrations {
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Parts parts;
    private final LiveGroup live;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<TargetGroup.Target, Registered> registered = new LinkedHashMap<>();
    private final Map<TargetGroup.Target, Registered> draining = new LinkedHashMap<>();
    private volatile TargetGroup group;
    private boolean used;

    /// What all groups share.
    ///
    /// @param onChange is told the group's ARN when the health of a target may be another one
    record Parts(
            Timer timer,
            ProxySettings settings,
            Watchdog watchdog,
            FunctionForwarder functions,
            Consumer<String> onChange) {}

    Registrations(TargetGroup group, Parts parts) {
        this.group = group;
        this.parts = parts;
        this.live = new LiveGroup(group);
    }

    /// A target, with when it will be checked next or, while it is drained, cut.
    private static final class Registered {
        private final LiveTarget live;
        private Health health;
        private @Nullable Future<?> next;
        private long countedNanos; // when a bad check of a new target counted last

        Registered(LiveTarget live, Health health) {
            this.live = live;
            this.health = health;
        }

        void schedule(@Nullable Future<?> task) {
            Future<?> former = next;
            next = task;
            if (former != null) {
                former.cancel(false);
            }
        }
    }

    LiveGroup live() {
        return live;
    }

    /// Takes over a change of the group.
    void apply(TargetGroup changed) {
        lock.lock();
        try {
            boolean toggled =
                    changed.healthCheck().enabled() != group.healthCheck().enabled();
            boolean otherCheck =
                    !changed.healthCheck().equals(group.healthCheck()) || changed.protocol() != group.protocol();
            group = changed;
            for (TargetGroup.Target target : List.copyOf(registered.keySet())) {
                if (!changed.targets().contains(target)) {
                    deregister(target);
                }
            }
            for (TargetGroup.Target target : changed.targets()) {
                Registered known = registered.get(target);
                if (known == null) {
                    register(target);
                } else if (toggled) {
                    begin(known);
                } else if (otherCheck && used && known.live.address() != null) {
                    check(known, Duration.ZERO);
                }
            }
            refresh();
        } finally {
            lock.unlock();
        }
        parts.onChange().accept(changed.arn());
    }

    /// Starts or ends the checks.
    ///
    /// @param inUse whether a load balancer forwards to the group
    void use(boolean inUse) {
        lock.lock();
        try {
            if (used == inUse) {
                return;
            }
            used = inUse;
            registered.values().forEach(this::begin);
            refresh();
        } finally {
            lock.unlock();
        }
        parts.onChange().accept(group.arn());
    }

    private void register(TargetGroup.Target target) {
        Registered again = draining.remove(target);
        Registered fresh = again == null
                ? new Registered(new LiveTarget(group.arn(), target, connector()), Health.REGISTERING)
                : again;
        fresh.live.pool().retire(false);
        fresh.live.whenIdle(null);
        registered.put(target, fresh);
        begin(fresh);
    }

    private Connector connector() {
        return new Connector(
                parts.settings(),
                group.protocol() == TargetGroup.Protocol.HTTPS
                        ? TargetTls.layer(parts.settings().connectTimeout())
                        : socket -> socket,
                parts.watchdog());
    }

    private void begin(Registered target) {
        target.schedule(null);
        if (!used) {
            target.live.pool().clear();
            target.health = Health.NOT_IN_USE;
        } else if (!group.healthCheck().enabled()) {
            target.health = Health.NOT_CHECKED;
        } else if (target.live.address() == null && group.protocol() != TargetGroup.Protocol.LAMBDA) {
            target.health = Health.NO_ADDRESS;
        } else {
            target.health = Health.REGISTERING;
            check(target, Duration.ZERO);
        }
    }

    private void deregister(TargetGroup.Target target) {
        Registered gone = registered.remove(target);
        if (gone == null) {
            return;
        }
        gone.live.pool().retire(true);
        boolean replaced = group.targets().stream()
                .anyMatch(other -> other.id().equals(target.id()) && other.port() == target.port());
        Duration delay = group.attributes().deregistrationDelay();
        if (replaced || !used || delay.isZero()) {
            gone.schedule(null);
            gone.live.cut();
            return;
        }
        gone.health = Health.DRAINING;
        draining.put(target, gone);
        String arn = group.arn();
        gone.live.whenIdle(() -> parts.onChange().accept(arn));
        gone.schedule(parts.timer().after(delay, () -> cut(target, gone)));
    }

    private void cut(TargetGroup.Target target, Registered gone) {
        lock.lock();
        try {
            if (!draining.remove(target, gone)) {
                return;
            }
        } finally {
            lock.unlock();
        }
        if (!group.protocol().connections() || group.attributes().terminateConnections()) {
            gone.live.cut();
        }
        parts.onChange().accept(group.arn());
    }

    private void check(Registered target, Duration delay) {
        target.schedule(parts.timer()
                .after(delay, () -> Thread.ofVirtual().name("podium-elb-check").start(() -> probe(target))));
    }

    private void probe(Registered target) {
        TargetGroup.HealthCheck check = group.healthCheck();
        InetSocketAddress address = target.live.address();
        if (address != null && check.port() != 0) {
            address = new InetSocketAddress(address.getAddress(), check.port());
        }
        Probe.Result result =
                address == null ? parts.functions().check(group, target.live.target()) : Probe.run(check, address);
        target.live.pool().prune();
        if (checked(target, result)) {
            parts.onChange().accept(group.arn());
        }
    }

    /// Notes what a check found, and plans the next one: soon for a new target, which may still
    /// be starting. Its bad checks count only as often as they would at the usual interval.
    ///
    /// @return whether the target's health is another one
    private boolean checked(Registered target, Probe.Result result) {
        lock.lock();
        try {
            if (!used || registered.get(target.live.target()) != target) {
                return false;
            }
            TargetGroup.HealthCheck check = group.healthCheck();
            Health before = target.health;
            long now = System.nanoTime();
            boolean isNew = before.state() == TargetHealth.State.INITIAL;
            boolean counts = !isNew
                    || result instanceof Probe.Result.Good
                    || target.countedNanos == 0
                    || now - target.countedNanos >= check.interval().toNanos();
            if (counts) {
                target.countedNanos = now;
                target.health = before.after(result, check);
                follow(target, before);
            }
            boolean soon = target.health.state() == TargetHealth.State.INITIAL
                    && check.interval().compareTo(SOON) > 0;
            check(target, soon ? SOON : check.interval());
            return before.state() != target.health.state();
        } finally {
            lock.unlock();
        }
    }

    private void follow(Registered target, Health before) {
        boolean well = target.health.state() == TargetHealth.State.HEALTHY;
        if (well == (before.state() == TargetHealth.State.HEALTHY)) {
            return;
        }
        boolean others = registered.values().stream()
                .anyMatch(other -> other != target && other.health.state() == TargetHealth.State.HEALTHY);
        target.live.healthySince(
                well && others && !group.attributes().slowStart().isZero() ? System.nanoTime() : 0);
        refresh();
        boolean ended = target.health.state() == TargetHealth.State.UNHEALTHY;
        if (ended && group.protocol().connections() && group.attributes().terminateUnhealthy()) {
            Thread.ofVirtual().name("podium-elb-cut").start(target.live::cutConnections);
        }
    }

    private void refresh() {
        List<LiveTarget> all = new ArrayList<>();
        List<LiveTarget> healthy = new ArrayList<>();
        for (Registered target : registered.values()) {
            all.add(target.live);
            if (target.health.isRoutable()) {
                healthy.add(target.live);
            }
        }
        live.update(group, all, healthy);
    }

    /// How the targets are, those that are drained last.
    List<TargetHealth> health() {
        lock.lock();
        try {
            List<TargetHealth> all = new ArrayList<>();
            registered.forEach((target, state) -> all.add(health(target, state.health)));
            draining.forEach((target, state) -> all.add(health(target, state.health)));
            return all;
        } finally {
            lock.unlock();
        }
    }

    private TargetHealth health(TargetGroup.Target target, Health health) {
        int port = group.healthCheck().port() == 0
                ? target.port()
                : group.healthCheck().port();
        return new TargetHealth(target, port, health.state(), health.reason(), health.description());
    }

    /// Whether nothing of a target is in progress any more.
    boolean isDrained(String id, int port) {
        lock.lock();
        try {
            return registered.keySet().stream().noneMatch(target -> is(target, id, port))
                    && draining.entrySet().stream()
                            .noneMatch(entry -> is(entry.getKey(), id, port)
                                    && entry.getValue().live.outstanding() > 0);
        } finally {
            lock.unlock();
        }
    }

    private static boolean is(TargetGroup.Target target, String id, int port) {
        return target.id().equals(id) && target.port() == port;
    }

    /// Ends everything.
    void close() {
        List<Registered> all;
        lock.lock();
        try {
            used = false;
            all = new ArrayList<>(registered.values());
            all.addAll(draining.values());
            registered.clear();
            draining.clear();
            all.forEach(target -> target.schedule(null));
            refresh();
        } finally {
            lock.unlock();
        }
        all.forEach(target -> target.live.cut());
    }
}
