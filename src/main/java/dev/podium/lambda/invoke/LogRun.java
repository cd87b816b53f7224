package dev.podium.lambda.invoke;

import dev.podium.lambda.LambdaFunction;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One invocation as its log shows it. Its invoker fills it; [InvocationLogs] reads it.
final class LogRun {
    final LambdaFunction function;
    final String requestId;
    final boolean tail;
    final long startMillis = System.currentTimeMillis();
    private final Thread invoker = Thread.currentThread();

    // Written before the end is handed over.
    Ending ending = Ending.SUCCESS;
    long endMillis;
    long nanos;
    long initNanos;

    /// Numbers of the fences before and behind its lines in the container's log; 0 for none.
    volatile long fenceBefore;

    volatile long fenceBehind;

    private volatile @Nullable String log;

    LogRun(LambdaFunction function, String requestId, boolean tail) {
        this.function = function;
        this.requestId = requestId;
        this.tail = tail;
    }

    /// How an invocation ended.
    ///
    /// @param status as the Telemetry API has it: `success`, `error`, `timeout` or `failure`
    /// @param errorType or null
    /// @param message what the platform says besides, or null
    /// @param shown whether REPORT shows the status, as AWS does for what the runtime didn't report itself
    record Ending(
            String status,
            @Nullable String errorType,
            @Nullable String message,
            boolean shown) {
        static final Ending SUCCESS = new Ending("success", null, null, false);
    }

    /// Gives the log to whoever waits for it.
    void complete(String text) {
        log = text;
        LockSupport.unpark(invoker);
    }

    /// Waits for the log; what there is when the time is over.
    String await(long deadlineNanos) {
        String text = log;
        while (text == null) {
            long left = deadlineNanos - System.nanoTime();
            if (left <= 0 || Thread.currentThread().isInterrupted()) {
                return "";
            }
            LockSupport.parkNanos(this, left);
            text = log;
        }
        return text;
    }
}
