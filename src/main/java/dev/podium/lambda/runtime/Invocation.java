package dev.podium.lambda.runtime;

import dev.podium.http.wire.WireExchange;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// An event under way: the invoking thread waits until someone completes it.
final class Invocation {
    private final Event event;
    private final Thread invoker = Thread.currentThread();
    private final AtomicReference<@Nullable Outcome> outcome = new AtomicReference<>();
    private volatile @Nullable WireExchange deliveredOn;

    Invocation(Event event) {
        this.event = event;
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
        return earlier == null ? ended : earlier;
    }

    /// Has the invoker look again how long it should wait.
    void wake() {
        LockSupport.unpark(invoker);
    }
}
