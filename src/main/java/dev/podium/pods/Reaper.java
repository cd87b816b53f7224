package dev.podium.pods;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/// Deletes pods in the background, and goes on trying until they are gone: nobody waits for it.
public final class Reaper implements AutoCloseable {
    private static final Logger LOG = System.getLogger("pods");
    private static final long FIRST_PAUSE_MILLIS = 500;
    private static final long LONGEST_PAUSE_MILLIS = 30_000;

    private final Pods pods;
    private final Set<Thread> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /// A reaper of these pods.
    public Reaper(Pods pods) {
        this.pods = pods;
    }

    /// Deletes a pod of this instance; returns at once.
    public void delete(String name) {
        Thread thread = Thread.ofVirtual().name("pod-reaper-" + name).unstarted(() -> run(name));
        running.add(thread);
        if (closed) {
            // What is left over is found and deleted at the next start.
            running.remove(thread);
            return;
        }
        thread.start();
    }

    private void run(String name) {
        try {
            long pause = FIRST_PAUSE_MILLIS;
            while (!tried(name)) {
                Thread.sleep(pause + ThreadLocalRandom.current().nextLong(pause));
                pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            running.remove(Thread.currentThread());
        }
    }

    private boolean tried(String name) throws InterruptedException {
        try {
            pods.delete(name);
            return true;
        } catch (PodException e) {
            LOG.log(Level.WARNING, "pod not deleted yet name={0} why={1}", name, e.getMessage());
            return false;
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "deletion of pod " + name + " failed", e);
            return false;
        }
    }

    /// Ends at most a second after; deletions under way are let finish until then.
    @Override
    public void close() {
        closed = true;
        long end = System.nanoTime() + 1_000_000_000L;
        try {
            for (Thread thread : running) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left > 0) {
                    thread.join(left);
                }
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
