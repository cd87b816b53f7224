package dev.podium.lambda.runtime;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;

/// Wakes the invocations whose time is over.
///
/// A timed wait per invocation would cost more than handing over its event: each wakes the scheduler's timer
/// thread. So a busy environment has one alarm, set for the earliest deadline that it may have to keep and set
/// again only when it goes off.
final class Deadlines implements AutoCloseable {
    private static final Logger LOG = System.getLogger("lambda");

    private final DelayQueue<Alarm> alarms = new DelayQueue<>();
    private final Thread thread = Thread.ofVirtual().name("runtime-deadlines").unstarted(this::run);

    /// Looks at a session at a time of [System#nanoTime].
    private record Alarm(RuntimeSession session, long atNanos) implements Delayed {
        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(atNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return other instanceof Alarm alarm ? Long.compare(atNanos - alarm.atNanos, 0) : -1;
        }
    }

    /// Starts the thread that waits for alarms.
    void start() {
        thread.start();
    }

    /// Has the session look after its invocation at that time.
    void set(RuntimeSession session, long atNanos) {
        alarms.add(new Alarm(session, atNanos));
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Alarm due = alarms.take();
                due.session().alarm(due.atNanos());
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "a deadline failed, the others are kept", e);
            }
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
