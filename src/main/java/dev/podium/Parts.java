package dev.podium;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/// What is open, closed in reverse order. Safe for use by many threads: services are opened by their first request.
final class Parts implements AutoCloseable {
    private static final Logger LOG = System.getLogger("podium");

    private final Deque<AutoCloseable> open = new ConcurrentLinkedDeque<>();

    /// Has a part closed before all that were added earlier.
    ///
    /// @return the part
    <T extends AutoCloseable> T add(T part) {
        open.push(part);
        return part;
    }

    @Override
    public void close() {
        for (AutoCloseable part = open.poll(); part != null; part = open.poll()) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.log(Level.WARNING, "close of " + part.getClass().getSimpleName() + " failed", e);
            }
        }
    }
}
