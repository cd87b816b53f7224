package dev.podium.lambda.runtime;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// When an environment is done: with an invocation, and for good. Without extensions, at once.
///
/// AWS gives the caller its answer when the runtime has it, but the environment is busy until every extension
/// that was told of the invocation has asked for the next one; and before an environment ends, its extensions
/// have two seconds.
public final class SessionEnd {
    private static final System.Logger LOG = System.getLogger("lambda");

    private final RuntimeSession session;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Runnable> afterwards = new ArrayList<>(0); // under the lock
    private boolean over; // under the lock
    private volatile boolean overran;

    SessionEnd(RuntimeSession session) {
        this.session = session;
    }

    /// Waits until the environment can take another invocation. Does not block, and nor may the actions.
    ///
    /// @param free run when it can: without extensions at once, by this very thread
    /// @param spent run instead when it never can, since an extension failed or needs more than
    ///     the function's timeout
    public void afterInvocation(Runnable free, Runnable spent) {
        Extensions extensions = session.extensions();
        if (!extensions.any()) {
            free.run();
            return;
        }
        Invocation last = session.last();
        if (last == null) {
            free.run();
            return;
        }
        done(last);
        extensions.whenFree(
                () -> {
                    session.telemetry().report();
                    free.run();
                },
                spent,
                last.deadlineNanos());
    }

    /// Says how an invocation ended, if that wasn't known before: an answer may have been streamed.
    private void done(Invocation last) {
        Outcome outcome = last.outcome();
        if (outcome != null) {
            session.telemetry().done(last.event(), outcome);
        }
    }

    /// Has something done when the extensions have ended, or had their time, after the session was closed.
    /// Without extensions it is done at once, by this very thread. It must not block.
    public void afterwards(Runnable action) {
        lock.lock();
        try {
            if (!over) {
                afterwards.add(action);
                return;
            }
        } finally {
            lock.unlock();
        }
        action.run();
    }

    /// An extension needed more than the function's time.
    void overran() {
        overran = true;
    }

    /// AWS's name for the reason of an end.
    ///
    /// @param otherwise when the last invocation has nothing to do with it
    String reason(@Nullable Invocation last, String otherwise) {
        Outcome outcome = last == null ? null : last.outcome();
        if (overran || outcome instanceof Outcome.TimedOut) {
            return "timeout";
        }
        boolean failed = outcome instanceof Outcome.Exited || outcome instanceof Outcome.Lost;
        return failed ? "failure" : otherwise;
    }

    /// Ends the session: extensions get their SHUTDOWN event, and time.
    void begin(String reason) {
        Extensions extensions = session.extensions();
        Telemetry telemetry = session.telemetry();
        Invocation last = session.last();
        if (last != null) {
            done(last);
        }
        telemetry.close();
        if (extensions.shutdown(reason) || telemetry.isWanted()) {
            Thread.ofVirtual().name("extensions-shutdown").start(this::awaitExtensions);
        } else {
            finish();
        }
    }

    private void awaitExtensions() {
        try {
            long deadline = System.nanoTime() + Extensions.SHUTDOWN_LIMIT.toNanos();
            session.extensions().awaitEnd();
            session.telemetry().awaitEnd(deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            finish();
        }
    }

    private void finish() {
        List<Runnable> actions;
        lock.lock();
        try {
            over = true;
            actions = List.copyOf(afterwards);
            afterwards.clear();
        } finally {
            lock.unlock();
        }
        session.port().forget(session);
        session.extensions().close();
        for (Runnable action : actions) {
            try {
                action.run();
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "the end of an environment failed", e);
            }
        }
    }
}
