package dev.podium.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// The bounds of rolling updates, played through with tasks that become healthy in any order.
@NullMarked
final class RolloutTest {
    private final Random random = new Random(5);
    private int ids;

    @Test
    void newTasksComeBeforeOldOnesGo() {
        Rollout rollout = Rollout.of(2, 100, 200);
        List<Rollout.Member> members = new ArrayList<>(List.of(member(false, true), member(false, true)));
        assertThat(rollout.next(members)).isEqualTo(new Rollout.Plan(2, java.util.Set.of()));
        members.add(member(true, true));
        members.add(member(true, false));
        assertThat(rollout.next(members).stop()).hasSize(1);
    }

    @Test
    void oldTasksGoFirstWhereThereIsNoRoom() {
        Rollout rollout = Rollout.of(4, 50, 100);
        List<Rollout.Member> members = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            members.add(member(false, true));
        }
        Rollout.Plan plan = rollout.next(members);
        assertThat(plan.stop()).hasSize(2);
        assertThat(plan.start()).isEqualTo(2);
    }

    @Test
    void everyRolloutEndsWithinItsBounds() {
        for (int i = 0; i < 3_000; i++) {
            int desired = 1 + random.nextInt(12);
            int least = random.nextInt(101);
            int most = least == 100 ? 200 : 100 + random.nextInt(101);
            play(desired, least, most);
        }
    }

    private void play(int desired, int leastPercent, int mostPercent) {
        Rollout rollout = Rollout.of(desired, leastPercent, mostPercent);
        if (rollout.least() == desired && rollout.most() == desired) {
            return; // refused by AWS in spirit: nothing may move
        }
        List<Rollout.Member> members = new ArrayList<>();
        for (int i = 0; i < desired; i++) {
            members.add(member(false, true));
        }
        for (int step = 0; step < 500; step++) {
            Rollout.Plan plan = rollout.next(members);
            members.removeIf(m -> plan.stop().contains(m.id()));
            for (int i = 0; i < plan.start(); i++) {
                members.add(member(true, false));
            }
            long healthy = members.stream().filter(Rollout.Member::healthy).count();
            assertThat(healthy).as("%s of %s", rollout, members).isGreaterThanOrEqualTo(rollout.least());
            assertThat(members.size())
                    .as("%s of %s", rollout, members)
                    .isLessThanOrEqualTo(Math.max(desired, rollout.most()));
            List<Rollout.Member> waiting =
                    members.stream().filter(m -> !m.healthy()).toList();
            if (waiting.isEmpty()) {
                assertThat(members).as(rollout.toString()).hasSize(desired).allMatch(Rollout.Member::current);
                return;
            }
            Rollout.Member next = waiting.get(random.nextInt(waiting.size()));
            members.remove(next);
            members.add(new Rollout.Member(next.id(), next.current(), true, next.created()));
        }
        throw new AssertionError("never ends: " + rollout);
    }

    private Rollout.Member member(boolean current, boolean healthy) {
        ids++;
        return new Rollout.Member("t" + ids, current, healthy, ids);
    }
}
