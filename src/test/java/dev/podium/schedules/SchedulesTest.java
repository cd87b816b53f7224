package dev.podium.schedules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import dev.podium.MovableClock;
import dev.podium.aws.Arn;
import dev.podium.aws.Scope;
import dev.podium.schedules.Schedule.FlexibleTimeWindow;
import dev.podium.schedules.Schedule.Name;
import dev.podium.schedules.Schedule.Settings;
import dev.podium.store.Entry;
import dev.podium.store.MvStore;
import dev.podium.store.Store;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Runs, retries and clocks, without a server: targets do as they are told.
@NullMarked
@SuppressWarnings("NullAway.Init")
final class SchedulesTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final Scope SCOPE = new Scope("000000000000", "us-east-1");
    private static final String DEAD = "arn:aws:sqs:us-east-1:000000000000:dead";

    private final MovableClock clock = new MovableClock();
    private final Store store = MvStore.inMemory();
    private final Obedient targets = new Obedient();
    private Timetable timetable;
    private Schedules schedules;

    private static final class Obedient implements Targets {
        final List<TargetCall> calls = new CopyOnWriteArrayList<>();
        final List<Map<String, String>> buried = new CopyOnWriteArrayList<>();
        final List<String> bodies = new CopyOnWriteArrayList<>();
        final AtomicInteger failures = new AtomicInteger();
        volatile @Nullable Semaphore gate;

        @Override
        public Optional<String> unreachable(String arn) {
            return Optional.empty();
        }

        @Override
        public void call(TargetCall call) throws IOException, InterruptedException {
            calls.add(call);
            Semaphore closed = gate;
            if (closed != null) {
                closed.acquire();
            }
            if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new Failed("ThrottlingException", "Rate exceeded", false);
            }
        }

        @Override
        public void bury(Arn queue, String body, Map<String, String> attributes) {
            bodies.add(body);
            buried.add(attributes);
        }
    }

    @BeforeEach
    void start() {
        timetable = new Timetable(clock);
        schedules = new Schedules(store, targets, timetable);
        schedules.start();
    }

    @AfterEach
    void stop() {
        timetable.close();
        schedules.close();
    }

    private Name schedule(String name, String expression, int retries) {
        return schedule(name, expression, new RetryPolicy(null, retries));
    }

    private Name schedule(String name, String expression, RetryPolicy retry) {
        Target target = new Target(
                        "arn:aws:sqs:us-east-1:000000000000:q",
                        "role",
                        new DeadLetterConfig(DEAD),
                        null,
                        null,
                        "attempt <aws.scheduler.attempt-number>",
                        null,
                        retry,
                        null,
                        null)
                .complete();
        Name id = new Name(SCOPE, null, name);
        schedules.create(
                id,
                new Settings(
                        expression,
                        "UTC",
                        null,
                        null,
                        new FlexibleTimeWindow("OFF", null),
                        "ENABLED",
                        "NONE",
                        null,
                        null,
                        target),
                "token");
        return id;
    }

    /// Calls that are not over.
    private List<Delivery> deliveries() {
        return store.table("schedules-deliveries", Delivery.class).page("", null, 10).stream()
                .map(Entry::value)
                .toList();
    }

    private RunHistory history(Name name) {
        return schedules.history(name.arn()).orElseThrow();
    }

    @Test
    void aCallThatFailsIsTriedAgain() throws Exception {
        targets.failures.set(2);
        Name name = schedule("retried", "rate(1 day)", 5);
        Eventually.within(SOON, () -> targets.calls.size() == 1);
        Eventually.within(SOON, () -> {
            clock.forward(Duration.ofSeconds(1));
            return targets.calls.size() == 3;
        });
        assertThat(targets.calls).extracting(TargetCall::body).containsExactly("attempt 1", "attempt 2", "attempt 3");
        assertThat(targets.calls)
                .extracting(TargetCall::id)
                .containsOnly(targets.calls.getFirst().id());
        Eventually.within(SOON, () -> history(name).succeeded().size() == 1);
        assertThat(history(name).succeeded().getFirst().attempts()).isEqualTo(3);
        assertThat(targets.buried).isEmpty();
    }

    @Test
    void aCallThatFailsTooOftenIsBuried() throws Exception {
        targets.failures.set(10);
        Name name = schedule("buried", "rate(1 day)", 1);
        Eventually.within(SOON, () -> {
            clock.forward(Duration.ofSeconds(1));
            return targets.buried.size() == 1;
        });
        assertThat(targets.buried.getFirst())
                .containsEntry("ERROR_CODE", "ThrottlingException")
                .containsEntry("RETRY_ATTEMPTS", "1")
                .containsEntry("EXHAUSTED_RETRY_CONDITION", "MaximumRetryAttempts");
        assertThat(targets.bodies).containsExactly("attempt 2");
        assertThat(history(name).failed()).isNotNull();
        assertThat(history(name).succeeded()).isEmpty();
    }

    @Test
    void aCallThatFailsForTooLongIsBuried() throws Exception {
        targets.failures.set(1000);
        schedule("aged", "rate(1 day)", new RetryPolicy(60, 185));
        for (int tried = 1; targets.buried.isEmpty(); tried++) {
            int calls = tried;
            // Once the next attempt has its time, which counts from the end of the one before.
            Eventually.within(
                    SOON,
                    () -> !targets.buried.isEmpty() || deliveries().getFirst().attempts() >= calls);
            clock.forward(Duration.ofSeconds(1L << tried));
        }
        assertThat(targets.buried.getFirst())
                .containsEntry("EXHAUSTED_RETRY_CONDITION", "MaximumEventAgeInSeconds")
                .containsEntry("RETRY_ATTEMPTS", String.valueOf(targets.calls.size() - 1));
        assertThat(targets.calls).hasSizeBetween(4, 8);
    }

    @Test
    void aRunThatIsMissedForTooLongIsBuried() throws Exception {
        schedule("late", "rate(30 days)", 1);
        Eventually.within(SOON, () -> targets.calls.size() == 1);
        clock.forward(Duration.ofDays(32));
        Eventually.within(SOON, () -> targets.buried.size() == 1);
        assertThat(targets.buried.getFirst())
                .containsEntry("EXHAUSTED_RETRY_CONDITION", "MaximumEventAgeInSeconds")
                .containsEntry("RETRY_ATTEMPTS", "0");
        // The target would have got this at the first attempt.
        assertThat(targets.bodies).containsExactly("attempt 1");
        assertThat(targets.calls).hasSize(1);
    }

    @Test
    void noTimeComesTwiceWhenTheClockIsPutBack() throws Exception {
        Name name = schedule("back", "rate(1 hour)", 1);
        Eventually.within(SOON, () -> targets.calls.size() == 1);
        clock.forward(Duration.ofHours(1));
        Eventually.within(SOON, () -> history(name).succeeded().size() == 2);
        clock.forward(Duration.ofMinutes(-50));
        schedule("other", "rate(1 day)", 1);
        Eventually.within(SOON, () -> targets.calls.size() == 3);
        assertThat(history(name).succeeded()).hasSize(2);
        clock.forward(Duration.ofMinutes(111));
        Eventually.within(SOON, () -> history(name).succeeded().size() == 3);
    }

    @Test
    void aClockThatWasWrongByYearsDoesNotStopSchedules() throws Exception {
        clock.forward(Duration.ofDays(1000));
        Name name = schedule("healed", "cron(0/1 * * * ? *)", 1);
        clock.forward(Duration.ofMinutes(1));
        // One, or two when a minute is over just now.
        Eventually.within(SOON, () -> !history(name).succeeded().isEmpty());
        Instant wrong = clock.instant().minus(Duration.ofDays(1));
        clock.forward(Duration.ofDays(-1000));
        Eventually.within(SOON, () -> {
            clock.forward(Duration.ofSeconds(30));
            return history(name).succeeded().stream()
                            .filter(run -> run.scheduledTime().isBefore(wrong))
                            .count()
                    >= 2;
        });
    }

    @Test
    void aRunThatWasUnderWayIsMadeAgainAfterARestart() throws Exception {
        targets.gate = new Semaphore(0);
        Name name = schedule("killed", "rate(1 day)", 1);
        Eventually.within(SOON, () -> targets.calls.size() == 1);
        stop();
        targets.gate = null;
        start();
        Eventually.within(SOON, () -> history(name).succeeded().size() == 1);
        assertThat(targets.calls).hasSize(2);
        assertThat(targets.calls.get(1)).isEqualTo(targets.calls.getFirst());
    }

    @Test
    void theLastThreeSuccessfulRunsAndTheLastFailedOneAreKept() throws Exception {
        Name name = schedule("kept", "rate(1 hour)", 0);
        List<Instant> times = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Eventually.within(SOON, () -> {
                List<RunHistory.Run> runs = history(name).succeeded();
                return !runs.isEmpty() && !times.contains(runs.getFirst().scheduledTime());
            });
            times.addFirst(history(name).succeeded().getFirst().scheduledTime());
            targets.failures.set(i == 4 ? 1 : 0);
            clock.forward(Duration.ofHours(1));
        }
        Eventually.within(SOON, () -> history(name).failed() != null);
        assertThat(history(name).succeeded())
                .extracting(RunHistory.Run::scheduledTime)
                .containsExactlyElementsOf(times.subList(0, 3));
        assertThat(Objects.requireNonNull(history(name).failed()).scheduledTime())
                .isEqualTo(times.getFirst().plus(Duration.ofHours(1)));
    }

    @Test
    void aScheduleThatWasSwitchedOffMeanwhileIsNotDeleted() throws Exception {
        targets.gate = new Semaphore(0);
        Name name = schedule("off", "rate(1 day)", 1);
        Eventually.within(SOON, () -> targets.calls.size() == 1);
        Settings before = schedules.get(name).settings();
        schedules.update(
                name,
                new Settings(
                        before.expression(),
                        "UTC",
                        null,
                        null,
                        before.window(),
                        "DISABLED",
                        "DELETE",
                        null,
                        null,
                        before.target()));
        Objects.requireNonNull(targets.gate).release();
        Eventually.within(SOON, () -> history(name).succeeded().size() == 1);
        // Waits for the call to be over.
        schedules.close();
        assertThat(schedules.find(name)).isPresent();
    }

    @Test
    void runsOverlap() throws Exception {
        targets.gate = new Semaphore(0);
        schedule("overlapping", "rate(1 minute)", 1);
        Eventually.within(SOON, () -> targets.calls.size() == 1);
        clock.forward(Duration.ofMinutes(1));
        Eventually.within(SOON, () -> targets.calls.size() == 2);
    }

    @Test
    void deletingAScheduleEndsItsRetries() throws Exception {
        targets.failures.set(100);
        Semaphore gate = new Semaphore(0);
        targets.gate = gate;
        Name name = schedule("deleted", "rate(1 day)", 100);
        Eventually.within(SOON, () -> targets.calls.size() == 1);
        schedules.delete(name);
        gate.release(100);
        Eventually.within(SOON, () -> {
            clock.forward(Duration.ofSeconds(1));
            return deliveries().isEmpty();
        });
        assertThat(targets.calls).hasSize(1);
        assertThat(targets.buried).isEmpty();
    }
}
