package dev.podium.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.MovableClock;
import dev.podium.aws.Arn;
import dev.podium.aws.Scope;
import dev.podium.store.MvStore;
import dev.podium.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Queues under a clock that the test moves.
@NullMarked
final class QueuesTest {
    private static final Scope SCOPE = new Scope("000000000000", "us-east-1");

    private final Store store = MvStore.inMemory();
    private final MovableClock clock = MovableClock.at("2026-01-01T00:00:00Z");
    private final Queues queues = new Queues(store, clock);

    @AfterEach
    void close() {
        queues.close();
        store.close();
    }

    private LiveQueue queue(String name, Map<String, String> attributes) {
        QueueId id = new QueueId(SCOPE, name);
        queues.create(id, Attributes.change(Attributes.defaults(id.fifo()), attributes, id.fifo()), Map.of());
        return queues.working(id);
    }

    private static void send(LiveQueue queue, String body, @Nullable Integer delay, @Nullable String group) {
        queue.send(
                List.of(new Outgoing(body, Map.of(), null, delay, group, group == null ? null : body)), "000000000000");
    }

    private static List<Received> receive(LiveQueue queue, int max) throws InterruptedException {
        return queue.receive(new Receive(max, null, Duration.ZERO, null));
    }

    private static List<String> bodies(List<Received> received) {
        return received.stream().map(message -> message.content().body()).toList();
    }

    @Test
    void messageIsInvisibleWhileItIsInFlight() throws Exception {
        LiveQueue queue = queue("q", Map.of());
        send(queue, "m", null, null);
        Received first = receive(queue, 1).getFirst();
        assertThat(receive(queue, 1)).isEmpty();
        clock.forward(Duration.ofSeconds(29));
        assertThat(receive(queue, 1)).isEmpty();
        queue.changeVisibility(List.of(new Handling.Visibility(first.handle(), 60)));
        clock.forward(Duration.ofSeconds(59));
        assertThat(receive(queue, 1)).isEmpty();
        clock.forward(Duration.ofSeconds(1));
        assertThat(receive(queue, 1).getFirst().message().receives()).isEqualTo(2);
        assertThat(queue.delete(List.of(first.handle())).getFirst()).isEmpty();
        assertThat(queue.counts()).isEqualTo(new LiveQueue.Counts(0, 0, 0));
    }

    @Test
    void visibilityEndsTwelveHoursAfterTheReceive() throws Exception {
        LiveQueue queue = queue("q", Map.of("VisibilityTimeout", "43200"));
        send(queue, "m", null, null);
        Received first = receive(queue, 1).getFirst();
        clock.forward(Duration.ofSeconds(10));
        assertThat(queue.changeVisibility(List.of(new Handling.Visibility(first.handle(), 43_200)))
                        .getFirst()
                        .orElseThrow()
                        .message())
                .isEqualTo(
                        "Value 43200 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the "
                                + "message is beyond the limit [43200 seconds].");
    }

    @Test
    void delayIsOfTheMessageElseOfTheQueue() throws Exception {
        LiveQueue queue = queue("q", Map.of("DelaySeconds", "10"));
        send(queue, "queue's", null, null);
        send(queue, "own", 5, null);
        send(queue, "none", 0, null);
        assertThat(queue.counts()).isEqualTo(new LiveQueue.Counts(1, 0, 2));
        assertThat(bodies(receive(queue, 10))).containsExactly("none");
        clock.forward(Duration.ofSeconds(5));
        assertThat(bodies(receive(queue, 10))).containsExactly("own");
        clock.forward(Duration.ofSeconds(5));
        assertThat(bodies(receive(queue, 10))).containsExactly("queue's");
    }

    @Test
    void messageLeavesAfterTheRetentionPeriodWhereverItIs() throws Exception {
        LiveQueue queue = queue("q", Map.of("MessageRetentionPeriod", "60", "VisibilityTimeout", "600"));
        send(queue, "in flight", null, null);
        send(queue, "delayed", 100, null);
        receive(queue, 1);
        clock.forward(Duration.ofSeconds(30));
        send(queue, "young", null, null);
        clock.forward(Duration.ofSeconds(30));
        assertThat(queue.counts()).isEqualTo(new LiveQueue.Counts(1, 0, 0));
        assertThat(store.table("sqs-messages", StoredMessage.class).size()).isEqualTo(1);
        assertThat(store.table("sqs-contents", Content.class).size()).isEqualTo(1);
    }

