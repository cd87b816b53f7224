package dev.podium.schedules;

import dev.podium.store.Store;
import dev.podium.store.Table;
import dev.podium.store.Write;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Things that run at times, such as schedules, and what they send.
///
/// On disk stands for each of them up to which time it has run. A run is written there with the calls it
/// consists of before any of these is begun. Of times that were missed, because the server was down or the
/// clock was put forward, the latest one counts: it runs once and at once, and those before it do not. Where
/// the clock is put back, no time comes twice, unless it is put back by more than a day.
///
/// @param <T> record of a thing
public final class Agenda<T> implements AutoCloseable {
    private static final Logger LOG = System.getLogger("schedules");
    private static final int PAGE = 256;
    private static final Duration PUT_BACK = Duration.ofDays(1);
    private static final long AGAIN_MILLIS = 1000;

    private final String name;
    private final Table<T> things;
    /// Up to which time each of them has run, in epoch milliseconds.
    private final Table<String> cursors;

    private final Timetable timetable;
    private final Clock clock;
    private final Plan<T> plan;
    private final Deliveries deliveries;
    private final Timetable.Due due = this::come;

    /// What is particular to a kind of thing.
    public interface Plan<T> extends Deliveries.Owner {
        /// When it runs; null while it does not.
        @Nullable
        Timing timing(T thing);

        /// Nothing before this time, nor at it, is a run of the thing.
        Instant since(T thing);

        /// What it calls when it runs.
        List<Delivery> calls(String key, T thing, Instant time);
    }

    /// Nothing runs before [#start].
    ///
    /// @param name  what its tables' names begin with
    /// @param table of the things; who changes it calls [#changed] then
    public Agenda(String name, Store store, Table<T> table, Targets targets, Timetable timetable, Plan<T> plan) {
        this.name = name;
        this.things = table;
        this.cursors = store.table(name + "-cursors", String.class);
        this.timetable = timetable;
        this.clock = timetable.clock();
        this.plan = plan;
        this.deliveries = new Deliveries(name, store, targets, timetable, plan);
        timetable.onClockPutBack(this::start);
    }

    /// Goes on with what an earlier run of the server left, in the background.
    public void start() {
        if (things.size() > 0 || deliveries.size() > 0) {
            Thread.ofVirtual().name(name + "-start").start(() -> {
                try {
                    deliveries.start();
                    for (List<String> keys = things.keys("", null, PAGE);
                            !keys.isEmpty();
                            keys = things.keys("", keys.getLast(), PAGE)) {
                        keys.forEach(this::changed);
                    }
                } catch (RuntimeException e) {
                    LOG.log(Level.ERROR, name + " of an earlier run can't be read: none of them runs", e);
                }
            });
        }
    }

    /// Says when a thing runs next, after it was made, changed or removed.
    public void changed(String key) {
        // Whoever changes it meanwhile does this after it, so that the last one to set the time has seen the last
        // change.
        for (T thing = things.get(key).orElse(null); ; ) {
            Optional<Instant> next = thing == null ? Optional.empty() : next(key, thing);
            if (next.isPresent()) {
                timetable.set(name + ":" + key, next.get().toEpochMilli(), due);
            } else {
                timetable.remove(name + ":" + key);
            }
            T now = things.get(key).orElse(null);
            if (now == null ? thing == null : now.equals(thing)) {
                return;
            }
            thing = now;
        }
    }

    /// Forgets what is known of a thing that was removed.
    public void removed(String key, String source) {
        changed(key);
        cursors.remove(key);
        deliveries.forget(source);
    }

    /// When a thing runs next; in the past when that is due.
    Optional<Instant> next(String key, T thing) {
        Timing timing = plan.timing(thing);
        return timing == null ? Optional.empty() : timing.next(cursor(key, thing, clock.instant()));
    }

    /// Up to when a thing has run. A time far in the future is one of a clock that was wrong: it begins
    /// anew then.
    private Instant cursor(String key, T thing, Instant now) {
        Instant furthest = now.plus(PUT_BACK);
        Optional<Instant> known = Stream.concat(
                        cursors.get(key).map(Long::parseLong).map(Instant::ofEpochMilli).stream(),
                        Stream.of(plan.since(thing)))
                .filter(time -> time.isBefore(furthest))
                .max(Comparator.naturalOrder());
        if (known.isEmpty()) {
            cursors.put(key, String.valueOf(now.toEpochMilli()));
        }
        return known.orElse(now);
    }

    private void come(List<String> names) {
        List<String> keys =
                names.stream().map(full -> full.substring(name.length() + 1)).toList();
        try {
            run(keys);
            keys.forEach(this::changed);
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "runs can't be begun, tried again", e);
            keys.forEach(key -> timetable.set(name + ":" + key, clock.millis() + AGAIN_MILLIS, due));
        }
    }

    private void run(List<String> keys) {
        Instant now = clock.instant();
        List<Delivery> calls = new ArrayList<>();
        List<Write<?>> writes = new ArrayList<>();
        for (String key : keys) {
            T thing = things.get(key).orElse(null);
            Timing timing = thing == null ? null : plan.timing(thing);
            if (thing != null && timing != null) {
                timing.latest(cursor(key, thing, now), now).ifPresent(time -> {
                    calls.addAll(plan.calls(key, thing, time));
                    writes.add(Write.put(cursors, key, String.valueOf(time.toEpochMilli())));
                });
            }
        }
        deliveries.accept(calls, writes);
    }

    /// Accepts calls for other reasons than a time: when this returns they are on disk.
    public void accept(List<Delivery> calls) {
        deliveries.accept(calls, List.of());
    }

    /// Now, as precisely as times are kept.
    public Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /// Tells whether no more calls should be accepted.
    public boolean isFull() {
        return deliveries.isFull();
    }

    /// Tells whether a thing has run for the last time and all its calls are over.
    boolean isComplete(String key, T thing) {
        return next(key, thing).isEmpty() && !deliveries.any(key);
    }

    /// What became of a thing's last runs.
    ///
    /// @param source ARN
    public Optional<RunHistory> history(String source) {
        return deliveries.history(source);
    }

    @Override
    public void close() {
        deliveries.close();
    }
}
