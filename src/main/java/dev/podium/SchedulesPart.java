package dev.podium;

import dev.podium.aws.Service;
import dev.podium.schedules.ScheduleGroups;
import dev.podium.schedules.SchedulerApi;
import dev.podium.schedules.Schedules;
import dev.podium.schedules.Timetable;

/// EventBridge Scheduler.
final class SchedulesPart implements ServicePart {
    private final Timetable timetable;
    private final Schedules schedules;
    private final ScheduleGroups groups;

    SchedulesPart(Foundation on, ScheduleTargets targets, Timetable timetable) {
        this.timetable = timetable;
        schedules = on.parts().add(new Schedules(on.store(), targets, timetable));
        groups = new ScheduleGroups(on.store(), schedules);
    }

    Schedules schedules() {
        return schedules;
    }

    @Override
    public Service service() {
        return Service.lazy("scheduler", () -> new SchedulerApi(schedules, groups).service());
    }

    @Override
    public void start() {
        schedules.start();
        groups.start();
    }

    @Override
    public void clear() {
        timetable.clear();
    }
}
