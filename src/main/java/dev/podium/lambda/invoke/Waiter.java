package dev.podium.lambda.invoke;

import dev.podium.lambda.invoke.EnvironmentGroup.Acquired;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// An invocation that waits: gets either an environment or the reason why there is none.
final class Waiter {
    private final Thread thread = Thread.currentThread();
    private volatile @Nullable Environment environment;
    private volatile @Nullable Environment failed;
    private volatile @Nullable StartFailure failure;

    /// Ends the wait with an environment.
    void serve(Environment free) {
        environment = free;
        LockSupport.unpark(thread);
    }

    /// Ends the wait without one.
    void fail(StartFailure why, Environment which) {
        failed = which;
        failure = why;
        LockSupport.unpark(thread);
    }

    private boolean done() {
        return environment != null || failure != null;
    }

    /// Waits on the thread that made this.
    ///
    /// @param withdraw gives the place in the queue up; false when the waiter was served meanwhile
    Acquired await(long deadlineNanos, BooleanSupplier withdraw) throws InterruptedException {
        boolean interrupted = false;
        while (!done()) {
            long left = deadlineNanos - System.nanoTime();
            interrupted |= Thread.interrupted();
            if ((left <= 0 || interrupted) && withdraw.getAsBoolean()) {
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
        return new Acquired(environment, failure, failed);
    }
}
