/// Amazon EventBridge Scheduler, and what runs things at their times for `events` too.
///
/// Entry type: [dev.podium.schedules.Schedules]; [dev.podium.schedules.SchedulerApi] is its wire side. An
/// [dev.podium.schedules.Agenda] holds the things that run at times, all of them by one
/// [dev.podium.schedules.Timetable]; [dev.podium.schedules.Deliveries] brings what they send to its target.
/// Who the targets are is not known here: the root connects [dev.podium.schedules.Targets].
@NullMarked
package dev.podium.schedules;

import org.jspecify.annotations.NullMarked;
