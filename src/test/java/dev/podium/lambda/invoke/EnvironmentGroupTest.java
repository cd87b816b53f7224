package dev.podium.lambda.invoke;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import dev.podium.lambda.invoke.EnvironmentGroup.Acquired;
import dev.podium.pods.PodState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Who gets which environment, without any pod.
@NullMarked
final class EnvironmentGroupTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    private final Recorded recorded = new Recorded();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final EnvironmentGroup group = new EnvironmentGroup(deployment(), recorded, 0);

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void everyWaiterGetsANewEnvironmentInParallel() throws Exception {
        List<Future<Acquired>> waiting = acquire(3);
        Eventually.within(SOON, () -> recorded.started.size() == 3);
        recorded.started.forEach(group::ready);
        for (Future<Acquired> one : waiting) {
            assertThat(one.get().environment()).isNotNull();
        }
    }

    @Test
    void whicheverFreesUpFirstServes() throws Exception {
        Future<Acquired> first = acquire(1).getFirst();
        Eventually.within(SOON, () -> recorded.started.size() == 1);
        Environment one = recorded.started.getFirst();
        group.ready(one);
        first.get();
        Future<Acquired> second = acquire(1).getFirst();
        Eventually.within(SOON, () -> recorded.started.size() == 2);
        group.release(one);
        assertThat(second.get().environment()).isSameAs(one);
        group.ready(recorded.started.get(1));
        assertThat(group.acquire(soon()).environment()).isSameAs(recorded.started.get(1));
    }

    @Test
    void whoWaitsForAnInstallationWaitsLonger() throws Exception {
        EnvironmentGroup other = new EnvironmentGroup(deployment(), new Recorded(), 0);
        assertThat(other.acquire(System.nanoTime()).failure()).isNotNull();
        recorded.installing = SOON;
        Future<Acquired> patient = threads.submit(() -> group.acquire(System.nanoTime()));
        Eventually.within(SOON, () -> recorded.started.size() == 1);
        group.ready(recorded.started.getFirst());
        assertThat(patient.get().environment()).isNotNull();
    }

    @Test
    void mostRecentlyUsedIsReused() throws Exception {
        List<Environment> two = twoIdle();
        assertThat(group.acquire(soon()).environment()).isSameAs(two.get(1));
        assertThat(group.acquire(soon()).environment()).isSameAs(two.get(0));
    }

    @Test
    void failureGoesToOneWaiterOnly() throws Exception {
        List<Future<Acquired>> waiting = acquire(2);
        Eventually.within(SOON, () -> recorded.started.size() == 2);
        group.failedWhileStarting(recorded.started.get(0), new StartFailure.Unavailable("no room"));
        group.ready(recorded.started.get(1));
        List<Acquired> results = new ArrayList<>();
        for (Future<Acquired> one : waiting) {
            results.add(one.get());
        }
        assertThat(results).filteredOn(result -> result.failure() != null).hasSize(1);
        assertThat(results).filteredOn(result -> result.environment() != null).hasSize(1);
        assertThat(recorded.ended).containsExactly(recorded.started.get(0));
    }

    @Test
    void limitMakesInvocationsWaitForAFreeOne() throws Exception {
        recorded.max = 1;
        List<Future<Acquired>> waiting = acquire(3);
        Eventually.within(SOON, () -> recorded.started.size() == 1);
        Environment only = recorded.started.getFirst();
        group.ready(only);
        for (int served = 1; served <= 3; served++) {
            int expected = served;
            Eventually.within(
                    SOON, () -> waiting.stream().filter(Future::isDone).count() == expected);
            group.release(only);
        }
        assertThat(recorded.started).hasSize(1);
    }

    @Test
    void brokenEnvironmentIsReplacedForThoseWhoWait() throws Exception {
        recorded.max = 1;
        List<Future<Acquired>> waiting = acquire(2);
        Eventually.within(SOON, () -> recorded.started.size() == 1);
        group.ready(recorded.started.getFirst());
        Eventually.within(SOON, () -> waiting.stream().filter(Future::isDone).count() == 1);
        group.discard(recorded.started.getFirst());
        Eventually.within(SOON, () -> recorded.started.size() == 2);
        group.ready(recorded.started.get(1));
        for (Future<Acquired> one : waiting) {
            assertThat(one.get().environment()).isNotNull();
        }
    }

    @Test
    void retiredGroupKeepsNothing() throws Exception {
        List<Environment> two = twoIdle();
        assertThat(group.acquire(soon()).environment()).isSameAs(two.get(1));
        group.retire(false);
        assertThat(recorded.ended).containsExactly(two.get(0));
        group.release(two.get(1));
        assertThat(recorded.ended).containsExactly(two.get(0), two.get(1));
    }

    @Test
    void supersededGroupsPodsMakeWayForThoseOfTheNext() throws Exception {
        List<Environment> two = twoIdle();
        group.retire(true);
        assertThat(recorded.endedSoon).containsExactlyElementsOf(two);
        assertThat(recorded.ended).isEmpty();
    }

    @Test
    void withoutReuseEveryInvocationGetsItsOwn() throws Exception {
        recorded.reuse = false;
        Future<Acquired> first = acquire(1).getFirst();
        Eventually.within(SOON, () -> recorded.started.size() == 1);
        group.ready(recorded.started.getFirst());
        first.get();
        group.release(recorded.started.getFirst());
        assertThat(recorded.ended).containsExactly(recorded.started.getFirst());
    }

    @Test
    void waitEndsInTime() throws Exception {
        Acquired result = group.acquire(System.nanoTime() + 20_000_000);
        assertThat(result.failure()).isInstanceOf(StartFailure.Unavailable.class);
        Environment late = recorded.started.getFirst();
        group.ready(late);
        assertThat(group.acquire(soon()).environment()).isSameAs(late);
    }

    @Test
    void provisionedEnvironmentsStartWithoutAnInvocationAndStay() throws Exception {
        recorded.reuse = false;
        group.provision(2, true);
        assertThat(recorded.started).hasSize(2).allMatch(one -> one.provisioned);
        assertThat(group.provisioned()).isEqualTo(new Provisioned(2, 2, 0, null));
        recorded.started.forEach(group::ready);
        assertThat(group.provisioned()).isEqualTo(new Provisioned(2, 2, 2, null));
        assertThat(recorded.watched).isEmpty();
        Environment one = group.acquire(soon()).environment();
        assertThat(one).isIn(recorded.started);
        assertThat(group.provisioned().available()).isEqualTo(2);
        group.release(recorded.started.get(1));
        assertThat(recorded.ended).isEmpty();
        assertThat(recorded.started).hasSize(2);
    }

    @Test
    void provisionedEnvironmentsServeFirstAndOthersTheRest() throws Exception {
        Future<Acquired> waiting = acquire(1).getFirst();
        Eventually.within(SOON, () -> recorded.started.size() == 1);
        Environment onDemand = recorded.started.getFirst();
        group.ready(onDemand);
        waiting.get();
        group.provision(1, true);
        Environment provisioned = recorded.started.get(1);
        group.ready(provisioned);
        group.release(onDemand);
        assertThat(group.acquire(soon()).environment()).isSameAs(provisioned);
        assertThat(group.acquire(soon()).environment()).isSameAs(onDemand);
    }

    @Test
    void provisionedEnvironmentThatEndsIsReplaced() throws Exception {
        group.provision(1, true);
        group.ready(recorded.started.getFirst());
        Environment busy = group.acquire(soon()).environment();
        assertThat(busy).isNotNull();
        group.discard(recorded.started.getFirst());
        assertThat(recorded.started).hasSize(2);
        group.ready(recorded.started.get(1));
        assertThat(group.provisioned()).isEqualTo(new Provisioned(1, 1, 1, null));
    }

    @Test
    void provisionedEnvironmentThatFailsIsTriedLaterAndLater() {
        group.provision(1, true);
        group.failedWhileStarting(recorded.started.getFirst(), new StartFailure.Unavailable("no room"));
        assertThat(recorded.started).hasSize(1);
        assertThat(group.provisioned().failure()).contains("no room");
        group.replenish();
        group.failedWhileStarting(recorded.started.get(1), new StartFailure.Unavailable("no room"));
        assertThat(recorded.later).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2));
        group.replenish();
        group.ready(recorded.started.get(2));
        assertThat(group.provisioned()).isEqualTo(new Provisioned(1, 1, 1, null));
        group.discardIdle(recorded.started.get(2));
        assertThat(recorded.started).hasSize(3);
        assertThat(recorded.later).hasSize(3);
    }

    @Test
    void fewerProvisionedEnvironmentsEndWhenTheyAreIdle() throws Exception {
        group.provision(3, true);
        group.ready(recorded.started.get(0));
        group.ready(recorded.started.get(1));
        Environment busy = group.acquire(soon()).environment();
        assertThat(busy).isSameAs(recorded.started.get(1));
        group.provision(0, true);
        assertThat(recorded.ended).containsExactly(recorded.started.get(0));
        group.ready(recorded.started.get(2));
        group.release(recorded.started.get(1));
        assertThat(recorded.ended).hasSize(3);
        assertThat(group.provisioned()).isEqualTo(Provisioned.NONE);
        assertThat(recorded.started).hasSize(3);
    }

    @Test
    void limitIsNoneForProvisionedEnvironmentsButTheyCount() throws Exception {
        recorded.max = 1;
        group.provision(2, true);
        assertThat(recorded.started).hasSize(2);
        recorded.started.forEach(group::ready);
        group.acquire(soon());
        group.acquire(soon());
        Future<Acquired> third = acquire(1).getFirst();
        group.release(recorded.started.getFirst());
        assertThat(third.get().environment()).isSameAs(recorded.started.getFirst());
        assertThat(recorded.started).hasSize(2);
    }

    @Test
    void adoptedEnvironmentsCountAsProvisioned() {
        group.provision(2, false);
        Environment adopted = group.adopt(true);
        assertThat(recorded.started).isEmpty();
        group.replenish();
        assertThat(recorded.started).hasSize(1);
        group.ready(adopted);
        assertThat(group.provisioned()).isEqualTo(new Provisioned(2, 2, 1, null));
    }

    @Test
    void retiredGroupHasNoProvisionedEnvironments() {
        group.provision(1, true);
        group.ready(recorded.started.getFirst());
        group.retire(false);
        group.provision(2, true);
        assertThat(recorded.ended).isEqualTo(recorded.started);
        assertThat(recorded.started).hasSize(1);
    }

    @Test
    void invocationWaitsForAnAdoptedEnvironmentButNotForLong() throws Exception {
        Environment adopted = group.adopt(false);
        Future<Acquired> first = acquire(1).getFirst();
        group.ready(adopted);
        assertThat(first.get().environment()).isSameAs(adopted);
        assertThat(recorded.started).isEmpty();

        Environment gone = group.adopt(false);
        Future<Acquired> second = acquire(1).getFirst();
        Eventually.within(SOON, () -> {
            group.late(gone);
            return recorded.started.size() == 1;
        });
        group.failedWhileStarting(gone, new StartFailure.Unavailable("it never came back"));
        group.ready(recorded.started.getFirst());
        assertThat(second.get().environment()).isSameAs(recorded.started.getFirst());
    }

    @Test
    void failureOfAnAdoptedEnvironmentStartsAnother() throws Exception {
        Environment adopted = group.adopt(false);
        Future<Acquired> waiting = acquire(1).getFirst();
        Eventually.within(SOON, () -> {
            group.failedWhileStarting(adopted, new StartFailure.Unavailable("it never came back"));
            return recorded.started.size() == 1;
        });
        group.ready(recorded.started.getFirst());
        assertThat(waiting.get().environment()).isSameAs(recorded.started.getFirst());
    }

    private List<Environment> twoIdle() throws Exception {
        List<Future<Acquired>> waiting = acquire(2);
        Eventually.within(SOON, () -> recorded.started.size() == 2);
        recorded.started.forEach(group::ready);
        for (Future<Acquired> one : waiting) {
            one.get();
        }
        recorded.started.forEach(group::release);
        return List.copyOf(recorded.started);
    }

    private List<Future<Acquired>> acquire(int times) {
        List<Future<Acquired>> all = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            all.add(threads.submit(() -> group.acquire(soon())));
        }
        return all;
    }

    private static long soon() {
        return System.nanoTime() + SOON.toNanos();
    }

    private static Deployment deployment() {
        return Deployment.of(LineageTest.function("f"), "image");
    }

    private static final class Recorded implements Surroundings {
        final List<Environment> started = new CopyOnWriteArrayList<>();
        final List<Environment> ended = new CopyOnWriteArrayList<>();
        final List<Environment> endedSoon = new CopyOnWriteArrayList<>();
        final List<Environment> watched = new CopyOnWriteArrayList<>();
        final List<Duration> later = new CopyOnWriteArrayList<>();
        volatile int max;
        volatile boolean reuse = true;
        volatile Duration installing = Duration.ZERO;

        @Override
        public void start(Environment environment) {
            started.add(environment);
        }

        @Override
        public void running(Environment environment, PodState pod) {}

        @Override
        public void restart(Environment environment) {}

        @Override
        public void noRoom() {}

        @Override
        public void replenishLater(EnvironmentGroup group, Duration delay) {
            later.add(delay);
        }

        @Override
        public void end(Environment environment) {
            ended.add(environment);
        }

        @Override
        public void endSoon(Environment environment) {
            endedSoon.add(environment);
        }

        @Override
        public void watchIdle(Environment environment) {
            watched.add(environment);
        }

        @Override
        public Duration installing(Deployment deployment) {
            return installing;
        }

        @Override
        public int maxEnvironments() {
            return max;
        }

        @Override
        public boolean reuse() {
            return reuse;
        }
    }
}
