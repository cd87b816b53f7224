package dev.podium.lambda.invoke;

import java.time.Duration;

/// How long a queue waits before it tries again.
///
/// @param base after the first error of a function; the second one waits twice as long
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html">Errors of
/// asynchronous invocations</a>
record RetryDelays(Duration base) {
    private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(1);
    private static final Duration LONGEST_BACK_OFF = Duration.ofMinutes(5);
    private static final int DOUBLINGS = 9;

    /// After the function failed.
    ///
    /// @param attempts how often it has run, 1 or 2
    Duration afterError(int attempts) {
        return base.multipliedBy(attempts);
    }

    /// After the event could not be run, or its record not be sent: doubles from one second to five minutes.
    ///
    /// @param failures how many there were in a row, from 1
    static Duration afterRefusal(int failures) {
        Duration delay = FIRST_BACK_OFF.multipliedBy(1L << Math.min(failures - 1, DOUBLINGS));
        return delay.compareTo(LONGEST_BACK_OFF) < 0 ? delay : LONGEST_BACK_OFF;
    }
}
