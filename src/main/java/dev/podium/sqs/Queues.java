package dev.podium.sqs;

import dev.podium.aws.Arn;
import dev.podium.aws.Scope;
import dev.podium.store.Entry;
import dev.podium.store.Store;
import dev.podium.store.Table;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// All queues, for the API and for others in this process that send or receive.
///
/// What was accepted is on disk when a method returns. A queue's messages are read when it is first used.
public final class Queues implements AutoCloseable {
    private static final Logger LOG = System.getLogger("sqs");
    /// More than that many messages in all queues are refused: their index is in memory.
    private static final long MAX_MESSAGES = 1_000_000;
    /// More than that many queues are refused.
    private static final long MAX_QUEUES = 10_000;

    private final Table<StoredQueue> table;
    private final MessageTables messages;
    private final Clock clock;
    private final Map<String, LiveQueue> live = new ConcurrentHashMap<>();
    private volatile boolean stopping;
    private @Nullable Thread sweeper;

    /// Opens the collection; nothing is read yet.
    public Queues(Store store, Clock clock) {
        this.table = store.table("sqs-queues", StoredQueue.class);
        this.clock = new SteadyClock(clock);
        this.messages = new MessageTables(store, this.clock);
    }

    /// A message that was received.
    ///
    /// @param handle           to delete it with
    /// @param md5OfBody        in hexadecimal
    /// @param systemAttributes `SentTimestamp` and the like, by AWS's names
    /// @param md5OfAttributes  null without attributes
    public record Message(
            String messageId,
            String handle,
            String body,
            String md5OfBody,
            Map<String, String> systemAttributes,
            Map<String, MessageAttribute> attributes,
            @Nullable String md5OfAttributes) {}

    /// Removes what a crash left of deleted queues, in the background.
    public void start() {
        sweeper = Thread.ofVirtual().name("sqs-sweep").start(() -> {
            try {
                messages.sweep(this::isQueue);
            } catch (RuntimeException e) {
                if (!stopping) {
                    LOG.log(
                            Level.WARNING,
                            "messages of deleted queues can't be removed, they stay until the next start",
                            e);
                }
            }
        });
    }

    /// Looks for an id among the queues, which are few; only the sweep at the start asks.
    private boolean isQueue(String id) {
        List<Entry<StoredQueue>> page = table.page("", null, 1000);
        while (!page.isEmpty()) {
            for (Entry<StoredQueue> entry : page) {
                if (entry.value().id().equals(id)) {
                    return true;
                }
            }
            page = table.page("", page.getLast().key(), 1000);
        }
        return false;
    }

    Clock clock() {
        return clock;
    }

    /// Adds a queue, unless there is one of the name.
    ///
    /// @param attributes checked ones, defaults included
    /// @return the queue of that name, whoever made it
    StoredQueue create(QueueId name, Map<String, String> attributes, Map<String, String> tags) {
        if (table.size() >= MAX_QUEUES) {
            throw new SqsError.RequestThrottled("There are " + MAX_QUEUES + " queues already: delete some.")
                    .exception();
        }
        long now = clock.instant().getEpochSecond();
        StoredQueue made = new StoredQueue(
                name.scope().account(),
                name.scope().region(),
                name.name(),
                UUID.randomUUID().toString().substring(0, 18),
                attributes,
                tags,
                now,
                now);
        return Objects.requireNonNull(table.compute(name.key(), before -> before == null ? made : before));
    }

    /// A queue's record, or nothing.
    Optional<StoredQueue> stored(QueueId name) {
        return table.get(name.key());
    }

    /// A queue's record.
    ///
    /// @throws dev.podium.aws.AwsException QueueDoesNotExist
    StoredQueue get(QueueId name) {
        return stored(name).orElseThrow(() -> new SqsError.QueueDoesNotExist().exception());
    }

    /// Changes a queue's record.
    ///
    /// @throws dev.podium.aws.AwsException QueueDoesNotExist
    void update(QueueId name, UnaryOperator<StoredQueue> change) {
        table.compute(name.key(), before -> {
            if (before == null) {
                throw new SqsError.QueueDoesNotExist().exception();
            }
            return change.apply(before);
        });
        LiveQueue queue = live.get(name.key());
        if (queue != null) {
            stored(name).ifPresent(now -> queue.settings(QueueSettings.of(now.attributes())));
        }
    }

    /// Deletes a queue with its messages.
    ///
    /// @throws dev.podium.aws.AwsException QueueDoesNotExist
    void delete(QueueId name) {
        StoredQueue queue = get(name);
        if (!table.remove(name.key())) {
            throw new SqsError.QueueDoesNotExist().exception();
        }
        LiveQueue working = live.remove(name.key());
        if (working != null) {
            working.vanish();
        }
        messages.removeAll(queue.id());
    }

    /// Queues in the order of their names.
    ///
    /// @param prefix of the names
    /// @param after  name behind which the page begins, or null
    List<StoredQueue> page(Scope scope, String prefix, @Nullable String after, int limit) {
        String start = QueueId.prefix(scope);
        return table.page(start + prefix, after == null ? null : start + after, limit).stream()
                .map(Entry::value)
                .toList();
    }