    @Test
    void purgeIsRefusedForAMinuteThenWorksAgain() {
        LiveQueue queue = queue("q", Map.of());
        queue.purge();
        clock.forward(Duration.ofSeconds(59));
        assertThatThrownBy(queue::purge).hasMessageContaining("PurgeQueueInProgress");
        clock.forward(Duration.ofSeconds(1));
        send(queue, "m", null, null);
        queue.purge();
        assertThat(queue.counts()).isEqualTo(new LiveQueue.Counts(0, 0, 0));
    }

    @Test
    void duplicateIsKnownForFiveMinutesEvenWhenTheFirstIsGone() throws Exception {
        LiveQueue queue = queue("q.fifo", Map.of("FifoQueue", "true"));
        send(queue, "m", null, "g");
        queue.delete(List.of(receive(queue, 1).getFirst().handle()));
        clock.forward(Duration.ofSeconds(299));
        send(queue, "m", null, "g");
        assertThat(queue.counts().visible()).isZero();
        assertThat(store.table("sqs-deduplications", StoredDeduplication.class).size())
                .isEqualTo(1);
        clock.forward(Duration.ofSeconds(1));
        send(queue, "m", null, "g");
        assertThat(queue.counts().visible()).isEqualTo(1);
        assertThat(store.table("sqs-deduplications", StoredDeduplication.class).size())
                .isEqualTo(1);
    }

    @Test
    void duplicatesCountByGroupWhenTheQueueSaysSo() {
        LiveQueue byQueue = queue("one.fifo", Map.of("FifoQueue", "true"));
        LiveQueue byGroup = queue("two.fifo", Map.of("FifoQueue", "true", "DeduplicationScope", "messageGroup"));
        for (LiveQueue queue : List.of(byQueue, byGroup)) {
            send(queue, "m", null, "g");
            send(queue, "m", null, "h");
        }
        assertThat(byQueue.counts().visible()).isEqualTo(1);
        assertThat(byGroup.counts().visible()).isEqualTo(2);
    }

    @Test
    void fifoReceiveTakesAsManyOfAGroupAsItCan() throws Exception {
        LiveQueue queue = queue("q.fifo", Map.of("FifoQueue", "true"));
        for (String body : List.of("a1", "b1", "a2", "b2", "a3")) {
            send(queue, body, null, body.substring(0, 1));
        }
        assertThat(bodies(receive(queue, 3))).containsExactly("a1", "a2", "a3");
        List<Received> second = receive(queue, 3);
        assertThat(bodies(second)).containsExactly("b1", "b2");
        queue.delete(List.of(second.get(0).handle()));
        assertThat(receive(queue, 3)).isEmpty();
        queue.changeVisibility(List.of(new Handling.Visibility(second.get(1).handle(), 0)));
        assertThat(bodies(receive(queue, 3))).containsExactly("b2");
    }

    @Test
    void fifoHandleExpiresWithTheVisibility() throws Exception {
        LiveQueue queue = queue("q.fifo", Map.of("FifoQueue", "true"));
        send(queue, "m", null, "g");
        String handle = receive(queue, 1).getFirst().handle();
        clock.forward(Duration.ofSeconds(30));
        assertThat(queue.delete(List.of(handle)).getFirst().orElseThrow().message())
                .endsWith("for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.");
        assertThat(queue.counts().visible()).isEqualTo(1);
    }

    @Test
    void spentMessageOfAFifoQueueMakesRoomForTheNextOne() throws Exception {
        LiveQueue dead = queue("dead.fifo", Map.of("FifoQueue", "true"));
        LiveQueue queue = queue(
                "q.fifo",
                Map.of(
                        "FifoQueue",
                        "true",
                        "RedrivePolicy",
                        "{\"deadLetterTargetArn\":\"" + dead.name().arn() + "\",\"maxReceiveCount\":1}"));
        send(queue, "poison", null, "g");
        send(queue, "good", null, "g");
        assertThat(bodies(receive(queue, 1))).containsExactly("poison");
        assertThat(receive(queue, 1)).isEmpty();
        clock.forward(Duration.ofSeconds(30));
        assertThat(bodies(receive(queue, 1))).containsExactly("good");
        assertThat(bodies(receive(dead, 1))).containsExactly("poison");
    }

