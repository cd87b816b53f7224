package dev.podium.lambda.runtime;

/// One pod on the runtime port.
@SuppressWarnings("DoNotCallSuggester")
public final class RuntimeSession implements Transport, AutoCloseable {
    RuntimeSession() {}

    /// Gives the pod its function. A pod that asked for its code earlier gets it now. Does not block.
    ///
    /// @throws IllegalStateException if the session has one already
    public void assign(Assignment assignment) {
        throw new UnsupportedOperationException();
    }

    /// Hands over an event; waits for the runtime's `/next` if none is parked yet.
    ///
    /// @throws IllegalStateException if an invocation is under way
    @Override
    public Outcome invoke(Event event, long deadlineNanos) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    /// Ends the session because the pod is known to be gone: a waiting invocation gets [Outcome.Lost] with this
    /// reason.
    public void lost(String why) {
        throw new UnsupportedOperationException();
    }

    /// The name of the pod on the port.
    public String token() {
        throw new UnsupportedOperationException();
    }

    /// The token of its code.
    public String codeToken() {
        throw new UnsupportedOperationException();
    }

    /// Ends the session: parked requests are ended, extensions get their SHUTDOWN event, a waiting invocation is
    /// lost.
    @Override
    public void close() {}
}
