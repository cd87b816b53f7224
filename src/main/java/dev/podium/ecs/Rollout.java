package dev.podium.ecs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// How many tasks of a service to start and which to stop next. Pure: it knows numbers only.
///
/// Healthy tasks never become fewer than the least, and tasks never more than the most; where both allow it,
/// new tasks
/// start before old ones stop.
///
/// @param least healthy tasks that have to be left, from minimumHealthyPercent, rounded up
/// @param most tasks that there may be, from maximumPercent, rounded down
///
/// @see <a href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html">Rolling
/// update</a>
record Rollout(int desired, int least, int most) {
    /// From percentages.
    static Rollout of(int desired, int minimumHealthyPercent, int maximumPercent) {
        int least = (int) ((desired * (long) minimumHealthyPercent + 99) / 100);
        int most = (int) (desired * (long) maximumPercent / 100);
        return new Rollout(desired, least, most);
    }

    /// A task that isn't being stopped.
    ///
    /// @param current whether it belongs to the newest deployment
    record Member(String id, boolean current, boolean healthy, long created) {}

    /// What to do now.
    record Plan(int start, Set<String> stop) {}

    /// Decides the next step.
    Plan next(List<Member> members) {
        Set<String> stop = new HashSet<>();
        List<Member> current = some(members, true);
        List<Member> old = some(members, false);
        long healthy = members.stream().filter(Member::healthy).count();
        long healthyCurrent = current.stream().filter(Member::healthy).count();
        int excess = current.size() - desired;
        for (Member member : current.subList(0, Math.max(0, excess))) {
            stop.add(member.id());
            healthy -= member.healthy() ? 1 : 0;
        }
        int room = most - (members.size() - stop.size());
        int wanted = Math.max(0, desired - current.size());
        // The least stays, whatever is gained; beyond it only what new tasks need room for, or have replaced already.
        long spare = Math.max(0, healthy - (wanted > room ? least : Math.max(least, desired)));
        int needed = wanted - room;
        for (Member member : old) {
            boolean replaced = healthyCurrent >= desired;
            if (replaced || (member.healthy() ? spare > 0 && (needed > 0 || wanted <= room) : needed > 0)) {
                stop.add(member.id());
                spare -= member.healthy() ? 1 : 0;
                needed--;
            }
        }
        int left = members.size() - stop.size();
        int start = old.isEmpty() ? wanted : Math.min(wanted, Math.max(0, most - left));
        return new Plan(start, stop);
    }

    /// Those to stop first come first: unhealthy ones, then the youngest.
    private static List<Member> some(List<Member> members, boolean current) {
        List<Member> some = new ArrayList<>(
                members.stream().filter(m -> m.current() == current).toList());
        some.sort(Comparator.comparing(Member::healthy)
                .thenComparing(Comparator.comparingLong(Member::created).reversed()));
        return some;
    }
}
