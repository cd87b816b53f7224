package dev.podium.lambda.invoke;

import dev.podium.lambda.invoke.Environment.State;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The environments of one deployment, and the invocations that wait for one.
///
/// The lock guards the queues and the environments' states; it is never held across I/O.
final class EnvironmentGroup {
    /// What [#acquire] gives.
    ///
    /// @param failed the environment that the failure is about, if it is about one
    record Acquired(
            @Nullable Environment environment,
            @Nullable StartFailure failure,
            @Nullable Environment failed) {
        Acquired(@Nullable Environment environment, @Nullable StartFailure failure) {
            this(environment, failure, null);
        }
    }

    private final Surroundings surroundings;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Environment> idle = new ArrayDeque<>();
    private final Provision provision = new Provision();
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
    private final Set<Environment> all = new HashSet<>();
    private int starting;
    private boolean retired;
    private volatile Deployment deployment;

    /// Makes a group without environments.
    ///
    /// @param provisioned how many there are to be in any case, from the first [#replenish]
    EnvironmentGroup(Deployment deployment, Surroundings surroundings, int provisioned) {
        this.deployment = deployment;
        this.surroundings = surroundings;
        this.provision.target = provisioned;
    }

    Deployment deployment() {
        return deployment;
    }

    /// Takes a newer revision with the same fingerprint.
    void revise(Deployment newer) {
        deployment = newer;
    }

    /// Takes the environment that was used most recently, or waits for whichever frees up or starts first.
    ///
    /// Every waiting invocation has one new pod on its way, created in parallel, up to the limit.
    Acquired acquire(long deadlineNanos) throws InterruptedException {
        Waiter waiter;
        Environment toStart;
        lock.lock();
        try {
            Environment free = provision.idle.pollLast();
            if (free == null) {
                free = idle.pollLast();
            }
            if (free != null) {
                free.state = State.BUSY;
                return new Acquired(free, null);
            }
            waiter = new Waiter();
            waiters.addLast(waiter);
            toStart = startIfWanted();
        } finally {
            lock.unlock();
        }
        if (toStart != null) {
            surroundings.start(toStart);
        }
        long installing = surroundings.installing(deployment).toNanos();
        return waiter.await(deadlineNanos + installing, () -> withdraw(waiter));
    }

