package dev.podium.schedules;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// When something runs: `cron(…)`, `rate(…)` or `at(…)`.
///
/// @see <a href="https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html">Schedule
/// types</a>
public sealed interface ScheduleExpression permits CronExpression, ScheduleExpression.Rate, ScheduleExpression.At {
    /// Reads an expression.
    ///
    /// @throws IllegalArgumentException when it isn't one
    static ScheduleExpression parse(String text) {
        if (text.startsWith("cron(") && text.endsWith(")")) {
            return CronExpression.parse(text.substring(5, text.length() - 1));
        }
        Matcher rate = Rate.FORM.matcher(text);
        if (rate.matches()) {
            return Rate.of(Long.parseLong(rate.group(1)), rate.group(2));
        }
        if (text.startsWith("at(") && text.endsWith(")")) {
            return At.of(text.substring(3, text.length() - 1));
        }
        throw new IllegalArgumentException("not a schedule expression");
    }

    /// The first time after another, whatever [Timing] says of start and end.
    Optional<Instant> next(Timing timing, Instant after);

    /// Every so often, counted in time that has gone by: a day has 24 hours.
    record Rate(Duration period) implements ScheduleExpression {
        private static final Pattern FORM = Pattern.compile("rate\\(\\s*([0-9]{1,9})\\s+(minute|hour|day)s?\\s*\\)");

        private static Rate of(long value, String unit) {
            if (value == 0) {
                throw new IllegalArgumentException("the value of a rate must be positive");
            }
            return new Rate(
                    switch (unit) {
                        case "minute" -> Duration.ofMinutes(value);
                        case "hour" -> Duration.ofHours(value);
                        default -> Duration.ofDays(value);
                    });
        }

        @Override
        public Optional<Instant> next(Timing timing, Instant after) {
            Instant anchor = timing.anchor();
            if (after.isBefore(anchor)) {
                return Optional.of(anchor);
            }
            long periods = Duration.between(anchor, after).toMillis() / period.toMillis() + 1;
            return Optional.of(anchor.plus(period.multipliedBy(periods)));
        }
    }

    /// Once. A time that the clocks skip is as much later as they skip.
    record At(LocalDateTime time) implements ScheduleExpression {
        private static final DateTimeFormatter FORM =
                DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withResolverStyle(ResolverStyle.STRICT);

        private static At of(String text) {
            try {
                return new At(LocalDateTime.parse(text, FORM));
            } catch (DateTimeException e) {
                throw new IllegalArgumentException(e);
            }
        }

        @Override
        public Optional<Instant> next(Timing timing, Instant after) {
            Instant instant = time.atZone(timing.zone()).toInstant();
            return instant.isAfter(after) ? Optional.of(instant) : Optional.empty();
        }
    }
}
