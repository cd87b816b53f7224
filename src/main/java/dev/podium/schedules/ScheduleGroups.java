package dev.podium.schedules;

import dev.podium.aws.Scope;
import dev.podium.store.Entry;
import dev.podium.store.Store;
import dev.podium.store.Table;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The groups of schedules. Each account has `default` in each region, which can't be deleted.
public final class ScheduleGroups {
    private static final int MOST = 500;

    private final Table<ScheduleGroup> table;
    private final Schedules schedules;

    /// Deletes nothing before [#start].
    public ScheduleGroups(Store store, Schedules schedules) {
        this.table = store.table("schedule-groups", ScheduleGroup.class);
        this.schedules = schedules;
    }

    /// Goes on with deletions that the last stop interrupted.
    public void start() {
        if (table.size() > 0) {
            table.page("", null, Integer.MAX_VALUE).stream()
                    .map(Entry::value)
                    .filter(ScheduleGroup::deleting)
                    .forEach(this::empty);
        }
    }

    /// Makes a group; a call that is made again with its client token changes nothing.
    ///
    /// @throws dev.podium.aws.AwsException ConflictException, ServiceQuotaExceededException
    ScheduleGroup create(Scope scope, String name, Map<String, String> tags, String token) {
        ensureDefault(scope);
        if (table.keys(Schedule.Name.prefix(scope), null, MOST).size() >= MOST) {
            throw new SchedulerError.QuotaExceeded("The account has " + MOST + " schedule groups in this region.")
                    .exception();
        }
        ScheduleGroup made = ScheduleGroup.made(scope, name, tags, schedules.now(), token);
        return Objects.requireNonNull(table.compute(made.key(), before -> {
            if (before == null || (before.token().equals(token) && before.tags().equals(made.tags()))) {
                return before == null ? made : before;
            }
            throw new SchedulerError.Conflict("Schedule group " + name + " already exists.").exception();
        }));
    }

    Optional<ScheduleGroup> find(Scope scope, String name) {
        if (name.equals(ScheduleGroup.DEFAULT)) {
            ensureDefault(scope);
        }
        return table.get(Schedule.Name.prefix(scope) + name);
    }

    /// @throws dev.podium.aws.AwsException ResourceNotFoundException
    ScheduleGroup get(Scope scope, String name) {
        return find(scope, name)
                .orElseThrow(() -> SchedulerError.NotFound.group(name).exception());
    }

    private void ensureDefault(Scope scope) {
        String key = Schedule.Name.prefix(scope) + ScheduleGroup.DEFAULT;
        if (table.get(key).isEmpty()) {
            table.compute(
                    key,
                    before -> before == null
                            ? ScheduleGroup.made(scope, ScheduleGroup.DEFAULT, Map.of(), schedules.now(), "")
                            : before);
        }
    }

    List<Entry<ScheduleGroup>> page(Scope scope, String prefix, @Nullable String after, int limit) {
        ensureDefault(scope);
        return table.page(Schedule.Name.prefix(scope) + prefix, after, limit);
    }

    /// Changes the tags of a group.
    ///
    /// @throws dev.podium.aws.AwsException ResourceNotFoundException
    void tags(Scope scope, String name, UnaryOperator<Map<String, String>> change) {
        table.compute(get(scope, name).key(), before -> {
            if (before == null) {
                throw SchedulerError.NotFound.group(name).exception();
            }
            return before.withTags(change.apply(before.tags()));
        });
    }

    /// Deletes a group with its schedules, in the background.
    ///
    /// @throws dev.podium.aws.AwsException ResourceNotFoundException, ConflictException when that goes on
    /// already
    void delete(Scope scope, String name) {
        if (name.equals(ScheduleGroup.DEFAULT)) {
            throw new SchedulerError.Validation("The default schedule group can't be deleted.").exception();
        }
        ScheduleGroup deleting = table.compute(Schedule.Name.prefix(scope) + name, before -> {
            if (before == null) {
                throw SchedulerError.NotFound.group(name).exception();
            }
            if (before.deleting()) {
                throw new SchedulerError.Conflict("Schedule group " + name + " is being deleted.").exception();
            }
            return before.deleted(schedules.now());
        });
        empty(Objects.requireNonNull(deleting));
    }

    private void empty(ScheduleGroup group) {
        Thread.ofVirtual().name("schedules-group-" + group.name()).start(() -> {
            schedules.deleteAll(group);
            table.remove(group.key());
        });
    }
}