    @Test
    void withoutItsDeadLetterQueueAMessageStays() throws Exception {
        LiveQueue dead = queue("dead", Map.of());
        LiveQueue queue = queue(
                "q",
                Map.of(
                        "RedrivePolicy",
                        "{\"deadLetterTargetArn\":\"" + dead.name().arn() + "\",\"maxReceiveCount\":1}"));
        send(queue, "m", null, null);
        queues.delete(dead.name());
        for (int i = 0; i < 3; i++) {
            assertThat(receive(queue, 1)).hasSize(1);
            clock.forward(Duration.ofSeconds(30));
        }
    }

    @Test
    void everythingIsAsItWasAfterARestart() throws Exception {
        LiveQueue queue = queue("q.fifo", Map.of("FifoQueue", "true"));
        for (String body : List.of("a1", "a2", "b1", "c1")) {
            send(queue, body, null, body.substring(0, 1));
        }
        String handle = receive(queue, 1).getFirst().handle();
        Received gone = receive(queue, 1).getFirst();
        assertThat(gone.content().body()).isEqualTo("b1");
        queue.delete(List.of(gone.handle()));
        LiveQueue after = new Queues(store, clock).working(queue.name());
        assertThat(after.counts()).isEqualTo(new LiveQueue.Counts(2, 1, 0));
        assertThat(bodies(receive(after, 10))).containsExactly("c1");
        send(after, "b1", null, "b");
        assertThat(after.counts().visible()).isEqualTo(1);
        assertThat(after.delete(List.of(handle)).getFirst()).isEmpty();
        assertThat(bodies(receive(after, 10))).containsExactly("a2");
    }

    @Test
    void othersInThisProcessSendAndReceive() throws Exception {
        Arn arn =
                queue("q", Map.of("ReceiveMessageWaitTimeSeconds", "20")).name().arn();
        assertThat(queues.exists(arn)).isTrue();
        assertThat(queues.exists(Arn.of("sqs", SCOPE, "absent"))).isFalse();
        String id = queues.send(arn, "body", Map.of("RequestID", MessageAttribute.string("r")), null);
        Queues.Message got =
                queues.receive(arn, 10, Duration.ofSeconds(5), Duration.ZERO).getFirst();
        assertThat(got.messageId()).isEqualTo(id);
        assertThat(got.attributes()).isEqualTo(Map.of("RequestID", MessageAttribute.string("r")));
        assertThat(got.systemAttributes()).containsEntry("ApproximateReceiveCount", "1");
        queues.changeVisibility(arn, got.handle(), Duration.ZERO);
        Queues.Message again = queues.receive(arn, 10, null, Duration.ZERO).getFirst();
        queues.delete(arn, List.of(again.handle()));
        assertThat(queues.receive(arn, 10, null, Duration.ZERO)).isEmpty();
        assertThatThrownBy(() -> queues.send(Arn.of("sqs", SCOPE, "absent"), "b", Map.of(), null))
                .hasMessageContaining("QueueDoesNotExist");
    }

    @Test
    void deletedQueueLeavesNothingAndItsNameIsFree() throws Exception {
        LiveQueue queue = queue("q", Map.of());
        send(queue, "m", null, null);
        queues.delete(queue.name());
        assertThat(store.table("sqs-contents", Content.class).size()).isZero();
        assertThatThrownBy(() -> receive(queue, 1)).hasMessageContaining("QueueDoesNotExist");
        assertThat(receive(queue("q", Map.of()), 1)).isEmpty();
    }

