package dev.podium.lambda.runtime;

import java.time.Duration;

/// Events for any web server: POSTed to `/`, ready when `GET /healthz` answers 2xx.
@SuppressWarnings("DoNotCallSuggester")
public final class HttpTransport implements Transport, AutoCloseable {
    /// A transport to a server; connects on first use.
    public HttpTransport(String host, int port) {}

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