    /// The queue at work, or nothing when there is none.
    Optional<LiveQueue> find(QueueId name) {
        while (true) {
            LiveQueue known = live.get(name.key());
            if (known != null) {
                return Optional.of(known);
            }
            Optional<StoredQueue> stored = stored(name);
            if (stored.isEmpty()) {
                return Optional.empty();
            }
            LiveQueue made = new LiveQueue(stored.get(), messages, clock, this::find);
            live.putIfAbsent(name.key(), made);
            // Deleted or made again meanwhile? Then this one must not stay.
            Optional<StoredQueue> now = stored(name);
            if (now.isEmpty() || !now.get().id().equals(made.id())) {
                live.remove(name.key(), made);
            } else {
                made.settings(QueueSettings.of(now.get().attributes()));
            }
            if (stopping) {
                made.stop();
            }
        }
    }

    /// The queue at work.
    ///
    /// @throws dev.podium.aws.AwsException QueueDoesNotExist
    LiveQueue working(QueueId name) {
        return find(name).orElseThrow(() -> new SqsError.QueueDoesNotExist().exception());
    }

    /// @throws dev.podium.aws.AwsException RequestThrottled when the server holds all the messages it can
    void room() {
        if (messages.size() >= MAX_MESSAGES) {
            throw new SqsError.RequestThrottled("There are " + MAX_MESSAGES
                            + " messages in the queues of this server: receive and delete some.")
                    .exception();
        }
    }

    /// Tells whether there is a queue.
    public boolean exists(Arn queue) {
        return QueueId.of(queue).flatMap(this::stored).isPresent();
    }

    /// How long a queue's received messages stay invisible; nothing when there is no such queue.
    public Optional<Duration> visibility(Arn queue) {
        return QueueId.of(queue)
                .flatMap(this::stored)
                .map(stored -> QueueSettings.of(stored.attributes()).visibility());
    }

    /// Sends a message: when this returns it is on disk.
    ///
    /// @param body       any text of at most the queue's size
    /// @param attributes at most ten
    /// @param traceHeader of X-Ray, or null
    /// @return its id
    /// @throws dev.podium.aws.AwsException QueueDoesNotExist, or another [SqsError] when the queue doesn't
    ///     take it
    public String send(Arn queue, String body, Map<String, MessageAttribute> attributes, @Nullable String traceHeader) {
        LiveQueue working = working(queue);
        MessageRules.check(body, attributes, working.settings().maxBytes());
        if (working.name().fifo()) {
            throw new SqsError.MissingParameter("MessageGroupId").exception();
        }
        room();
        Outgoing message = new Outgoing(body, attributes, traceHeader, null, null, null);
        return working.send(List.of(message), queue.account()).getFirst().messageId();
    }

    /// Receives messages, waiting for the first one.
    ///
    /// @param max        1 to 10
    /// @param visibility how long nobody else receives them; null for the queue's own time
    /// @param wait       up to 20 s
    /// @return empty when none came, or the server stops
    /// @throws dev.podium.aws.AwsException QueueDoesNotExist, OverLimit
    public List<Message> receive(Arn queue, int max, @Nullable Duration visibility, Duration wait)
            throws InterruptedException {
        return working(queue).receive(new Receive(max, visibility, wait, null)).stream()
                .map(received -> new Message(
                        received.message().messageId(),
                        received.handle(),
                        received.content().body(),
                        Digests.ofBody(received.content().body()),
                        SystemAttributes.of(received),
                        received.content().attributes(),
                        Digests.ofAttributes(received.content().attributes())))
                .toList();
    }

    /// Deletes messages that were received; one that is gone already is no error.
    ///
    /// @throws dev.podium.aws.AwsException QueueDoesNotExist, or the first handle's error
    public void delete(Arn queue, List<String> handles) {
        for (Optional<SqsError> error : working(queue).delete(handles)) {
            if (error.isPresent()) {
                throw error.get().exception();
            }
        }
    }

    /// Changes when a received message becomes visible again; zero for now.
    ///
    /// @throws dev.podium.aws.AwsException QueueDoesNotExist, or the handle's error
    public void changeVisibility(Arn queue, String handle, Duration visibility) {
        Optional<SqsError> error = working(queue)
                .changeVisibility(List.of(new Handling.Visibility(handle, Math.toIntExact(visibility.toSeconds()))))
                .getFirst();
        if (error.isPresent()) {
            throw error.get().exception();
        }
    }

    private LiveQueue working(Arn queue) {
        return QueueId.of(queue).flatMap(this::find).orElseThrow(() -> new SqsError.QueueDoesNotExist().exception());
    }

    /// Forgets every queue; the store is emptied by the caller.
    public void clear() {
        live.values().forEach(LiveQueue::vanish);
        live.clear();
    }

    /// Wakes everybody who waits for a message, so that the server can stop at once.
    @Override
    public void close() {
        stopping = true;
        live.values().forEach(LiveQueue::stop);
        Thread sweeping = sweeper;
        if (sweeping != null) {
            sweeping.interrupt();
        }
    }
}
