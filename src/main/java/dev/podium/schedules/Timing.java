package dev.podium.schedules;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An expression with all that its times depend on.
///
/// @param start  nothing is before it; null for no bound
/// @param end    nothing is after it; null for no bound
/// @param anchor from where rates count: the first of their times
public record Timing(
        ScheduleExpression expression,
        ZoneId zone,
        @Nullable Instant start,
        @Nullable Instant end,
        Instant anchor) {
    /// The longest stretch is a year of minutes, the others end sooner.
    private static final Duration[] STRETCHES = {
        Duration.ofHours(2), Duration.ofDays(3), Duration.ofDays(40), Duration.ofDays(400), Duration.ofDays(10_000)
    };

    /// The first time after another.
    public Optional<Instant> next(Instant after) {
        Instant from = start == null || !start.isAfter(after) ? after : start.minusNanos(1);
        return expression.next(this, from).filter(time -> end == null || !time.isAfter(end));
    }

    /// The last time after another and not after a third: the one that counts when several were missed.
    public Optional<Instant> latest(Instant after, Instant upTo) {
        for (Duration stretch : STRETCHES) {
            Instant from = upTo.minus(stretch);
            Optional<Instant> found = last(from.isAfter(after) ? from : after, upTo);
            if (found.isPresent() || !from.isAfter(after)) {
                return found;
            }
        }
        return last(after, upTo);
    }

    private Optional<Instant> last(Instant after, Instant upTo) {
        Optional<Instant> last = Optional.empty();
        Optional<Instant> next = next(after);
        while (next.isPresent() && !next.get().isAfter(upTo)) {
            last = next;
            next = next(next.get());
        }
        return last;
    }
}