    /// False when the waiter was served meanwhile.
    private boolean withdraw(Waiter waiter) {
        lock.lock();
        try {
            return waiters.remove(waiter);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Environment startIfWanted() {
        int max = surroundings.maxEnvironments();
        if (starting >= waiters.size() || (max > 0 && all.size() >= max)) {
            return null;
        }
        return made(false);
    }

    private Environment made(boolean provisioned) {
        Environment environment = new Environment(this, provisioned);
        starting++;
        all.add(environment);
        if (provisioned) {
            provision.count++;
        }
        return environment;
    }

    /// Takes in an environment whose pod outlived the server.
    ///
    /// @param provisioned whether it was made for provisioned concurrency
    Environment adopt(boolean provisioned) {
        lock.lock();
        try {
            Environment environment = made(provisioned);
            environment.adopted = true;
            return environment;
        } finally {
            lock.unlock();
        }
    }

    /// Counts no longer on an environment that is still starting: those who wait for it get another one.
    void late(Environment environment) {
        List<Environment> toStart = new ArrayList<>();
        lock.lock();
        try {
            if (environment.state != State.STARTING || environment.late) {
                return;
            }
            environment.late = true;
            starting--;
            for (Environment one = startIfWanted(); one != null; one = startIfWanted()) {
                toStart.add(one);
            }
        } finally {
            lock.unlock();
        }
        toStart.forEach(surroundings::start);
    }

    /// Keeps so many environments initialised from now on, beyond any limit on the group; 0 gives them up.
    ///
    /// @param start whether to start what is missing, or to wait for [#replenish]
    void provision(int count, boolean start) {
        List<Environment> ended = new ArrayList<>();
        lock.lock();
        try {
            provision.target = retired ? 0 : count;
            provision.failures = 0;
            while (provision.count > provision.target && !provision.idle.isEmpty()) {
                ended.add(provision.idle.removeFirst());
                remove(ended.getLast());
            }
        } finally {
            lock.unlock();
        }
        ended.forEach(surroundings::end);
        if (start) {
            replenish();
        }
    }

    /// Starts what is missing of the provisioned environments.
    void replenish() {
        List<Environment> toStart = new ArrayList<>();
        lock.lock();
        try {
            while (provision.count < provision.target) {
                toStart.add(made(true));
            }
        } finally {
            lock.unlock();
        }
        toStart.forEach(surroundings::start);
    }

    /// How its provisioned concurrency is doing.
    Provisioned provisioned() {
        lock.lock();
        try {
            return provision.snapshot();
        } finally {
            lock.unlock();
        }
    }

    /// A starting environment can serve.
    void ready(Environment environment) {
        boolean end;
        lock.lock();
        try {
            if (environment.state != State.STARTING) {
                return;
            }
            starting -= environment.late ? 0 : 1;
            end = !serveOrRest(environment);
            if (environment.provisioned && !end) {
                provision.came();
            }
        } finally {
            lock.unlock();
        }
        if (end) {
            surroundings.end(environment);
        } else if (!environment.provisioned) {
            surroundings.watchIdle(environment);
        }
    }

    /// An invocation is over and its environment is sound.
    void release(Environment environment) {
        boolean end;
        Environment toStart = null;
        lock.lock();
        try {
            if (environment.state != State.BUSY) {
                return;
            }
            if (surroundings.reuse() || environment.provisioned) {
                end = !serveOrRest(environment);
            } else {
                remove(environment);
                end = true;
                toStart = startIfWanted();
            }
        } finally {
            lock.unlock();
        }
        if (end) {
            surroundings.end(environment);
        }
        if (toStart != null) {
            surroundings.start(toStart);
        }
    }

    /// Hands the environment to the first waiter, or lays it up; false when it isn't wanted any more.
    private boolean serveOrRest(Environment environment) {
        Waiter waiter = waiters.pollFirst();
        if (waiter != null) {
            environment.state = State.BUSY;
            waiter.serve(environment);
            return true;
        }
        if (retired || provision.isTooMuch(environment)) {
            remove(environment);
            return false;
        }
        environment.state = State.IDLE;
        environment.idleSince = System.nanoTime();
        (environment.provisioned ? provision.idle : idle).addLast(environment);
        return true;
    }

    private void remove(Environment environment) {
        if (environment.provisioned) {
            provision.left(environment);
        }
        environment.state = State.GONE;
        all.remove(environment);
    }

    /// Gives up an environment that was running an invocation.
    void discard(Environment environment) {
        end(environment, State.BUSY);
    }

    /// Gives up an environment if it is idle.
    boolean discardIdle(Environment environment) {
        return end(environment, State.IDLE);
    }

    private boolean end(Environment environment, State from) {
        Environment toStart;
        lock.lock();
        try {
            if (environment.state != from) {
                return false;
            }
            idle.remove(environment);
            provision.idle.remove(environment);
            remove(environment);
            toStart = startIfWanted();
            if (from == State.IDLE && environment.provisioned) {
                provision.failed("an idle environment ended");
            }
        } finally {
            lock.unlock();
        }
        surroundings.end(environment);
        if (toStart != null) {
            surroundings.start(toStart);
        }
        refill(environment);
        return true;
    }

    /// Replaces a provisioned environment that is gone; ever later when they don't last.
    private void refill(Environment gone) {
        if (!gone.provisioned) {
            return;
        }
        Duration delay;
        lock.lock();
        try {
            if (provision.count >= provision.target) {
                return;
            }
            delay = provision.pause();
        } finally {
            lock.unlock();
        }
        if (delay.isZero()) {
            replenish();
        } else {
            surroundings.replenishLater(this, delay);
        }
    }

    /// A starting environment will never be ready: the first waiter hears why.
    ///
    /// @return false when it wasn't starting
    boolean failedWhileStarting(Environment environment, StartFailure failure) {
        Environment toStart;
        lock.lock();
        try {
            if (environment.state != State.STARTING) {
                return false;
            }
            starting -= environment.late ? 0 : 1;
            remove(environment);
            if (environment.provisioned) {
                provision.failed(failure.reason());
            }
            // Not when others are on their way and fewer wait: then one of those will serve. Nor when it was one of
            // an earlier server's: a new one may do better.
            Waiter waiter = waiters.size() > starting && !environment.adopted ? waiters.pollFirst() : null;
            if (waiter != null) {
                waiter.fail(failure, environment);
            }
            toStart = startIfWanted();
        } finally {
            lock.unlock();
        }
        surroundings.end(environment);
        if (toStart != null) {
            surroundings.start(toStart);
        }
        refill(environment);
        return true;
    }

    /// What the group's environments run on.
    Surroundings surroundings() {
        return surroundings;
    }

    /// Tells whether an environment is still on its way.
    boolean isStarting(Environment environment) {
        lock.lock();
        try {
            return environment.state == State.STARTING;
        } finally {
            lock.unlock();
        }
    }

    /// Tells whether an environment was given up.
    boolean isGone(Environment environment) {
        lock.lock();
        try {
            return environment.state == State.GONE;
        } finally {
            lock.unlock();
        }
    }

    /// Ends all idle environments; the others follow when they are done. Waiting invocations are still served.
    ///
    /// @param superseded whether another group takes its place, whose first environment may be starting now
    void retire(boolean superseded) {
        List<Environment> ended;
        lock.lock();
        try {
            retired = true;
            provision.target = 0;
            ended = new ArrayList<>(idle);
            ended.addAll(provision.idle);
            idle.clear();
            provision.idle.clear();
            ended.forEach(this::remove);
        } finally {
            lock.unlock();
        }
        ended.forEach(superseded ? surroundings::endSoon : surroundings::end);
    }
}
