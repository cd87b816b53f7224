package dev.podium.schedules;

import dev.podium.aws.Arn;
import dev.podium.aws.Scope;
import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/// A schedule on disk.
///
/// @param id     of this schedule alone: one that is made again under the name has another
/// @param anchor from where a rate counts
/// @param token  the client token of the call that made it
record Schedule(
        Name name, String id, Settings settings, Instant created, Instant modified, Instant anchor, String token) {
    private static final long PRECISION_SECONDS = 60;

    /// Names are unique in a group.
    record Name(String account, String region, String group, String schedule) {
        Name(Scope scope, @Nullable String group, String schedule) {
            this(scope.account(), scope.region(), group == null ? ScheduleGroup.DEFAULT : group, schedule);
        }

        Scope scope() {
            return new Scope(account, region);
        }

        String key() {
            return prefix(scope()) + group + "/" + schedule;
        }

        /// What the keys of all schedules of an account and region begin with.
        static String prefix(Scope scope) {
            return scope.account() + "/" + scope.region() + "/";
        }

        String arn() {
            return Arn.of("scheduler", scope(), "schedule/" + group + "/" + schedule)
                    .toString();
        }
    }

    /// A window of time after each of its times, at any moment of which it runs.
    record FlexibleTimeWindow(String mode, @Nullable Integer maximumWindowInMinutes) {}

    /// What a call can set.
    record Settings(
            String expression,
            String timezone,
            @Nullable Instant start,
            @Nullable Instant end,
            FlexibleTimeWindow window,
            String state,
            String actionAfterCompletion,
            @Nullable String description,
            @Nullable String kmsKeyArn,
            Target target) {
        boolean enabled() {
            return state.equals("ENABLED");
        }
    }

    static Schedule made(Name name, String id, Settings settings, Instant now, String token) {
        return new Schedule(name, id, settings, now, now, anchor(settings, now), token);
    }

    private static Instant anchor(Settings settings, Instant now) {
        return settings.start == null ? now : settings.start;
    }

    /// The same with other settings. A rate goes on counting unless it is another one.
    Schedule with(Settings changed, Instant now) {
        boolean sameRate = changed.expression.equals(settings.expression)
                && (changed.start == null ? settings.start == null : changed.start.equals(settings.start));
        return new Schedule(name, id, changed, created, now, sameRate ? anchor : anchor(changed, now), token);
    }

    @Nullable
    Timing timing() {
        if (!settings.enabled()) {
            return null;
        }
        ScheduleExpression expression = ScheduleExpression.parse(settings.expression);
        // One-time schedules have no start and end.
        boolean once = expression instanceof ScheduleExpression.At;
        return new Timing(
                expression,
                ZoneId.of(settings.timezone),
                once ? null : settings.start,
                once ? null : settings.end,
                anchor);
    }

    /// A rate without a start runs at once. A one-time schedule whose minute has begun still runs.
    Instant since() {
        if (settings.expression.startsWith("at(")) {
            return modified.minusSeconds(PRECISION_SECONDS);
        }
        return anchor.equals(modified) ? modified.minusMillis(1) : modified;
    }
}
