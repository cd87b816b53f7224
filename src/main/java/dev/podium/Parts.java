package dev.podium;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;

/// What is open, closed in reverse order.
final class Parts implements AutoCloseable {
    private static final Logger LOG = System.getLogger("podium");

    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    /// Has a part closed before all that were added earlier.
    ///
    /// @return the part
    <T extends AutoCloseable> T add(T part) {
        open.push(part);
        return part;
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            AutoCloseable part = open.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.log(Level.WARNING, "close of " + part.getClass().getSimpleName() + " failed", e);
            }
        }
    }
}
