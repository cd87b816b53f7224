package dev.podium.sqs;

import dev.podium.aws.Arn;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Moves the messages of dead-letter queues back, in the background; a stop of the server ends a task.
public final class MoveTasks implements AutoCloseable {
    private static final Logger LOG = System.getLogger("sqs");
    private static final int AT_A_TIME = 10;
    private static final int MOST_PER_SECOND = 500;
    private static final int REMEMBERED = 10;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final Queues queues;
    private final ReentrantLock lock = new ReentrantLock();
    /// The tasks of each source, newest first.
    private final Map<QueueId, Deque<Task>> tasks = new HashMap<>();
    private final Map<Thread, Task> running = new HashMap<>();

    /// Starts nothing yet.
    public MoveTasks(Queues queues) {
        this.queues = queues;
    }

    /// One task.
    static final class Task {
        final String handle;
        final QueueId source;
        final @Nullable QueueId destination;
        final @Nullable Integer perSecond;
        final long toMove;
        final long started;
        volatile String status = "RUNNING";
        final AtomicLong moved = new AtomicLong();
        volatile @Nullable String failure;

        Task(QueueId source, @Nullable QueueId destination, @Nullable Integer perSecond, long toMove, long started) {
            this.handle = UUID.randomUUID().toString();
            this.source = source;
            this.destination = destination;
            this.perSecond = perSecond;
            this.toMove = toMove;
            this.started = started;
        }
    }

    /// Starts a task.
    ///
    /// @throws dev.podium.aws.AwsException UnsupportedOperation when one runs on this source
    Task start(QueueId source, @Nullable QueueId destination, @Nullable Integer perSecond) {
        LiveQueue queue = queues.working(source);
        Task task = new Task(
                source,
                destination,
                perSecond,
                queue.counts().visible(),
                queues.clock().millis());
        lock.lock();
        try {
            Deque<Task> known = tasks.computeIfAbsent(source, name -> new ArrayDeque<>());
            if (!known.isEmpty() && !ended(known.getFirst())) {
                throw new SqsError.UnsupportedOperation(
                                "There is already a task running. Only one active task is allowed"
                                        + " for a source queue arn at a given time.")
                        .exception();
            }
            known.addFirst(task);
            while (known.size() > REMEMBERED) {
                known.removeLast();
            }
            Thread thread = Thread.ofVirtual().name("sqs-move-" + source.name()).unstarted(() -> run(task, queue));
            running.put(thread, task);
            thread.start();
        } finally {
            lock.unlock();
        }
        return task;
    }

    private static boolean ended(Task task) {
        return !task.status.equals("RUNNING") && !task.status.equals("CANCELLING");
    }

    /// The tasks of a source, newest first.
    List<Task> list(QueueId source, int limit) {
        lock.lock();
        try {
            return tasks.getOrDefault(source, new ArrayDeque<>()).stream()
                    .limit(limit)
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /// Ends a task.
    ///
    /// @throws dev.podium.aws.AwsException ResourceNotFoundException, UnsupportedOperation when it has ended
    Task cancel(String handle) {
        lock.lock();
        try {
            Task task = tasks.values().stream()
                    .flatMap(Deque::stream)
                    .filter(known -> known.handle.equals(handle))
                    .findFirst()
                    .orElseThrow(() -> new SqsError.ResourceNotFound("Task does not exist.").exception());
            if (!task.status.equals("RUNNING")) {
                throw new SqsError.UnsupportedOperation("Only active tasks can be cancelled.").exception();
            }
            task.status = "CANCELLING";
            return task;
        } finally {
            lock.unlock();
        }
    }

    private void run(Task task, LiveQueue queue) {
        try {
            int step = task.perSecond == null ? AT_A_TIME : Math.min(task.perSecond, AT_A_TIME);
            int rate = task.perSecond == null ? MOST_PER_SECOND : task.perSecond;
            while (task.status.equals("RUNNING") && task.moved.get() < task.toMove) {
                int moved = move(task, queue, step);
                if (moved == 0) {
                    break;
                }
                task.moved.addAndGet(moved);
                Thread.sleep(Duration.ofSeconds(moved).dividedBy(rate));
            }
            task.status = task.status.equals("RUNNING") ? "COMPLETED" : "CANCELLED";
        } catch (InterruptedException e) {
            task.status = "CANCELLED";
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "moving messages failed queue=" + task.source.name(), e);
            task.failure = String.valueOf(e.getMessage());
            task.status = "FAILED";
        } finally {
            lock.lock();
            try {
                running.remove(Thread.currentThread());
            } finally {
                lock.unlock();
            }
        }
    }

    private int move(Task task, LiveQueue queue, int max) {
        return queue.give(max, (from, left) -> {
            Map<QueueId, List<Entry>> byTarget = new LinkedHashMap<>();
            left.forEach(entry -> byTarget.computeIfAbsent(target(task, entry), name -> new ArrayList<>())
                    .add(entry));
            byTarget.forEach((target, entries) -> {
                queues.working(target).adopt(from, entries, null);
                left.removeAll(entries);
            });
        });
    }

    private static QueueId target(Task task, Entry entry) {
        if (task.destination != null) {
            return task.destination;
        }
        return Optional.ofNullable(entry.source)
                .flatMap(Arn::parse)
                .flatMap(QueueId::of)
                .orElseThrow(() -> new SqsError.ResourceNotFound(
                                "A message came from no other queue: give a DestinationArn.")
                        .exception());
    }

    /// Ends all tasks, within five seconds.
    @Override
    public void close() {
        List<Thread> threads;
        lock.lock();
        try {
            threads = List.copyOf(running.keySet());
        } finally {
            lock.unlock();
        }
        threads.forEach(Thread::interrupt);
        try {
            for (Thread thread : threads) {
                thread.join(CLOSE_LIMIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
