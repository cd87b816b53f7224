package dev.podium.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// AWS's expressions, as its documentation has them.
@NullMarked
final class ScheduleExpressionTest {
    private static final Instant ANCHOR = Instant.parse("2026-01-01T00:00:00Z");

    private static Timing timing(String expression, String zone) {
        return new Timing(ScheduleExpression.parse(expression), ZoneId.of(zone), null, null, ANCHOR);
    }

    private static List<String> times(String expression, String zone, String after, int count) {
        List<String> times = new ArrayList<>();
        Timing timing = timing(expression, zone);
        Optional<Instant> next = timing.next(Instant.parse(after));
        while (next.isPresent() && times.size() < count) {
            times.add(next.get().atZone(timing.zone()).toLocalDateTime().toString());
            next = timing.next(next.get());
        }
        return times;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cron(0 10 * * ? *)            | 2026-11-20T10:00 2026-11-21T10:00",
                "cron(15 12 * * ? *)           | 2026-11-20T12:15 2026-11-21T12:15",
                "cron(0 18 ? * MON-FRI *)      | 2026-11-20T18:00 2026-11-23T18:00",
                "cron(0 8 1 * ? *)             | 2026-12-01T08:00 2027-01-01T08:00",
                "cron(0/15 * * * ? *)          | 2026-11-20T09:15 2026-11-20T09:30",
                "cron(0/10 * ? * MON-FRI *)    | 2026-11-20T09:10 2026-11-20T09:20",
                "cron(0/5 8-17 ? * MON-FRI *)  | 2026-11-20T09:05 2026-11-20T09:10",
                "cron(0/30 20-2 ? * MON-FRI *) | 2026-11-20T20:00 2026-11-20T20:30",
                "cron(10 10 ? * 6L 2026-2027)  | 2026-11-27T10:10 2026-12-25T10:10",
                "cron(15 10 ? * 3#2 *)         | 2026-12-08T10:15 2027-01-12T10:15",
                "cron(0 0 L * ? *)             | 2026-11-30T00:00 2026-12-31T00:00",
                "cron(0 0 LW * ? *)            | 2026-11-30T00:00 2026-12-31T00:00",
                "cron(0 0 21W * ? *)           | 2026-12-21T00:00 2027-01-21T00:00",
                "cron(0 0 1W 8 ? *)            | 2027-08-02T00:00 2028-08-01T00:00",
                "cron(0 0 1W 5 ? *)            | 2027-05-03T00:00 2028-05-01T00:00",
                "cron(0 0 31W 1 ? *)           | 2027-01-29T00:00 2028-01-31T00:00",
                "cron(0 0 31W * ? *)           | 2026-12-31T00:00 2027-01-29T00:00",
                "cron(0 0 ? * 3#5 *)           | 2026-12-29T00:00 2027-03-30T00:00",
                "cron(0 0 ? * L *)             | 2026-11-21T00:00 2026-11-28T00:00",
                "cron(0 0 29 2 ? *)            | 2028-02-29T00:00 2032-02-29T00:00",
                "cron(0 0 ? JAN,jul SUN *)     | 2027-01-03T00:00 2027-01-10T00:00",
                "cron(0 0 ? * FRI-MON *)       | 2026-11-21T00:00 2026-11-22T00:00",
                "cron(5,50 9 20 11 ? 2026)     | 2026-11-20T09:05 2026-11-20T09:50",
                "rate(1 minute)                | 2026-11-20T09:04 2026-11-20T09:05",
                "rate(90 minutes)              | 2026-11-20T10:30 2026-11-20T12:00",
                "rate(2 days)                  | 2026-11-21T00:00 2026-11-23T00:00",
            })
    void timesAreThoseOfTheDocumentation(String expression, String times) {
        assertThat(times(expression, "UTC", "2026-11-20T09:03:00Z", 2)).containsExactly(times.split(" "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cron(0 10 * * * *)",
                "cron(0 10 ? * ? *)",
                "cron(0 10 1 * MON *)",
                "cron(0 10 * * ?)",
                "cron(0 0 10 * * ? *)",
                "cron(60 10 * * ? *)",
                "cron(0 24 * * ? *)",
                "cron(0 0 32 * ? *)",
                "cron(0 0 0 * ? *)",
                "cron(0 0 1 13 ? *)",
                "cron(0 0 ? * 8 *)",
                "cron(0 0 ? * 0 *)",
                "cron(0 0 ? * 3#6 *)",
                "cron(0 0 ? * 3#1,6#3 *)",
                "cron(0 0 1 * ? 1969)",
                "cron(0 0 1 * ? 2200)",
                "cron(0/0 0 1 * ? *)",
                "cron(? 0 1 * ? *)",
                "cron(L 0 1 * ? *)",
                "cron(0 0 ? * MON/2 *)",
                "cron(0, 0 1 * ? *)",
                "cron(-5 0 1 * ? *)",
                "cron()",
                "rate(0 minutes)",
                "rate(5)",
                "rate(5 seconds)",
                "rate(-1 minutes)",
                "at(2026-02-30T00:00:00)",
                "at(2026-11-20T10:00)",
                "at(2026-11-20T10:00:00Z)",
                "every day",
                ""
            })
    void whatAwsRefusesIsRefused(String expression) {
        assertThatThrownBy(() -> ScheduleExpression.parse(expression)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void daysThatNeverComeHaveNoTimes() {
        assertThat(times("cron(0 0 31 2 ? *)", "UTC", "2026-11-20T09:03:00Z", 1))
                .isEmpty();
        assertThat(times("cron(0 0 1 1 ? 2020)", "UTC", "2026-11-20T09:03:00Z", 1))
                .isEmpty();
    }

    @Test
    void aTimeThatTheClocksSkipIsLeftOut() {
        assertThat(times("cron(30 2 * * ? *)", "America/New_York", "2026-03-07T12:00:00Z", 2))
                .containsExactly("2026-03-09T02:30", "2026-03-10T02:30");
    }

    @Test
    void aTimeThatTheClocksShowTwiceComesOnce() {
        Timing timing = timing("cron(30 1 * * ? *)", "America/New_York");
        Instant first = timing.next(Instant.parse("2026-11-01T04:00:00Z")).orElseThrow();
        assertThat(first).isEqualTo("2026-11-01T05:30:00Z");
        assertThat(timing.next(first)).contains(Instant.parse("2026-11-02T06:30:00Z"));
        assertThat(timing.next(Instant.parse("2026-11-01T06:29:00Z"))).contains(Instant.parse("2026-11-02T06:30:00Z"));
    }

    @Test
    void aDayOfARateHasTwentyFourHours() {
        Timing timing = new Timing(
                ScheduleExpression.parse("rate(1 day)"),
                ZoneId.of("America/New_York"),
                null,
                null,
                Instant.parse("2026-10-31T12:00:00Z"));
        assertThat(timing.next(Instant.parse("2026-11-01T12:00:00Z"))).contains(Instant.parse("2026-11-02T12:00:00Z"));
    }

    @Test
    void oneTimeIsInItsZone() {
        Timing timing = timing("at(2026-07-01T13:00:00)", "Europe/Berlin");
        assertThat(timing.next(ANCHOR)).contains(Instant.parse("2026-07-01T11:00:00Z"));
        assertThat(timing.next(Instant.parse("2026-07-01T11:00:00Z"))).isEmpty();
    }

    @Test
    void nothingIsBeforeTheStartOrAfterTheEnd() {
        Timing timing = bounded("2026-02-01T00:00:00Z", "2026-02-03T00:00:00Z");
        assertThat(timing.next(ANCHOR)).contains(Instant.parse("2026-02-01T00:00:00Z"));
        assertThat(timing.next(Instant.parse("2026-02-02T00:00:00Z"))).contains(Instant.parse("2026-02-03T00:00:00Z"));
        assertThat(timing.next(Instant.parse("2026-02-03T00:00:00Z"))).isEmpty();
    }

    private static Timing bounded(@Nullable String start, @Nullable String end) {
        return new Timing(
                ScheduleExpression.parse("cron(0 0 * * ? *)"),
                ZoneOffset.UTC,
                start == null ? null : Instant.parse(start),
                end == null ? null : Instant.parse(end),
                ANCHOR);
    }

    @Test
    void theLatestOfMissedTimesIsFoundHoweverLongAgoTheLastOneWas() {
        Timing minutes = timing("cron(* * * * ? *)", "UTC");
        Instant now = Instant.parse("2026-11-20T09:03:20Z");
        assertThat(minutes.latest(ANCHOR, now)).contains(Instant.parse("2026-11-20T09:03:00Z"));
        assertThat(minutes.latest(Instant.parse("2026-11-20T09:03:00Z"), now)).isEmpty();
        assertThat(timing("cron(0 0 1 1 ? *)", "UTC").latest(Instant.EPOCH, now))
                .contains(ANCHOR);
        assertThat(timing("cron(0 0 29 2 ? *)", "UTC").latest(Instant.EPOCH, now))
                .contains(Instant.parse("2024-02-29T00:00:00Z"));
        assertThat(timing("rate(1 minute)", "UTC").latest(ANCHOR.minusMillis(1), ANCHOR))
                .contains(ANCHOR);
    }

    /// Another implementation of the same fields says the same.
    @Test
    void randomFieldsMeanWhatAnotherLibraryTakesThemFor() {
        Random random = new Random(1);
        CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.QUARTZ));
        Instant from = Instant.parse("2026-11-20T09:03:00Z");
        for (int i = 0; i < 300; i++) {
            String minutes = pick(random, "*", "0/" + (1 + random.nextInt(20)), random.nextInt(60) + "", "5-10,40");
            String hours = pick(random, "*", random.nextInt(24) + "", "8-17", "0/6");
            String months = pick(random, "*", "1/3", "FEB", (1 + random.nextInt(12)) + "", "3-5");
            String day = pick(random, "*", "L", (1 + random.nextInt(28)) + "", (2 + random.nextInt(25)) + "W", "1-7");
            String weekday = pick(random, "MON-FRI", (1 + random.nextInt(7)) + "", "SUN,WED", "6L", "2#3");
            String days = random.nextBoolean() ? day + " " + months + " ?" : "? " + months + " " + weekday;
            String fields = minutes + " " + hours + " " + days + " *";
            ExecutionTime other = ExecutionTime.forCron(parser.parse("0 " + fields));
            assertThat(timing("cron(" + fields + ")", "UTC").next(from))
                    .as(fields)
                    .isEqualTo(
                            other.nextExecution(from.atZone(ZoneOffset.UTC)).map(java.time.ZonedDateTime::toInstant));
        }
    }

    private static String pick(Random random, String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    @Test
    void tenThousandExpressionsAreQuick() {
        // The time of this thread alone, however busy the machine is.
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < 10_000; i++) {
            timing("cron(" + i % 60 + " " + i % 24 + " ? * MON-FRI *)", "Europe/Berlin")
                    .next(ANCHOR);
        }
        assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - start)).isLessThan(Duration.ofSeconds(5));
    }
}
