package dev.podium.lambda.runtime;

import dev.podium.http.wire.WireExchange;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// An event under way: the invoking thread waits until someone completes it.
final class Invocation {
    private static final byte[] NOTHING = {};

    private volatile Event event;
    private volatile @Nullable Thread invoker = Thread.currentThread();
    private final AtomicReference<@Nullable Outcome> outcome = new AtomicReference<>();
    private final boolean takesStream;
    private final long deadlineNanos;
    private volatile @Nullable WireExchange deliveredOn;
    private volatile @Nullable StreamedResponse stream;

    Invocation(Event event, boolean takesStream, long deadlineNanos) {
        this.event = event;
        this.takesStream = takesStream;
        this.deadlineNanos = deadlineNanos;
    }

    Event event() {
        return event;
    }

    /// The `/next` that took the event; null while none has.
    @Nullable
    WireExchange deliveredOn() {
        return deliveredOn;
    }

    void deliverOn(@Nullable WireExchange next) {
        deliveredOn = next;
    }

    boolean isDelivered() {
        return deliveredOn != null;
    }

    /// Tells whether the invoker takes an answer while it is being written.
    boolean takesStream() {
        return takesStream;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    /// The answer that is being written; null while none is.
    @Nullable
    StreamedResponse stream() {
        return stream;
    }

    /// The function begins to answer. Wakes the invoker.
    void begin(StreamedResponse answer) {
        stream = answer;
        LockSupport.unpark(invoker);
    }

    boolean isDone() {
        return outcome.get() != null;
    }

    @Nullable
    Outcome outcome() {
        return outcome.get();
    }

    /// Settles how it ended; only the first call counts. Wakes the invoker.
    ///
    /// @return the outcome that counts
    Outcome complete(Outcome ended) {
        Outcome earlier = outcome.compareAndExchange(null, ended);
        LockSupport.unpark(invoker);
        StreamedResponse begun = stream;
        if (begun != null && earlier == null && (ended instanceof Outcome.TimedOut || ended instanceof Outcome.Lost)) {
            begun.cut();
        }
        return earlier == null ? ended : earlier;
    }

    /// Forgets what only its invoker wanted, who has it by now: the session remembers its last invocation as
    /// long as it is idle.
    void forget() {
        invoker = null;
        deliveredOn = null;
        Event whole = event;
        event = new Event(
                whole.requestId(),
                NOTHING,
                whole.invokedFunctionArn(),
                whole.deadlineEpochMillis(),
                whole.traceId(),
                null,
                null,
                whole.tenantId());
        if (outcome.get() instanceof Outcome.Success) {
            outcome.set(new Outcome.Success(NOTHING, null));
        } else if (outcome.get() instanceof Outcome.HandlerError error) {
            outcome.set(new Outcome.HandlerError(NOTHING, error.errorType()));
        }
    }

    /// Breaks what the invoker is at: writing to a client that takes nothing.
    void interruptInvoker() {
        Thread waiting = invoker;
        if (waiting != null) {
            waiting.interrupt();
        }
    }

    /// Has the invoker look again how long it should wait.
    void wake() {
        LockSupport.unpark(invoker);
    }
}
