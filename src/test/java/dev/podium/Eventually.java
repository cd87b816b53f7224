package dev.podium;

import java.time.Duration;
import org.jspecify.annotations.NullMarked;

/// The one way in which tests wait.
@NullMarked
public final class Eventually {
    private Eventually() {}

    /// A condition that may throw: an exception or error counts as "not yet".
    @FunctionalInterface
    public interface Condition {
        /// Tells whether what the test waits for has happened.
        boolean holds() throws Exception;
    }

    /// Waits until the condition holds, at most `limit`.
    ///
    /// @throws AssertionError with the last failure as its cause when the time is over
    public static void within(Duration limit, Condition condition) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        Throwable last = null;
        do {
            try {
                if (condition.holds()) {
                    return;
                }
                last = null;
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception | AssertionError e) {
                last = e;
            }
            Thread.sleep(10);
        } while (System.nanoTime() < end);
        throw new AssertionError("did not hold within " + limit, last);
    }
}
