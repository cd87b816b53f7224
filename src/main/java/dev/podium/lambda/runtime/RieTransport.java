package dev.podium.lambda.runtime;

import java.time.Duration;

/// Events for the runtime interface emulator that AWS images carry (`POST
/// /2015-03-31/functions/function/invocations`).
@SuppressWarnings("DoNotCallSuggester")
public final class RieTransport implements Transport, AutoCloseable {
    /// A transport to a server; connects on first use.
    public RieTransport(String host, int port) {}

    /// Waits until the server is ready.
    ///
    /// @return false if it isn't in time
    public boolean awaitReady(Duration limit) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    @Override
    public Outcome invoke(Event event, long deadlineNanos) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
