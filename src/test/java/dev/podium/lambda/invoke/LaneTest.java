package dev.podium.lambda.invoke;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// How many events of a function run at a time.
@NullMarked
final class LaneTest {
    private static final int FREE = 256;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final long start = System.nanoTime();
    private final Lane lane = new Lane("lane", start);
    private final List<String> taken = new ArrayList<>();

    LaneTest() {
        for (int i = 0; i < Lane.PAGE; i++) {
            lane.add(String.format("lane/%04d", i));
        }
    }

    private int takenBy(long now) {
        while (lane.next(FREE, now) == Lane.Next.READY) {
            taken.add(lane.take());
        }
        return taken.size();
    }

    @Test
    void burstStartsWithEightAndDoublesEachSecondWhileTheyAreTaken() {
        assertThat(takenBy(start)).isEqualTo(8);
        assertThat(lane.next(FREE, start)).isEqualTo(Lane.Next.PAUSED);
        assertThat(takenBy(start + SECOND / 2)).isEqualTo(8);
        assertThat(takenBy(start + 2 * SECOND)).isEqualTo(16);
        assertThat(takenBy(start + 3 * SECOND + 1)).isEqualTo(32);
    }

    @Test
    void quickEventsGetNoMoreEnvironments() {
        takenBy(start);
        for (int i = 0; i < 500; i++) {
            lane.add("lane/more" + i);
            lane.done(taken.removeFirst());
            taken.add(lane.take());
        }
        assertThat(lane.next(FREE, start + SECOND + SECOND / 10)).isEqualTo(Lane.Next.PAUSED);
        assertThat(takenBy(start + 3 * SECOND)).isEqualTo(16);
    }

    @Test
    void eventThatEndsMakesRoomAtOnce() {
        takenBy(start);
        lane.done(taken.removeFirst());
        assertThat(lane.next(FREE, start)).isEqualTo(Lane.Next.READY);
    }

    @Test
    void refusalEndsTheGrowth() {
        takenBy(start);
        lane.refused(taken.removeLast(), start);
        long later = start + 600 * SECOND;
        assertThat(lane.next(FREE, later)).isEqualTo(Lane.Next.FULL);
        taken.forEach(lane::done);
        taken.clear();
        // Each that succeeds as often as the limit allows adds one.
        assertThat(takenBy(later)).isEqualTo(8);
    }

    @Test
    void noLaneTakesMoreThanItLeavesFree() {
        assertThat(lane.next(1, start)).isEqualTo(Lane.Next.READY);
        lane.take();
        assertThat(lane.next(1, start)).isEqualTo(Lane.Next.FULL);
    }
}
