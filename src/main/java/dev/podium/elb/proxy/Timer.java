package dev.podium.elb.proxy;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// One thread that starts what is due; it is there only while something is.
final class Timer implements AutoCloseable {
    private final ScheduledThreadPoolExecutor executor;

    Timer() {
        executor = new ScheduledThreadPoolExecutor(
                1, Thread.ofVirtual().name("podium-elb-timer").factory());
        executor.setKeepAliveTime(5, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
        executor.setRemoveOnCancelPolicy(true);
    }

    /// Runs a task, which must not block, after a while.
    Future<?> after(Duration delay, Runnable task) {
        return executor.schedule(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException e) {
                        System.getLogger(Timer.class.getName())
                                .log(System.Logger.Level.ERROR, "a load balancer's task failed", e);
                    }
                },
                delay.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
