package dev.podium.elb.proxy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A target group with its targets as they are now: chooses the one that a request goes to.
///
/// What can be chosen from is worked out when health or registrations change, not for each
/// request.
final class LiveGroup {
    private final AtomicInteger turn =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(1 << 20));
    private final Map<String, LiveTarget> byKey = new ConcurrentHashMap<>();
    private volatile TargetGroup settings;
    private volatile List<LiveTarget> eligible = List.of();

    LiveGroup(TargetGroup settings) {
        this.settings = settings;
    }

    TargetGroup settings() {
        return settings;
    }

    /// Takes over what has changed.
    ///
    /// @param registered in a stable order, without those that are drained
    /// @param healthy    among them
    void update(TargetGroup changed, List<LiveTarget> registered, List<LiveTarget> healthy) {
        settings = changed;
        List<LiveTarget> reachable = registered.stream()
                .filter(target -> target.address() != null || changed.protocol() == TargetGroup.Protocol.LAMBDA)
                .toList();
        byKey.keySet().retainAll(reachable.stream().map(LiveTarget::key).toList());
        reachable.forEach(target -> byKey.put(target.key(), target));
        TargetGroup.Attributes attributes = changed.attributes();
        boolean enough = healthy.size() >= Math.max(1, attributes.minimumHealthyCount())
                && healthy.size() * 100 >= attributes.minimumHealthyPercent() * registered.size();
        eligible = List.copyOf(enough ? healthy : reachable);
    }

    /// Chooses a target.
    ///
    /// @param tried those that can't be connected to
    /// @return null if there is none
    @Nullable
    LiveTarget choose(List<LiveTarget> tried) {
        List<LiveTarget> from = eligible;
        if (!tried.isEmpty()) {
            from = new ArrayList<>(from);
            from.removeAll(tried);
        }
        if (from.size() <= 1) {
            return from.isEmpty() ? null : from.getFirst();
        }
        TargetGroup.Attributes attributes = settings.attributes();
        return switch (attributes.algorithm()) {
            case ROUND_ROBIN -> inTurn(from, attributes.slowStart().toNanos());
            case LEAST_OUTSTANDING_REQUESTS -> leastBusy(from);
            case WEIGHTED_RANDOM -> byShare(from, attributes.slowStart().toNanos());
        };
    }

    /// Chooses a target by a client's address, the same as long as the targets are.
    @Nullable
    LiveTarget chooseFor(int hash, List<LiveTarget> tried) {
        List<LiveTarget> from = new ArrayList<>(eligible);
        from.removeAll(tried);
        LiveTarget best = null;
        int highest = 0;
        for (LiveTarget target : from) { // the highest of all mixed hashes, so that few clients move
            int mixed = (hash ^ target.key().hashCode()) * 0x9E3779B1;
            mixed ^= mixed >>> 15;
            if (best == null || mixed > highest) {
                best = target;
                highest = mixed;
            }
        }
        return best;
    }

    /// The target that a cookie names, if it can have requests.
    @Nullable
    LiveTarget named(String key) {
        LiveTarget target = byKey.get(key);
        return target != null && eligible.contains(target) ? target : null;
    }

    /// Whether there are targets that are registered and not unused.
    boolean isEmpty() {
        return eligible.isEmpty();
    }

    private LiveTarget inTurn(List<LiveTarget> from, long slowStartNanos) {
        if (slowStartNanos > 0 && from.stream().anyMatch(target -> target.share(slowStartNanos) < 1000)) {
            return byShare(from, slowStartNanos);
        }
        return from.get(Math.floorMod(turn.getAndIncrement(), from.size()));
    }

    private static LiveTarget byShare(List<LiveTarget> from, long slowStartNanos) {
        int all = 0;
        for (LiveTarget target : from) {
            all += target.share(slowStartNanos);
        }
        int at = ThreadLocalRandom.current().nextInt(all);
        for (LiveTarget target : from) {
            at -= target.share(slowStartNanos);
            if (at < 0) {
                return target;
            }
        }
        return from.getLast();
    }

    private LiveTarget leastBusy(List<LiveTarget> from) {
        int start = Math.floorMod(turn.getAndIncrement(), from.size());
        LiveTarget best = from.get(start);
        for (int i = 1; i < from.size(); i++) {
            LiveTarget next = from.get((start + i) % from.size());
            if (next.outstanding() < best.outstanding()) {
                best = next;
            }
        }
        return best;
    }
}
