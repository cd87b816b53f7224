package dev.podium.lambda.invoke;

import dev.podium.lambda.invoke.Environment.State;
import dev.podium.pods.PodState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The environments of one deployment, and the invocations that wait for one.
///
/// The lock guards the queues and the environments' states; it is never held across I/O.
final class EnvironmentGroup {
    /// What a group asks of its surroundings. Must not block.
    interface Surroundings {
        /// Makes a pod for the environment, on a thread of its own.
        void start(Environment environment);

        /// The environment's pod has an address: connect to it if it doesn't connect itself.
        void running(Environment environment, PodState pod);

        /// The image has no shell: replaces the environment's pod by one with an init container.
        void restart(Environment environment);

        /// Gives the environment's pod up.
        void end(Environment environment);

        /// The environment is idle for the first time.
        void watchIdle(Environment environment);

        /// Environments beyond this number aren't made; 0 for no limit.
        int maxEnvironments();

        /// Whether an environment may serve a second invocation.
        boolean reuse();
    }

    /// An invocation that waits: gets either an environment or the reason why there is none.
    private static final class Waiter {
        final Thread thread = Thread.currentThread();
        volatile @Nullable Environment environment;
        volatile @Nullable StartFailure failure;

        boolean done() {
            return environment != null || failure != null;
        }
    }

    /// What [#acquire] gives.
    record Acquired(
            @Nullable Environment environment, @Nullable StartFailure failure) {}

    private final Surroundings surroundings;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Environment> idle = new ArrayDeque<>();
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
    private final Set<Environment> all = new HashSet<>();
    private int starting;
    private boolean retired;
    private volatile Deployment deployment;

    EnvironmentGroup(Deployment deployment, Surroundings surroundings) {
        this.deployment = deployment;
        this.surroundings = surroundings;
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
        Environment toStart = null;
        lock.lock();
        try {
            Environment free = idle.pollLast();
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
        return await(waiter, deadlineNanos);
    }

    private Acquired await(Waiter waiter, long deadlineNanos) throws InterruptedException {
        boolean interrupted = false;
        while (!waiter.done()) {
            long left = deadlineNanos - System.nanoTime();
            interrupted |= Thread.interrupted();
            if ((left <= 0 || interrupted) && withdraw(waiter)) {
                if (interrupted) {
                    throw new InterruptedException();
                }
                return new Acquired(null, new StartFailure.Unavailable("no environment became free in time"));
            }
            LockSupport.parkNanos(this, Math.max(left, 1));
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return new Acquired(waiter.environment, waiter.failure);
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
        Environment environment = new Environment(this);
        starting++;
        all.add(environment);
        return environment;
    }

    /// Takes in an environment whose pod outlived the server.
    Environment adopt() {
        lock.lock();
        try {
            Environment environment = new Environment(this);
            starting++;
            all.add(environment);
            return environment;
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
            starting--;
            end = !serveOrRest(environment);
        } finally {
            lock.unlock();
        }
        if (end) {
            surroundings.end(environment);
        } else {
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
            if (surroundings.reuse()) {
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
            waiter.environment = environment;
            LockSupport.unpark(waiter.thread);
            return true;
        }
        if (retired) {
            remove(environment);
            return false;
        }
        environment.state = State.IDLE;
        environment.idleSince = System.nanoTime();
        idle.addLast(environment);
        return true;
    }

    private void remove(Environment environment) {
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
            remove(environment);
            toStart = startIfWanted();
        } finally {
            lock.unlock();
        }
        surroundings.end(environment);
        if (toStart != null) {
            surroundings.start(toStart);
        }
        return true;
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
            starting--;
            remove(environment);
            // Not when others are on their way and fewer wait: then one of those will serve.
            Waiter waiter = waiters.size() > starting ? waiters.pollFirst() : null;
            if (waiter != null) {
                waiter.failure = failure;
                LockSupport.unpark(waiter.thread);
            }
            toStart = startIfWanted();
        } finally {
            lock.unlock();
        }
        surroundings.end(environment);
        if (toStart != null) {
            surroundings.start(toStart);
        }
        return true;
    }

    /// The pod of an environment runs.
    void running(Environment environment, PodState pod) {
        surroundings.running(environment, pod);
    }

    /// Replaces the pod of an environment whose image has no shell.
    void restart(Environment environment) {
        surroundings.restart(environment);
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
    void retire() {
        List<Environment> ended;
        lock.lock();
        try {
            retired = true;
            ended = new ArrayList<>(idle);
            idle.clear();
            ended.forEach(this::remove);
        } finally {
            lock.unlock();
        }
        ended.forEach(surroundings::end);
    }
}
