package dev.podium.sqs;

import dev.podium.sqs.MoveTask.Status;
import dev.podium.store.Entry;
import dev.podium.store.Store;
import dev.podium.store.Table;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Moves the messages of dead-letter queues back, in the background. Tasks are on disk: what a stop of the server
/// interrupted goes on at the next start.
public final class MoveTasks implements AutoCloseable {
    private static final Logger LOG = System.getLogger("sqs");
    private static final int AT_A_TIME = 10;
    private static final int MOST_PER_SECOND = 500;
    private static final int REMEMBERED = 10;
    private static final int PAGE = 100;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    /// By the id of the source, newest first.
    private final Table<MoveTask> table;

    private final Queues queues;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Thread> running = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    /// Starts nothing yet.
    public MoveTasks(Store store, Queues queues) {
        this.table = store.table("sqs-move-tasks", MoveTask.class);
        this.queues = queues;
    }

    /// Goes on with the tasks that the last stop interrupted, and forgets those of deleted queues.
    public void start() {
        List<Entry<MoveTask>> page = table.page("", null, PAGE);
        while (!page.isEmpty()) {
            for (Entry<MoveTask> entry : page) {
                QueueId source = MoveTask.queue(entry.value().source());
                if (queues.stored(source)
                        .filter(queue -> entry.key().startsWith(prefix(queue)))
                        .isEmpty()) {
                    table.remove(entry.key());
                } else if (entry.value().active()) {
                    launch(entry.key(), source);
                }
            }
            page = table.page("", page.getLast().key(), PAGE);
        }
    }

    private static String prefix(StoredQueue source) {
        return source.id() + "/";
    }

    /// Starts a task.
    ///
    /// @return its handle
    /// @throws dev.podium.aws.AwsException UnsupportedOperation when one runs on this source
    String start(QueueId source, @Nullable QueueId destination, @Nullable Integer perSecond) {
        String prefix = prefix(queues.get(source));
        long toMove = queues.working(source).counts().visible();
        long now = queues.clock().millis();
        String key = prefix + "%019d-".formatted(Long.MAX_VALUE - now) + UUID.randomUUID();
        lock.lock();
        try {
            if (table.page(prefix, null, 1).stream()
                    .anyMatch(last -> last.value().active())) {
                throw new SqsError.UnsupportedOperation(
                                "There is already a task running. Only one active task is allowed"
                                        + " for a source queue arn at a given time.")
                        .exception();
            }
            table.put(key, MoveTask.of(source, destination, perSecond, toMove, now));
        } finally {
            lock.unlock();
        }
        table.keys(prefix, null, PAGE).stream().skip(REMEMBERED).forEach(table::remove);
        launch(key, source);
        return handle(key);
    }

    private static String handle(String key) {
        return Base64.getUrlEncoder().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    private void launch(String key, QueueId source) {
        Thread thread = Thread.ofVirtual().name("sqs-move-" + source.name()).unstarted(() -> run(key, source));
        running.add(thread);
        thread.start();
    }

    /// The tasks of a source with their handles, newest first.
    Map<String, MoveTask> list(QueueId source, int limit) {
        Map<String, MoveTask> tasks = new LinkedHashMap<>();
        table.page(prefix(queues.get(source)), null, limit)
                .forEach(entry -> tasks.put(handle(entry.key()), entry.value()));
        return tasks;
    }

    /// Ends a task.
    ///
    /// @throws dev.podium.aws.AwsException ResourceNotFoundException, UnsupportedOperation when it has ended
    MoveTask cancel(String handle) {
        MoveTask cancelled = table.compute(key(handle), task -> {
            if (task == null) {
                throw new SqsError.ResourceNotFound("Task does not exist.").exception();
            }
            if (task.status() != Status.RUNNING) {
                throw new SqsError.UnsupportedOperation("Only active tasks can be cancelled.").exception();
            }
            return task.with(Status.CANCELLING, null);
        });
        return Objects.requireNonNull(cancelled);
    }

    private static String key(String handle) {
        try {
            return new String(Base64.getUrlDecoder().decode(handle), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private void run(String key, QueueId source) {
        try {
            LiveQueue queue = queues.working(source);
            for (MoveTask task = table.get(key).orElse(null); task != null && task.active(); ) {
                Thread.sleep(step(key, task, queue));
                task = table.get(key).orElse(null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            if (!stopping) {
                LOG.log(Level.WARNING, "moving messages failed queue=" + source.name(), e);
                update(key, task -> task.with(Status.FAILED, String.valueOf(e.getMessage())));
            }
        } finally {
            running.remove(Thread.currentThread());
        }
    }

    /// Moves some messages, or ends the task.
    ///
    /// @return how long to wait before the next ones
    private Duration step(String key, MoveTask task, LiveQueue queue) {
        if (task.status() == Status.CANCELLING) {
            update(key, before -> before.with(Status.CANCELLED, null));
            return Duration.ZERO;
        }
        int rate = task.perSecond() == null ? MOST_PER_SECOND : task.perSecond();
        int most = (int) Math.min(Math.min(rate, AT_A_TIME), task.toMove() - task.moved());
        int moved = most <= 0 ? 0 : move(task, queue, most);
        update(key, before -> moved == 0 ? before.with(Status.COMPLETED, null) : before.more(moved));
        return Duration.ofSeconds(moved).dividedBy(rate);
    }

    /// A reset may have taken the task away.
    private void update(String key, UnaryOperator<MoveTask> change) {
        table.compute(key, before -> before == null ? null : change.apply(before));
    }

    private int move(MoveTask task, LiveQueue queue, int max) {
        return queue.give(max, (from, left) -> {
            Map<QueueId, List<dev.podium.sqs.Entry>> byTarget = new LinkedHashMap<>();
            left.forEach(entry -> byTarget.computeIfAbsent(task.target(entry.source), name -> new ArrayList<>())
                    .add(entry));
            byTarget.forEach((target, entries) -> {
                queues.working(target).adopt(from, entries, null);
                left.removeAll(entries);
            });
        });
    }

    /// Interrupts all tasks, and waits for five seconds at most.
    @Override
    public void close() {
        stopping = true;
        List<Thread> threads = List.copyOf(running);
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
