package dev.podium.lambda.runtime;

import dev.podium.http.wire.WireExchange;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// How an invoking thread waits for a session's runtime: until its answer, its deadline, or the loss of its
/// connection.
final class RuntimeWait {
    /// An invoker whose client takes nothing would keep its environment for ever.
    private static final long STALLED_NANOS = 2_000_000_000L;

    private final RuntimeSession session;
    private volatile boolean keepsConnection; // the client is known to use one connection for many requests
    private volatile boolean away; // the connection of the last /next has ended, and nothing came since
    private volatile long awaySince;
    private volatile boolean alarmSet;
    private volatile long alarmAt;

    RuntimeWait(RuntimeSession session) {
        this.session = session;
    }

    /// Notes a sign of life of the runtime.
    void seen(WireExchange exchange) {
        if (exchange.ordinal() > 1) {
            keepsConnection = true;
        }
        away = false;
    }

    /// Notes that the runtime has no connection now.
    void away() {
        awaySince = System.nanoTime();
        away = true;
    }

    /// Waits on the invoking thread.
    ///
    /// @return the outcome; [Outcome.Streaming] as soon as the function begins to answer
    Outcome await(Invocation invocation) throws InterruptedException {
        long deadlineNanos = invocation.deadlineNanos();
        while (true) {
            StreamedResponse stream = invocation.stream();
            if (stream != null) {
                setAlarm(deadlineNanos);
                return new Outcome.Streaming(stream);
            }
            Outcome outcome = invocation.outcome();
            if (outcome != null) {
                return outcome;
            }
            if (Thread.interrupted()) {
                invocation.complete(new Outcome.Lost("the wait was interrupted", invocation.isDelivered()));
                throw new InterruptedException();
            }
            long now = System.nanoTime();
            long left = deadlineNanos - now;
            if (left <= 0) {
                return invocation.complete(new Outcome.TimedOut());
            }
            if (away && (keepsConnection || !invocation.isDelivered())) {
                long grace = awaySince + session.settings().reconnectGrace().toNanos() - now;
                if (grace <= 0) {
                    return invocation.complete(
                            new Outcome.Lost("the connection to the runtime was lost", invocation.isDelivered()));
                }
                LockSupport.parkNanos(invocation, Math.min(left, grace));
                continue;
            }
            setAlarm(deadlineNanos);
            LockSupport.park(invocation);
        }
    }

    /// The alarm clears the mark before it looks for the invocation: one that saw the mark is woken.
    private void setAlarm(long deadlineNanos) {
        if (!alarmSet || alarmAt - deadlineNanos > 0) {
            alarmAt = deadlineNanos;
            alarmSet = true;
            session.port().deadlines().set(session, deadlineNanos);
        }
    }

    /// The time of an alarm has come: the invoker sees whether its own has, and else sets the next one.
    void alarm(long atNanos, @Nullable Invocation running) {
        if (alarmAt == atNanos) {
            alarmSet = false;
        }
        if (running == null) {
            return;
        }
        StreamedResponse stream = running.stream();
        if (stream == null) {
            if (!running.isDone()) {
                running.wake();
            }
        } else if (!stream.isOver()) {
            streamOverdue(running, stream);
        }
    }

    /// The invoker is at work on the answer and doesn't look at the time itself.
    private void streamOverdue(Invocation running, StreamedResponse stream) {
        long late = System.nanoTime() - running.deadlineNanos();
        if (late < 0) {
            setAlarm(running.deadlineNanos());
            return;
        }
        running.complete(new Outcome.TimedOut());
        stream.cut();
        if (late < STALLED_NANOS) {
            setAlarm(running.deadlineNanos() + STALLED_NANOS);
        } else {
            running.interruptInvoker();
        }
    }
}
