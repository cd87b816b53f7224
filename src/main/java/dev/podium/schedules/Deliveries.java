package dev.podium.schedules;

import dev.podium.aws.Arn;
import dev.podium.schedules.RunHistory.Run;
import dev.podium.store.Store;
import dev.podium.store.Table;
import dev.podium.store.Write;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Calls of targets on their way: on disk before they are begun, until the target or the dead-letter queue
/// has taken them. A call that was under way when the server was killed is made again after the next start.
///
/// @see <a href="https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets.html">Targets</a>
final class Deliveries implements AutoCloseable {
    private static final Logger LOG = System.getLogger("schedules");
    private static final int AT_A_TIME = 256;
    /// With more than so many on disk, what fails is not tried again.
    private static final long MOST = 100_000;

    private static final int PAGE = 256;
    private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(1);
    private static final Duration LONGEST_BACK_OFF = Duration.ofMinutes(5);
    /// No retry and no flexible window is further away: the clock was put back.
    private static final Duration FURTHEST = Duration.ofDays(2);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    private final String name;
    private final Store store;
    private final Table<Delivery> table;
    private final Table<RunHistory> histories;
    private final Targets targets;
    private final Timetable timetable;
    private final Clock clock;
    private final Owner owner;
    private final Timetable.Due due = this::begin;
    private final Semaphore places = new Semaphore(AT_A_TIME);
    private final Map<String, Thread> underWay = new ConcurrentHashMap<>();
    private volatile boolean stopping;

    /// Who the calls belong to.
    interface Owner {
        /// Tells whether a call is still to be made: a schedule that is deleted ends those that wait.
        default boolean wants(Delivery delivery) {
            return true;
        }

        /// Hears of a call that is over, whatever became of it.
        default void over(Delivery delivery) {}
    }

    Deliveries(String name, Store store, Targets targets, Timetable timetable, Owner owner) {
        this.name = name;
        this.store = store;
        this.table = store.table(name + "-deliveries", Delivery.class);
        this.histories = store.table(name + "-history", RunHistory.class);
        this.targets = targets;
        this.timetable = timetable;
        this.clock = timetable.clock();
        this.owner = owner;
    }

    /// Goes on with what an earlier run of the server left.
    void start() {
        for (List<String> keys = table.keys("", null, PAGE);
                !keys.isEmpty();
                keys = table.keys("", keys.getLast(), PAGE)) {
            keys.forEach(key -> table.get(key).ifPresent(this::launch));
        }
    }

    /// Accepts calls: when this returns they are on disk, and on their way.
    ///
    /// @param before written to the disk together with them, behind them
    void accept(List<Delivery> some, List<Write<?>> before) {
        List<Write<?>> writes = new ArrayList<>();
        some.forEach(delivery -> writes.add(Write.put(table, delivery.key(), delivery)));
        writes.addAll(before);
        if (!writes.isEmpty()) {
            store.write(writes);
        }
        some.forEach(this::launch);
    }

    /// Calls that are not over.
    long size() {
        return table.size();
    }

    boolean isFull() {
        return table.size() >= MOST;
    }

    /// Tells whether calls of a schedule are on their way.
    boolean any(String ownerKey) {
        return !table.keys(ownerKey + "/", null, 1).isEmpty();
    }

    Optional<RunHistory> history(String source) {
        return histories.get(source);
    }

    void forget(String source) {
        histories.remove(source);
    }

    private void launch(Delivery delivery) {
        long now = clock.millis();
        boolean late = delivery.dueMillis() <= now || delivery.dueMillis() > now + FURTHEST.toMillis();
        if (late) {
            begin(List.of(delivery.key()));
        } else {
            timetable.set(name + "!" + delivery.key(), delivery.dueMillis(), due);
        }
    }

