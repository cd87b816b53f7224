package dev.podium.sqs;

import dev.podium.aws.AwsException;
import dev.podium.sqs.Entry.State;
import dev.podium.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How messages are received: they are in flight in the index first and on disk before the receiver has them.
/// Those that were received too often go to the dead-letter queue instead.
final class Receiving {
    /// Messages in flight at most; AWS's quota.
    private static final int MAX_IN_FLIGHT = 120_000;

    private final QueueState queue;
    private final Attempts attempts = new Attempts();

    Receiving(QueueState queue) {
        this.queue = queue;
    }

    /// Receives messages, waiting for the first one as long as is asked for.
    ///
    /// @return empty when none came
    /// @throws AwsException QueueDoesNotExist, also when the queue goes meanwhile, or OverLimit
    List<Received> receive(Receive request) throws InterruptedException {
        queue.load();
        QueueSettings current = queue.settings;
        Duration wait = request.waitTime() == null ? current.waitTime() : request.waitTime();
        long end = System.nanoTime() + wait.toNanos();
        while (true) {
            Step step = step(request, !wait.isZero(), maxReceives(), end);
            List<Write<?>> writes = new ArrayList<>(step.taken.size() + 1);
            step.expired.forEach(entry -> writes.addAll(queue.tables.remove(queue.id, entry.sequence)));
            List<Snapshot> snapshots = step.taken;
            snapshots.forEach(taken -> writes.add(queue.tables.put(queue.id, taken.sequence, taken.message)));
            queue.tables.write(writes);
            redrive(step.spent);
            List<Received> received = contents(snapshots);
            boolean over = System.nanoTime() >= end && step.spent.isEmpty();
            if (!received.isEmpty() || queue.stopping || over) {
                return received;
            }
        }
    }

    /// What one look at the queue.index gave.
    private record Step(List<Snapshot> taken, List<Entry> spent, List<Entry> expired) {}

    /// A message as the queue.lock saw it.
    private record Snapshot(long sequence, StoredMessage message) {}

    private Step step(Receive request, boolean mayWait, int maxReceives, long end) throws InterruptedException {
        queue.lock.lock();
        try {
            while (true) {
                queue.present();
                long now = queue.clock.millis();
                List<Entry> expired = queue.refresh(now);
                MessageIndex.Taken taken = take(request, now, mayWait, maxReceives);
                long left = end - System.nanoTime();
                if (!taken.taken().isEmpty()
                        || !taken.spent().isEmpty()
                        || !expired.isEmpty()
                        || left <= 0
                        || queue.stopping) {
                    queue.receivers.announce();
                    return new Step(snapshots(taken.taken()), taken.spent(), expired);
                }
                queue.receivers.await(left, now);
            }
        } finally {
            queue.lock.unlock();
        }
    }

    private MessageIndex.Taken take(Receive request, long now, boolean mayWait, int maxReceives) {
        Duration visibility = request.visibility() == null ? queue.settings.visibility() : request.visibility();
        long until = now + visibility.toMillis();
        String attemptId = queue.name.fifo() ? request.attemptId() : null;
        List<Entry> repeated = attempts.find(attemptId, now);
        if (!repeated.isEmpty()) {
            repeated.forEach(entry -> queue.index.postpone(entry, until, now));
            return new MessageIndex.Taken(repeated, List.of());
        }
        int room = MAX_IN_FLIGHT - queue.index.count(State.IN_FLIGHT);
        if (room <= 0) {
            if (mayWait || queue.name.fifo()) {
                return new MessageIndex.Taken(List.of(), List.of());
            }
            throw new SqsError.OverLimit("The maximum number of in flight messages is reached.").exception();
        }
        MessageIndex.Taken taken = queue.index.take(Math.min(request.max(), room), now, until, maxReceives);
        attempts.add(attemptId, taken.taken(), now);
        return taken;
    }

    /// 0 without a dead-letter queue, or while it is away: then messages stay.
    private int maxReceives() {
        QueueSettings.Redrive redrive = queue.settings.redrive();
        return redrive == null || queue.others.apply(redrive.target()).isEmpty() ? 0 : redrive.maxReceives();
    }

    private static List<Snapshot> snapshots(List<Entry> entries) {
        return entries.stream()
                .map(entry -> new Snapshot(entry.sequence, entry.stored()))
                .toList();
    }

    private List<Received> contents(List<Snapshot> snapshots) {
        List<Received> received = new ArrayList<>(snapshots.size());
        for (Snapshot taken : snapshots) {
            Optional<Content> content = queue.tables.content(queue.id, taken.sequence);
            if (content.isPresent()) {
                String handle = new ReceiptHandle(queue.id, taken.sequence, taken.message.receives()).toString();
                received.add(new Received(handle, taken.sequence, taken.message, content.get()));
            } else {
                forget(taken.sequence);
            }
        }
        return received;
    }

    /// A message without text was deleted while somebody received it.
    private void forget(long sequence) {
        queue.lock.lock();
        try {
            Entry entry = queue.index.find(sequence);
            if (entry != null) {
                queue.index.remove(entry);
                queue.receivers.announce();
            }
        } finally {
            queue.lock.unlock();
        }
        queue.tables.write(queue.tables.remove(queue.id, sequence));
    }

    /// Gives messages that were received too often to the dead-letter queue.
    private void redrive(List<Entry> spent) {
        QueueSettings.Redrive redrive = queue.settings.redrive();
        Optional<LiveQueue> target =
                spent.isEmpty() || redrive == null ? Optional.empty() : queue.others.apply(redrive.target());
        boolean moved = false;
        try {
            if (target.isPresent()) {
                target.get().adopt(queue, spent, queue.name.arn().toString());
                moved = true;
            }
        } finally {
            if (!moved && !spent.isEmpty()) {
                queue.restore(spent);
            }
        }
    }
}
