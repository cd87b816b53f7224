package dev.podium.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.MovableClock;
import dev.podium.aws.Scope;
import dev.podium.store.MvStore;
import dev.podium.store.Store;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What is in flight at most, and what a clock that is put back does to a queue: nothing.
@NullMarked
final class QueueLimitsTest {
    private static final int MOST = 120_000;
    private static final Duration BACK = Duration.ofHours(-9);

    private final Store store = MvStore.inMemory();
    private final MovableClock clock = MovableClock.at("2026-01-01T00:00:00Z");
    private final Queues queues = new Queues(store, clock);

    @AfterEach
    void close() {
        queues.close();
        store.close();
    }

    private LiveQueue queue(String name) {
        QueueId id = new QueueId(new Scope("000000000000", "us-east-1"), name);
        queues.create(id, Attributes.defaults(id.fifo()), Map.of());
        return queues.working(id);
    }

    private static Outgoing message(@Nullable Integer delay, @Nullable String group) {
        return new Outgoing("m", Map.of(), null, delay, group, group);
    }

    private static List<Received> receive(LiveQueue queue, int max, Duration wait) throws InterruptedException {
        return queue.receive(new Receive(max, null, wait, null));
    }

    @Test
    void noMoreIsInFlightThanAwsAllows() throws Exception {
        LiveQueue queue = queue("q");
        queue.send(Collections.nCopies(MOST + 1, message(null, null)), "000000000000");
        List<Received> taken = receive(queue, MOST + 1, Duration.ZERO);
        assertThat(taken).hasSize(MOST);
        assertThat(queue.counts()).isEqualTo(new LiveQueue.Counts(1, MOST, 0));
        assertThatThrownBy(() -> receive(queue, 1, Duration.ZERO)).hasMessageContaining("OverLimit");
        // Who waits is told nothing, and gets the message when there is room.
        assertThat(receive(queue, 1, Duration.ofMillis(10))).isEmpty();
        queue.delete(List.of(taken.getFirst().handle()));
        assertThat(receive(queue, 1, Duration.ZERO)).hasSize(1);
    }

    @Test
    void clockThatIsPutBackKeepsNothingAway() throws Exception {
        LiveQueue queue = queue("q");
        queue.send(List.of(message(null, null)), "000000000000");
        assertThat(receive(queue, 1, Duration.ZERO)).hasSize(1);
        queue.send(List.of(message(20, null)), "000000000000");
        queue.purge();
        queue.send(List.of(message(null, null), message(20, null)), "000000000000");
        assertThat(receive(queue, 2, Duration.ZERO)).hasSize(1);
        clock.forward(BACK);
        assertThat(receive(queue, 2, Duration.ZERO)).isEmpty();
        clock.forward(Duration.ofSeconds(30));
        assertThat(receive(queue, 2, Duration.ZERO)).hasSize(2);
        clock.forward(Duration.ofSeconds(30));
        queue.purge();
    }

    @Test
    void clockThatIsPutBackKeepsDuplicatesNoLonger() {
        LiveQueue queue = queue("q.fifo");
        queue.send(List.of(message(null, "g")), "000000000000");
        clock.forward(BACK);
        queue.send(List.of(message(null, "g")), "000000000000");
        assertThat(queue.counts().visible()).isEqualTo(1);
        clock.forward(Duration.ofMinutes(5));
        queue.send(List.of(message(null, "g")), "000000000000");
        assertThat(queue.counts().visible()).isEqualTo(2);
    }
}
