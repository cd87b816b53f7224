package dev.podium.schedules;

import dev.podium.aws.Arn;
import dev.podium.aws.Scope;
import dev.podium.schedules.Schedule.Name;
import dev.podium.schedules.Schedule.Settings;
import dev.podium.store.Entry;
import dev.podium.store.Store;
import dev.podium.store.Table;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// The schedules of all accounts and regions, and their runs.
public final class Schedules implements AutoCloseable {
    private static final long MOST = 100_000;

    private final Table<Schedule> table;
    private final Agenda<Schedule> agenda;
    private final Targets targets;

    /// Nothing runs before [#start].
    public Schedules(Store store, Targets targets, Timetable timetable) {
        this.table = store.table("schedules", Schedule.class);
        this.targets = targets;
        this.agenda = new Agenda<>("schedules", store, table, targets, timetable, new Runs());
    }

    /// Runs what an earlier run of the server missed, and what comes.
    public void start() {
        agenda.start();
    }

    Targets targets() {
        return targets;
    }

    /// Now, as precisely as times are kept.
    Instant now() {
        return agenda.now();
    }

    /// Makes a schedule; a call that is made again with its client token changes nothing.
    ///
    /// @throws dev.podium.aws.AwsException ConflictException when there is one of that name
    void create(Name name, Settings settings, String token) {
        if (table.size() >= MOST) {
            throw new SchedulerError.QuotaExceeded("Podium keeps at most " + MOST + " schedules: delete some.")
                    .exception();
        }
        table.compute(name.key(), before -> {
            if (before == null) {
                return Schedule.made(name, UUID.randomUUID().toString(), settings, now(), token);
            }
            if (before.token().equals(token) && before.settings().equals(settings)) {
                return before;
            }
            throw new SchedulerError.Conflict("Schedule " + name.schedule() + " already exists.").exception();
        });
        agenda.changed(name.key());
    }

    /// @throws dev.podium.aws.AwsException ResourceNotFoundException
    void update(Name name, Settings settings) {
        table.compute(name.key(), before -> {
            if (before == null) {
                throw SchedulerError.NotFound.schedule(name.schedule()).exception();
            }
            return before.with(settings, now());
        });
        agenda.changed(name.key());
    }

    /// @throws dev.podium.aws.AwsException ResourceNotFoundException
    void delete(Name name) {
        if (!remove(name)) {
            throw SchedulerError.NotFound.schedule(name.schedule()).exception();
        }
    }

    /// Deletes a schedule, if it is there.
    boolean remove(Name name) {
        boolean removed = table.remove(name.key());
        if (removed) {
            agenda.removed(name.key(), name.arn());
        }
        return removed;
    }

    /// Deletes a schedule when it is still this one.
    private void delete(Schedule schedule) {
        Name name = schedule.name();
        Schedule left = table.compute(name.key(), now -> schedule.equals(now) ? null : now);
        if (left == null) {
            agenda.removed(name.key(), name.arn());
        }
    }

    /// Deletes the schedules of a group.
    void deleteAll(ScheduleGroup group) {
        String prefix = group.key() + "/";
        for (List<Entry<Schedule>> page = table.page(prefix, null, 100);
                !page.isEmpty();
                page = table.page(prefix, null, 100)) {
            page.forEach(entry -> delete(entry.value()));
        }
    }

    Optional<Schedule> find(Name name) {
        return table.get(name.key());
    }

    /// @throws dev.podium.aws.AwsException ResourceNotFoundException
    Schedule get(Name name) {
        return find(name)
                .orElseThrow(
                        () -> SchedulerError.NotFound.schedule(name.schedule()).exception());
    }

    /// Schedules in the order of group and name.
    ///
    /// @param group all groups when it is null
    List<Entry<Schedule>> page(Scope scope, @Nullable String group, @Nullable String after, int limit) {
        return table.page(Name.prefix(scope) + (group == null ? "" : group + "/"), after, limit);
    }

    /// What became of the last runs of a schedule; nothing when there is no such schedule.
    public Optional<RunHistory> history(String arn) {
        return agenda.history(arn).or(() -> name(arn).flatMap(this::find).map(schedule -> RunHistory.NONE));
    }

    private static Optional<Name> name(String text) {
        return Arn.parse(text).filter(arn -> arn.service().equals("scheduler")).flatMap(arn -> {
            String[] parts = arn.resource().split("/", 3);
            return parts.length == 3 ? Optional.of(new Name(arn.scope(), parts[1], parts[2])) : Optional.empty();
        });
    }

    @Override
    public void close() {
        agenda.close();
    }

    /// What the agenda has to know of schedules.
    private final class Runs implements Agenda.Plan<Schedule> {
        @Override
        public @Nullable Timing timing(Schedule schedule) {
            return schedule.timing();
        }

        @Override
        public Instant since(Schedule schedule) {
            return schedule.since();
        }

        @Override
        public List<Delivery> calls(String key, Schedule schedule, Instant time) {
            Target target = schedule.settings().target();
            String arn = schedule.name().arn();
            String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
            String scheduled = Delivery.seconds(time.toEpochMilli());
            String input = target.input() == null
                    ? notification(schedule, time)
                    : target.input()
                            .replace("<aws.scheduler.schedule-arn>", arn)
                            .replace("<aws.scheduler.scheduled-time>", scheduled)
                            .replace("<aws.scheduler.execution-id>", id);
            Name name = schedule.name();
            return List.of(Delivery.first(
                    key + "/" + HexFormat.of().toHexDigits(time.toEpochMilli()),
                    schedule.id(),
                    new TargetCall(id, arn, name.account(), name.region(), target.arn(), input, target.parameters()),
                    time.toEpochMilli(),
                    time.toEpochMilli() + delay(schedule, time),
                    target.retryPolicy(),
                    target.deadLetterConfig()));
        }

        /// Anywhere in the window, but the same when the run is worked out once more after a crash.
        private long delay(Schedule schedule, Instant time) {
            Integer minutes = schedule.settings().window().maximumWindowInMinutes();
            return minutes == null
                    ? 0
                    : new SplittableRandom(schedule.id().hashCode() * 31L + time.toEpochMilli())
                            .nextLong(minutes * 60_000L);
        }

        /// What a target gets when the schedule has no input for it.
        private String notification(Schedule schedule, Instant time) {
            Name name = schedule.name();
            return Delivery.event(name.scope(), "aws.scheduler", "Scheduled Event", time, List.of(name.arn()))
                    .put("detail", "{}")
                    .toString();
        }

        @Override
        public boolean wants(Delivery delivery) {
            return owner(delivery).isPresent();
        }

        @Override
        public void over(Delivery delivery) {
            owner(delivery)
                    .filter(schedule ->
                            schedule.settings().actionAfterCompletion().equals("DELETE")
                                    && schedule.settings().enabled())
                    .filter(schedule -> agenda.isComplete(schedule.name().key(), schedule))
                    .ifPresent(Schedules.this::delete);
        }

        private Optional<Schedule> owner(Delivery delivery) {
            String key = delivery.key().substring(0, delivery.key().lastIndexOf('/'));
            return table.get(key).filter(schedule -> Objects.equals(schedule.id(), delivery.owner()));
        }
    }
}
