package dev.podium.ec2;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.locks.ReentrantLock;

/// Keeps the last message about each thing for a thread of its own, which lives while there are some: who
/// tells must
/// not
/// wait, and of two messages about the same the later one wins.
///
/// @param <V> a message
final class Mailbox<V> {
    private static final Logger LOG = System.getLogger("ec2");

    private final String name;
    private final Reader<V> reader;
    private final ReentrantLock lock = new ReentrantLock();
    private final SequencedMap<String, V> last = new LinkedHashMap<>();
    private boolean working;

    /// @param name of the thread
    Mailbox(String name, Reader<V> reader) {
        this.name = name;
        this.reader = reader;
    }

    /// What is done with a message; a failure is logged.
    @FunctionalInterface
    interface Reader<V> {
        /// Takes the last message about something.
        void read(V message) throws Exception;
    }

    /// Leaves a message; returns at once.
    ///
    /// @param key what it is about
    void tell(String key, V message) {
        lock.lock();
        try {
            last.put(key, message);
            if (!working) {
                working = true;
                Thread.ofVirtual().name(name).start(this::work);
            }
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        while (true) {
            V next;
            lock.lock();
            try {
                Map.Entry<String, V> first = last.pollFirstEntry();
                if (first == null) {
                    working = false;
                    return;
                }
                next = first.getValue();
            } finally {
                lock.unlock();
            }
            try {
                reader.read(next);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                LOG.log(Level.WARNING, name + " failed: " + e.getMessage(), e instanceof RuntimeException ? e : null);
            }
        }
    }
}
