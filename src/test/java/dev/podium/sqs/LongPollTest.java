package dev.podium.sqs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import dev.podium.aws.AwsException;
import dev.podium.aws.Scope;
import dev.podium.store.MvStore;
import dev.podium.store.Store;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Whoever waits for a message is woken by what makes one available, and by nothing else: receivers wait for an hour
/// here, and every look at a queue asks the clock, which counts.
@NullMarked
final class LongPollTest {
    private static final String ACCOUNT = "000000000000";
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final Duration LONG = Duration.ofHours(1);
    private static final int MANY = 50;
    /// What one send, and the receiver that it wakes, may look at most.
    private static final int FEW = 10;

    private final AtomicInteger looks = new AtomicInteger();
    private final Store store = MvStore.inMemory();
    private final Queues queues = new Queues(store, new CountingClock(looks));
    private final BlockingQueue<String> got = new LinkedBlockingQueue<>();
    private final List<Thread> receivers = new ArrayList<>();

    private static final class CountingClock extends Clock {
        private final AtomicInteger asked;

        CountingClock(AtomicInteger asked) {
            this.asked = asked;
        }

        @Override
        public Instant instant() {
            asked.incrementAndGet();
            return Instant.now();
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @AfterEach
    void close() throws Exception {
        queues.close();
        for (Thread receiver : receivers) {
            receiver.interrupt();
            receiver.join();
        }
        store.close();
    }

    private LiveQueue queue(String name, Map<String, String> attributes) {
        QueueId id = new QueueId(new Scope(ACCOUNT, "us-east-1"), name);
        queues.create(id, Attributes.change(Attributes.defaults(id.fifo()), attributes, id.fifo()), Map.of());
        return queues.working(id);
    }

    private static void send(LiveQueue queue, String body, @Nullable Integer delay, @Nullable String group) {
        queue.send(List.of(new Outgoing(body, Map.of(), null, delay, group, group == null ? null : body)), ACCOUNT);
    }

    private static Received take(LiveQueue queue) throws InterruptedException {
        return take(queue, null);
    }

    /// @param visibility null for the queue's
    private static Received take(LiveQueue queue, @Nullable Duration visibility) throws InterruptedException {
        return queue.receive(new Receive(1, visibility, Duration.ZERO, null)).getFirst();
    }

    /// Starts a receiver of one message, and returns when it waits; a brief one may have done so by then.
    private Thread await(LiveQueue queue, Duration wait) throws InterruptedException {
        Thread receiver = start(queue, wait);
        Eventually.within(SOON, () -> waits(receiver) || !receiver.isAlive());
        return receiver;
    }

    private Thread start(LiveQueue queue, Duration wait) {
        Thread receiver = Thread.ofVirtual()
                .name("receiver-" + receivers.size())
                .start(() -> {
                    try {
                        queue.receive(new Receive(1, null, wait, null))
                                .forEach(message -> got.add(message.content().body()));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (AwsException e) {
                        got.add(e.error().code());
                    }
                });
        receivers.add(receiver);
        return receiver;
    }

    private static boolean waits(Thread receiver) {
        return receiver.getState() == Thread.State.TIMED_WAITING
                && Arrays.stream(receiver.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(Receivers.class.getName()));
    }

    private void awaitMany(LiveQueue queue) throws InterruptedException {
        for (int i = 0; i < MANY; i++) {
            start(queue, LONG);
        }
        Eventually.within(SOON, () -> receivers.stream().filter(Thread::isAlive).allMatch(LongPollTest::waits));
    }

    /// One receiver has this, all others wait on, and few looks were taken for it.
    private void oneGets(String body, int looksBefore) throws InterruptedException {
        Eventually.within(SOON, () -> got.contains(body));
        Eventually.within(SOON, () -> receivers.stream().filter(Thread::isAlive).allMatch(LongPollTest::waits));
        assertThat(receivers).filteredOn(Thread::isAlive).hasSize(receivers.size() - 1);
        assertThat(got).containsExactly(body);
        assertThat(looks.get() - looksBefore).isLessThanOrEqualTo(FEW);
    }

    @Test
    void sendWakesOneOfThoseWhoWait() throws Exception {
        LiveQueue queue = queue("q", Map.of());
        awaitMany(queue);
        int before = looks.get();
        send(queue, "m", null, null);
        oneGets("m", before);
    }

    @Test
    void manyMessagesWakeAsMany() throws Exception {
        LiveQueue queue = queue("q", Map.of());
        awaitMany(queue);
        List<Outgoing> batch = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            batch.add(new Outgoing("m" + i, Map.of(), null, null, null, null));
        }
        queue.send(batch, ACCOUNT);
        Eventually.within(SOON, () -> got.size() == MANY);
        assertThat(got).doesNotHaveDuplicates();
    }

    @Test
    void emptyQueueIsLookedAtOnceBeforeAndOnceAfterTheWait() throws Exception {
        LiveQueue queue = queue("q", Map.of());
        int before = looks.get();
        for (int i = 0; i < MANY; i++) {
            start(queue, Duration.ofSeconds(1));
        }
        for (Thread receiver : receivers) {
            receiver.join();
        }
        assertThat(got).isEmpty();
        assertThat(looks.get() - before).isBetween(MANY, 2 * MANY + FEW);
    }

    @Test
    void oneOfThoseWhoWaitGetsWhatIsDelayedAtItsTime() throws Exception {
        LiveQueue queue = queue("q", Map.of());
        awaitMany(queue);
        int before = looks.get();
        send(queue, "later", 1, null);
        oneGets("later", before);
    }

    @Test
    void oneOfThoseWhoWaitGetsWhatBecomesVisibleAgain() throws Exception {
        LiveQueue queue = queue("q", Map.of());
        send(queue, "again", null, null);
        // Whoever gets it then keeps it for long: it must not become visible once more.
        take(queue, Duration.ofSeconds(2));
        awaitMany(queue);
        int before = looks.get();
        oneGets("again", before);
    }

    @Test
    void messageThatComesBeforeTheOneThatWasExpectedIsNoticed() throws Exception {
        LiveQueue queue = queue("q", Map.of());
        send(queue, "late", 900, null);
        await(queue, LONG);
        await(queue, LONG);
        int before = looks.get();
        send(queue, "early", 1, null);
        oneGets("early", before);
    }

    @Test
    void messageThatIsGivenBackIsNoticed() throws Exception {
        LiveQueue queue = queue("q", Map.of());
        send(queue, "back", null, null);
        String handle = take(queue).handle();
        await(queue, LONG);
        await(queue, LONG);
        int before = looks.get();
        queue.changeVisibility(List.of(new Handling.Visibility(handle, 0)));
        oneGets("back", before);
    }

    @Test
    void groupThatIsFreedIsNoticed() throws Exception {
        LiveQueue queue = queue("q.fifo", Map.of("FifoQueue", "true"));
        send(queue, "first", null, "group");
        send(queue, "second", null, "group");
        String handle = take(queue).handle();
        await(queue, LONG);
        await(queue, LONG);
        int before = looks.get();
        queue.delete(List.of(handle));
        oneGets("second", before);
    }

    @Test
    void messageThatWasReceivedTooOftenIsNoticedAtItsDeadLetterQueue() throws Exception {
        LiveQueue dead = queue("dead", Map.of());
        String target = dead.name().arn().toString();
        LiveQueue queue = queue(
                "q",
                Map.of(
                        "VisibilityTimeout",
                        "0",
                        "RedrivePolicy",
                        "{\"deadLetterTargetArn\":\"%s\",\"maxReceiveCount\":\"1\"}".formatted(target)));
        send(queue, "spent", null, null);
        take(queue);
        await(dead, LONG);
        await(dead, LONG);
        int before = looks.get();
        assertThat(queue.receive(new Receive(1, null, Duration.ZERO, null))).isEmpty();
        oneGets("spent", before);
    }

    @Test
    void anotherWatchesTheTimeWhenTheOneWhoDidLeaves() throws Exception {
        LiveQueue queue = queue("q", Map.of());
        send(queue, "m", 2, null);
        Thread brief = await(queue, Duration.ofMillis(100));
        Thread interrupted = await(queue, LONG);
        await(queue, LONG);
        brief.join();
        interrupted.interrupt();
        Eventually.within(SOON, () -> got.contains("m"));
    }

    @Test
    void stopEndsEveryWait() throws Exception {
        awaitMany(queue("q", Map.of()));
        queues.close();
        Eventually.within(SOON, () -> receivers.stream().noneMatch(Thread::isAlive));
        assertThat(got).isEmpty();
    }

    @Test
    void deletionOfTheQueueEndsEveryWait() throws Exception {
        LiveQueue queue = queue("q", Map.of());
        awaitMany(queue);
        queues.delete(queue.name());
        Eventually.within(SOON, () -> receivers.stream().noneMatch(Thread::isAlive));
        assertThat(got).hasSize(MANY).containsOnly(new SqsError.QueueDoesNotExist().code());
    }
}