    @Test
    void messagesOfADeletedQueueThatACrashLeftAreSwept() throws Exception {
        LiveQueue kept = queue("kept", Map.of());
        send(kept, "kept", null, null);
        for (String name : List.of("gone-1", "gone-2")) {
            LiveQueue gone = queue(name, Map.of());
            send(gone, "lost", null, null);
            store.table("sqs-queues", StoredQueue.class).remove(gone.name().key());
        }
        Queues after = new Queues(store, clock);
        after.start();
        dev.podium.Eventually.within(
                Duration.ofMinutes(1),
                () -> store.table("sqs-contents", Content.class).size() == 1);
        assertThat(bodies(receive(after.working(kept.name()), 1))).containsExactly("kept");
    }

    @Test
    void manyWaitingReceiversShareWhatComesWithoutLosingAny() throws Exception {
        LiveQueue queue = queue("q", Map.of());
        int messages = 400;
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            Set<String> got = java.util.concurrent.ConcurrentHashMap.newKeySet();
            List<Future<?>> receivers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                receivers.add(pool.submit(() -> {
                    while (got.size() < messages) {
                        List<Received> some = queue.receive(new Receive(3, null, Duration.ofMillis(500), null));
                        some.forEach(message -> got.add(message.content().body()));
                        queue.delete(some.stream().map(Received::handle).toList());
                    }
                    return null;
                }));
            }
            for (int i = 0; i < 4; i++) {
                int from = i * messages / 4;
                receivers.add(pool.submit(() ->
                        IntStream.range(from, from + messages / 4).forEach(n -> send(queue, "m" + n, null, null))));
            }
            for (Future<?> receiver : receivers) {
                receiver.get();
            }
            assertThat(got).hasSize(messages);
        }
        assertThat(queue.counts()).isEqualTo(new LiveQueue.Counts(0, 0, 0));
    }

    /// Random steps on a FIFO queue against what must hold: order in each group, one receiver at a time,
    /// nothing lost.
    @Test
    void fifoOrderHoldsUnderRandomSteps() throws Exception {
        LiveQueue queue = queue("q.fifo", Map.of("FifoQueue", "true", "VisibilityTimeout", "10"));
        Random random = new Random(7);
        Map<String, Integer> next = new HashMap<>();
        Map<String, Received> held = new HashMap<>();
        Set<String> done = new HashSet<>();
        int sent = 0;
        for (int step = 0; step < 3000; step++) {
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    String group = "g" + random.nextInt(4);
                    send(queue, group + ":" + String.format("%05d", sent++), null, group);
                }
                case 2 -> {
                    for (Received received : receive(queue, 1 + random.nextInt(4))) {
                        held.put(received.content().body(), received);
                    }
                }
                case 3 -> {
                    // A group's messages are deleted in their order, as a good consumer does.
                    held.keySet().stream().min(Comparator.naturalOrder()).ifPresent(body -> {
                        Received received = held.remove(body);
                        if (received != null
                                && queue.delete(List.of(received.handle()))
                                        .getFirst()
                                        .isEmpty()
                                && done.add(body)) {
                            String group = body.substring(0, 2);
                            int number = Integer.parseInt(body.substring(3));
                            assertThat(number).isGreaterThan(next.getOrDefault(group, -1));
                            next.put(group, number);
                        }
                    });
                }
                default -> clock.forward(Duration.ofSeconds(random.nextInt(4)));
            }
        }
        clock.forward(Duration.ofMinutes(1));
        for (List<Received> some = receive(queue, 10); !some.isEmpty(); some = receive(queue, 10)) {
            some.forEach(received -> done.add(received.content().body()));
            queue.delete(some.stream().map(Received::handle).toList());
        }
        assertThat(done).hasSize(sent);
        assertThat(queue.counts()).isEqualTo(new LiveQueue.Counts(0, 0, 0));
    }

    @Test
    void digestsAreThoseOfAws() {
        // From the query protocol's examples in AWS's documentation: the body "This is a test message".
        assertThat(Digests.ofBody("This is a test message")).isEqualTo("fafb00f5732ab283681e124bf8747ed1");
        assertThat(Digests.ofAttributes(Map.of("a", MessageAttribute.string("b"))))
                .isNotEqualTo(Digests.ofAttributes(Map.of("a", MessageAttribute.string("c"))))
                .hasSize(32);
    }
}
