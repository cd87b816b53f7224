package dev.podium.schedules;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// AWS's cron: minutes, hours, day of month, month, day of week (1 is Sunday), year.
///
/// Written here and not taken from a library, because it has to say the same as AWS's documentation and no
/// more, must end quickly for days that never come (`31 2`), and 10,000 of them are read at a start.
///
/// @param dayOfMonth null when the day of the week says it
/// @param dayOfWeek  null when the day of the month says it
/// @see <a
/// href="https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based">Cron-based
/// schedules</a>
record CronExpression(
        BitSet minutes,
        BitSet hours,
        @Nullable Days dayOfMonth,
        BitSet months,
        @Nullable Days dayOfWeek,
        BitSet years) implements ScheduleExpression {
    private static final int LAST_YEAR = 2199;
    private static final List<String> MONTHS =
            List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
    private static final List<String> WEEKDAYS = List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

    /// Which days of a month.
    sealed interface Days {
        /// Days by their number.
        record Numbers(BitSet days) implements Days {}

        /// `L` of a month.
        record Last() implements Days {}

        /// `15W`: the weekday nearest to a day, within the month; `LW` is that of the last one.
        ///
        /// @param day 32 for the last one
        record NearestWeekday(int day) implements Days {}

        /// `5L`: the last of these weekdays in the month.
        record LastWeekday(DayOfWeek day) implements Days {}

        /// `3#2`: the second of these weekdays in the month.
        record NthWeekday(DayOfWeek day, int number) implements Days {}
    }

    /// Reads the six fields.
    ///
    /// @throws IllegalArgumentException when they aren't AWS's
    static CronExpression parse(String text) {
        String[] fields = text.strip().split("\\s+", -1);
        require(fields.length == 6);
        // One of both has to be `?`, and only one.
        require(fields[2].equals("?") != fields[4].equals("?"));
        return new CronExpression(
                numbers(fields[0], 0, 59, List.of(), true),
                numbers(fields[1], 0, 23, List.of(), true),
                fields[2].equals("?") ? null : dayOfMonth(fields[2].toUpperCase(Locale.ROOT)),
                numbers(fields[3], 1, 12, MONTHS, true),
                fields[4].equals("?") ? null : dayOfWeek(fields[4].toUpperCase(Locale.ROOT)),
                numbers(fields[5], 1970, LAST_YEAR, List.of(), true));
    }

    private static void require(boolean condition) {
        if (!condition) {
            throw new IllegalArgumentException("not a cron expression of AWS");
        }
    }

    private static Days dayOfMonth(String field) {
        if (field.equals("L")) {
            return new Days.Last();
        }
        if (field.endsWith("W")) {
            String day = field.substring(0, field.length() - 1);
            return new Days.NearestWeekday(day.equals("L") ? 32 : number(day, 1, 31, List.of()));
        }
        return new Days.Numbers(numbers(field, 1, 31, List.of(), true));
    }

    private static Days dayOfWeek(String field) {
        if (field.equals("L")) {
            return new Days.Numbers(numbers("7", 1, 7, WEEKDAYS, false));
        }
        if (field.endsWith("L")) {
            return new Days.LastWeekday(weekday(field.substring(0, field.length() - 1)));
        }
        int hash = field.indexOf('#');
        if (hash >= 0) {
            return new Days.NthWeekday(
                    weekday(field.substring(0, hash)), number(field.substring(hash + 1), 1, 5, List.of()));
        }
        return new Days.Numbers(numbers(field, 1, 7, WEEKDAYS, false));
    }

    private static DayOfWeek weekday(String text) {
        return ofNumber(number(text, 1, 7, WEEKDAYS));
    }

    private static DayOfWeek ofNumber(int sundayIsOne) {
        return DayOfWeek.SUNDAY.plus(sundayIsOne - 1L);
    }

    /// A field of numbers, ranges and, where they are allowed, steps. A range that ends before it starts goes
    /// over the end (`FRI-MON`).
    private static BitSet numbers(String field, int min, int max, List<String> names, boolean steps) {
        BitSet set = new BitSet();
        for (String part : field.toUpperCase(Locale.ROOT).split(",", -1)) {
            int slash = part.indexOf('/');
            require(slash < 0 || steps);
            int step = slash < 0 ? 1 : number(part.substring(slash + 1), 1, Integer.MAX_VALUE, List.of());
            String range = slash < 0 ? part : part.substring(0, slash);
            int dash = range.indexOf('-');
            int from = min;
            int to = max;
            if (dash > 0) {
                from = number(range.substring(0, dash), min, max, names);
                to = number(range.substring(dash + 1), min, max, names);
            } else if (!range.equals("*")) {
                from = number(range, min, max, names);
                to = slash < 0 ? from : max;
            }
            int size = max - min + 1;
            int length = to >= from ? to - from : to - from + size;
            for (long i = 0; i <= length; i += step) {
                set.set(min + (int) ((from - min + i) % size));
            }
        }
        return set;
    }

    private static int number(String text, int min, int max, List<String> names) {
        int named = names.indexOf(text);
        if (named >= 0) {
            return named + 1;
        }
        require(!text.isEmpty() && text.length() < 10 && text.chars().allMatch(c -> c >= '0' && c <= '9'));
        int value = Integer.parseInt(text);
        require(value >= min && value <= max);
        return value;
    }

    /// A time that the clocks skip in spring is left out, and one that they show twice in autumn comes once.
    @Override
    public Optional<Instant> next(Timing timing, Instant after) {
        ZoneId zone = timing.zone();
        LocalDateTime local = LocalDateTime.ofInstant(after, zone);
        while (true) {
            LocalDateTime candidate = next(local);
            if (candidate == null) {
                return Optional.empty();
            }
            var offsets = zone.getRules().getValidOffsets(candidate);
            if (!offsets.isEmpty()) {
                Instant instant = candidate.toInstant(offsets.getFirst());
                if (instant.isAfter(after)) {
                    return Optional.of(instant);
                }
            }
            local = candidate;
        }
    }

    /// The first time on the clock after another.
    private @Nullable LocalDateTime next(LocalDateTime after) {
        LocalDateTime from = after.truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
        for (int year = years.nextSetBit(from.getYear()); year >= 0; year = years.nextSetBit(year + 1)) {
            int first = year == from.getYear() ? from.getMonthValue() : 1;
            for (int month = months.nextSetBit(first); month >= 0; month = months.nextSetBit(month + 1)) {
                LocalDateTime found = inMonth(YearMonth.of(year, month), from);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    private @Nullable LocalDateTime inMonth(YearMonth month, LocalDateTime from) {
        boolean same = month.equals(YearMonth.from(from));
        BitSet days = days(month);
        for (int day = days.nextSetBit(same ? from.getDayOfMonth() : 1); day >= 0; day = days.nextSetBit(day + 1)) {
            LocalDate date = month.atDay(day);
            boolean today = date.equals(from.toLocalDate());
            for (int hour = hours.nextSetBit(today ? from.getHour() : 0);
                    hour >= 0;
                    hour = hours.nextSetBit(hour + 1)) {
                int minute = minutes.nextSetBit(today && hour == from.getHour() ? from.getMinute() : 0);
                if (minute >= 0) {
                    return date.atTime(hour, minute);
                }
            }
        }
        return null;
    }

    private BitSet days(YearMonth month) {
        BitSet set = new BitSet();
        Days rule = dayOfMonth == null ? dayOfWeek : dayOfMonth;
        switch (rule) {
            case null -> throw new IllegalStateException("no days");
            case Days.Numbers(BitSet numbers) -> {
                for (int day = 1; day <= month.lengthOfMonth(); day++) {
                    int number =
                            dayOfMonth == null ? month.atDay(day).getDayOfWeek().getValue() % 7 + 1 : day;
                    set.set(day, numbers.get(number));
                }
            }
            case Days.Last() -> set.set(month.lengthOfMonth());
            case Days.NearestWeekday(int day) -> {
                if (day == 32 || day <= month.lengthOfMonth()) {
                    set.set(nearestWeekday(month.atDay(Math.min(day, month.lengthOfMonth())))
                            .getDayOfMonth());
                }
            }
            case Days.LastWeekday(DayOfWeek day) ->
                set.set(month.atDay(1).with(TemporalAdjusters.lastInMonth(day)).getDayOfMonth());
            case Days.NthWeekday(DayOfWeek day, int number) -> {
                LocalDate nth = month.atDay(1).with(TemporalAdjusters.dayOfWeekInMonth(number, day));
                if (YearMonth.from(nth).equals(month)) {
                    set.set(nth.getDayOfMonth());
                }
            }
        }
        return set;
    }

    private static LocalDate nearestWeekday(LocalDate day) {
        int shift = switch (day.getDayOfWeek()) {
            case SATURDAY -> day.getDayOfMonth() == 1 ? 2 : -1;
            case SUNDAY -> day.getDayOfMonth() == day.lengthOfMonth() ? -2 : 1;
            case MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY -> 0;
        };
        return day.plusDays(shift);
    }
}