    private void begin(List<String> names) {
        for (String full : names) {
            String key = full.startsWith(name + "!") ? full.substring(name.length() + 1) : full;
            Thread.ofVirtual().name("schedules-call-" + key).start(() -> {
                if (underWay.putIfAbsent(key, Thread.currentThread()) != null) {
                    // Found on disk again after the clock was set: it is looked at when this one may be over.
                    later(key);
                    return;
                }
                try {
                    places.acquire();
                    try {
                        carryOut(key);
                    } finally {
                        places.release();
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } finally {
                    underWay.remove(key);
                }
            });
        }
    }

    private void later(String key) {
        timetable.set(name + "!" + key, clock.millis() + FIRST_BACK_OFF.toMillis(), due);
    }

    private void carryOut(String key) throws InterruptedException {
        try {
            Delivery delivery = stopping ? null : table.get(key).orElse(null);
            if (delivery == null) {
                return;
            }
            if (!owner.wants(delivery)) {
                end(delivery);
            } else if (delivery.failure() == null) {
                attempt(delivery);
            } else {
                bury(delivery, delivery.failure());
            }
        } catch (RuntimeException | Error e) {
            if (!stopping) {
                LOG.log(Level.ERROR, "call failed unexpectedly, tried again key=" + key, e);
                later(key);
            }
        }
    }

    private void attempt(Delivery delivery) throws InterruptedException {
        Instant start = clock.instant();
        if (start.toEpochMilli() > delivery.untilMillis()) {
            String message = "The event was older than MaximumEventAgeInSeconds before its target could be called.";
            fail(delivery, start, delivery.attempts(), "EventAgeExceeded", message, "MaximumEventAgeInSeconds");
            return;
        }
        try {
            targets.call(delivery.attempt());
        } catch (IOException e) {
            if (!stopping) {
                failed(delivery, start, e);
            }
            return;
        }
        note(delivery, run(delivery, start, delivery.attempts() + 1, null, null));
        end(delivery);
    }

    private void failed(Delivery delivery, Instant start, IOException why) throws InterruptedException {
        int attempts = delivery.attempts() + 1;
        String code = why instanceof Targets.Failed answered ? answered.code() : "InternalServerException";
        String message = String.valueOf(why.getMessage());
        long next = clock.millis() + backOff(attempts);
        if (why instanceof Targets.Failed answered && answered.lasting()) {
            fail(delivery, start, attempts, code, message, null);
        } else if (attempts > delivery.retry().attempts() || isFull()) {
            fail(delivery, start, attempts, code, message, "MaximumRetryAttempts");
        } else if (next > delivery.untilMillis()) {
            fail(delivery, start, attempts, code, message, "MaximumEventAgeInSeconds");
        } else {
            LOG.log(
                    Level.DEBUG,
                    "call failed, tried again source={0} target={1} attempt={2} why={3}",
                    delivery.call().source(),
                    delivery.call().arn(),
                    attempts,
                    message);
            again(delivery.tried(next));
        }
    }

    /// Doubles from a second to five minutes, less up to a quarter at random.
    private static long backOff(int attempts) {
        long longest = LONGEST_BACK_OFF.toMillis();
        long whole = Math.min(longest, FIRST_BACK_OFF.toMillis() << Math.min(attempts - 1, 20));
        return whole - ThreadLocalRandom.current().nextLong(whole / 4);
    }

    private void again(Delivery delivery) {
        table.put(delivery.key(), delivery);
        launch(delivery);
    }

    private void fail(
            Delivery delivery, Instant start, int attempts, String code, String message, @Nullable String condition)
            throws InterruptedException {
        LOG.log(
                Level.WARNING,
                "call given up source={0} target={1} attempts={2} code={3} why={4}",
                delivery.call().source(),
                delivery.call().arn(),
                attempts,
                code,
                message);
        note(delivery, run(delivery, start, attempts, code, message));
        if (delivery.deadLetter() == null) {
            end(delivery);
            return;
        }
        Delivery.Failure failure = new Delivery.Failure(code, message, condition);
        Delivery given = delivery.failed(failure, clock.millis(), attempts);
        table.put(given.key(), given);
        bury(given, failure);
    }

    /// A queue that is away has a day to come back.
    private void bury(Delivery delivery, Delivery.Failure why) throws InterruptedException {
        Arn queue = Arn.parse(String.valueOf(delivery.deadLetter())).orElse(null);
        try {
            if (queue != null) {
                targets.bury(queue, delivery.lastBody(), delivery.deadLetterAttributes(why));
            }
        } catch (IOException e) {
            boolean lasting = e instanceof Targets.Failed answered && answered.lasting();
            boolean over = lasting || clock.millis() > delivery.untilMillis() + FURTHEST.toMillis() / 2;
            LOG.log(
                    Level.WARNING,
                    "dead-letter queue did not take it{0} source={1} queue={2} why={3}",
                    over ? "" : ", tried again",
                    delivery.call().source(),
                    delivery.deadLetter(),
                    e.getMessage());
            if (!over && !stopping) {
                launch(delivery.failed(why, clock.millis() + LONGEST_BACK_OFF.toMillis() / 10, delivery.attempts()));
            }
            if (!over) {
                return;
            }
        }
        end(delivery);
    }

    private @Nullable Run run(
            Delivery delivery, Instant start, int attempts, @Nullable String code, @Nullable String message) {
        Long scheduled = delivery.scheduledMillis();
        return scheduled == null
                ? null
                : new Run(
                        delivery.call().id(),
                        Instant.ofEpochMilli(scheduled),
                        start,
                        clock.instant(),
                        attempts,
                        delivery.call().arn(),
                        code,
                        message);
    }

    private void note(Delivery delivery, @Nullable Run run) {
        if (run != null) {
            histories.compute(
                    delivery.call().source(), before -> (before == null ? RunHistory.NONE : before).with(run));
        }
    }

    private void end(Delivery delivery) {
        table.remove(delivery.key());
        owner.over(delivery);
    }

    /// Stops at once: what is under way stays on disk.
    @Override
    public void close() {
        stopping = true;
        List<Thread> threads = List.copyOf(underWay.values());
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
