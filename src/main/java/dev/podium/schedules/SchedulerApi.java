package dev.podium.schedules;

import dev.podium.aws.AwsException;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import dev.podium.schedules.Schedule.FlexibleTimeWindow;
import dev.podium.schedules.Schedule.Name;
import dev.podium.schedules.Schedule.Settings;
import dev.podium.store.Entry;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The API of EventBridge Scheduler: its schedules here, its groups in [GroupsApi].
///
/// @see <a href="https://docs.aws.amazon.com/scheduler/latest/APIReference/Welcome.html">API reference</a>
public final class SchedulerApi {
    private static final long MAX_BODY = 1 << 20;
    private static final int MOST_RESULTS = 100;
    private static final int PAGE = 200;

    private final Schedules schedules;
    private final ScheduleGroups groups;
    private final ScheduleRules rules;

    /// Makes the API over the schedules, which belong to the caller.
    public SchedulerApi(Schedules schedules, ScheduleGroups groups) {
        this.schedules = schedules;
        this.groups = groups;
        this.rules = new ScheduleRules(schedules.targets());
    }

    record ScheduleRequest(
            @Nullable String actionAfterCompletion,
            @Nullable String clientToken,
            @Nullable String description,
            @Nullable Instant endDate,
            FlexibleTimeWindow flexibleTimeWindow,
            @Nullable String groupName,
            @Nullable String kmsKeyArn,
            String name,
            String scheduleExpression,
            @Nullable String scheduleExpressionTimezone,
            @Nullable Instant startDate,
            @Nullable String state,
            Target target) {
        Name scheduleName(Call call) {
            return new Name(call.scope(), groupName, name);
        }

        Settings settings() {
            return new Settings(
                    scheduleExpression,
                    scheduleExpressionTimezone == null ? "UTC" : scheduleExpressionTimezone,
                    startDate,
                    endDate,
                    flexibleTimeWindow,
                    state == null ? "ENABLED" : state,
                    actionAfterCompletion == null ? "NONE" : actionAfterCompletion,
                    description,
                    kmsKeyArn,
                    target.complete());
        }
    }

    record ScheduleArn(String scheduleArn) {}

    record GetRequest(@Nullable String groupName, String name) {}

    record DeleteRequest(
            @Nullable String clientToken, @Nullable String groupName, String name) {}

    record GetResult(
            String actionAfterCompletion,
            String arn,
            Instant creationDate,
            @Nullable String description,
            @Nullable Instant endDate,
            FlexibleTimeWindow flexibleTimeWindow,
            String groupName,
            @Nullable String kmsKeyArn,
            Instant lastModificationDate,
            String name,
            String scheduleExpression,
            String scheduleExpressionTimezone,
            @Nullable Instant startDate,
            String state,
            Target target) {}

    record ListRequest(
            @Nullable String groupName,
            @Nullable Integer maxResults,
            @Nullable String namePrefix,
            @Nullable String nextToken,
            @Nullable String state) {}

    record TargetSummary(String arn) {}

    record Summary(
            String arn,
            Instant creationDate,
            String groupName,
            Instant lastModificationDate,
            String name,
            String state,
            TargetSummary target) {}

    record ListResult(@Nullable String nextToken, List<Summary> schedules) {}

    record Nothing() {}

    /// The operations, for the dispatcher.
    public ServiceApi service() {
        ServiceApi.Builder service = ServiceApi.of("scheduler")
                .maxBody(MAX_BODY)
                .operation("CreateSchedule", ScheduleRequest.class, ScheduleArn.class, this::create)
                .operation("UpdateSchedule", ScheduleRequest.class, ScheduleArn.class, this::update)
                .operation("GetSchedule", GetRequest.class, GetResult.class, this::get)
                .operation("DeleteSchedule", DeleteRequest.class, Nothing.class, this::delete)
                .operation("ListSchedules", ListRequest.class, ListResult.class, this::list)
                .partial(
                        "CreateSchedule",
                        "Targets that Podium can't call are refused: see below. `KmsKeyArn` and `RoleArn` have no effect.")
                .partial("UpdateSchedule", "As `CreateSchedule`.");
        new GroupsApi(groups).addTo(service);
        return service.build();
    }

    private ScheduleArn create(Call call, ScheduleRequest request) {
        Name name = request.scheduleName(call);
        requireLasting(name);
        Settings settings = request.settings();
        rules.check(settings, schedules.now());
        schedules.create(name, settings, String.valueOf(request.clientToken()));
        try {
            requireLasting(name);
        } catch (AwsException e) {
            // The group's deletion may have looked for schedules before this one was there.
            schedules.remove(name);
            throw e;
        }
        return new ScheduleArn(name.arn());
    }

    /// The schedule's group is there and isn't being deleted.
    private void requireLasting(Name name) {
        if (groups.get(name.scope(), name.group()).deleting()) {
            throw new SchedulerError.Conflict("Schedule group " + name.group() + " is being deleted.").exception();
        }
    }

    private ScheduleArn update(Call call, ScheduleRequest request) {
        Name name = request.scheduleName(call);
        groups.get(name.scope(), name.group());
        Schedule before = schedules.get(name);
        Settings settings = request.settings();
        Instant start = settings.start();
        // A start that has passed meanwhile may stay.
        boolean sameStart = start != null && start.equals(before.settings().start());
        rules.check(settings, sameStart ? before.modified() : schedules.now());
        schedules.update(name, settings);
        return new ScheduleArn(name.arn());
    }

    private GetResult get(Call call, GetRequest request) {
        Name name = new Name(call.scope(), request.groupName(), request.name());
        groups.get(name.scope(), name.group());
        Schedule schedule = schedules.get(name);
        Settings settings = schedule.settings();
        return new GetResult(
                settings.actionAfterCompletion(),
                name.arn(),
                schedule.created(),
                settings.description(),
                settings.end(),
                settings.window(),
                name.group(),
                settings.kmsKeyArn(),
                schedule.modified(),
                name.schedule(),
                settings.expression(),
                settings.timezone(),
                settings.start(),
                settings.state(),
                settings.target());
    }

    private Nothing delete(Call call, DeleteRequest request) {
        Name name = new Name(call.scope(), request.groupName(), request.name());
        groups.get(name.scope(), name.group());
        schedules.delete(name);
        return new Nothing();
    }

    private ListResult list(Call call, ListRequest request) {
        if (request.groupName() != null) {
            groups.get(call.scope(), request.groupName());
        }
        int most = request.maxResults() == null ? MOST_RESULTS : request.maxResults();
        Paging<Summary> found = new Paging<>(most);
        String after = Paging.after(request.nextToken());
        List<Entry<Schedule>> page = schedules.page(call.scope(), request.groupName(), after, PAGE);
        while (!page.isEmpty() && !found.isOver()) {
            for (Entry<Schedule> entry : page) {
                Schedule schedule = entry.value();
                boolean fits = (request.state() == null
                                || request.state().equals(schedule.settings().state()))
                        && (request.namePrefix() == null
                                || schedule.name().schedule().startsWith(request.namePrefix()));
                if (fits) {
                    found.add(entry.key(), summary(schedule));
                }
            }
            page = schedules.page(
                    call.scope(), request.groupName(), page.getLast().key(), PAGE);
        }
        return new ListResult(found.nextToken(), found.items());
    }

    private static Summary summary(Schedule schedule) {
        return new Summary(
                schedule.name().arn(),
                schedule.created(),
                schedule.name().group(),
                schedule.modified(),
                schedule.name().schedule(),
                schedule.settings().state(),
                new TargetSummary(schedule.settings().target().arn()));
    }
}
