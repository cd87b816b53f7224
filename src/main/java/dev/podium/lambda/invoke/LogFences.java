package dev.podium.lambda.invoke;

import dev.podium.lambda.runtime.RuntimeSession;
import dev.podium.lambda.runtime.StartScript;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Fences in the log of one environment's container, for invocations whose log somebody waits for: the start
/// script
/// writes one before such an invocation gets its event, and one behind its answer, into the same pipe as the
/// function.
///
/// Whoever reads the log has to know a fence's number before the script is told to write it. Used by the invoker
/// that has the environment, and only there where a start script has come.
final class LogFences {
    private final Supplier<@Nullable RuntimeSession> session;
    /// Higher than those of a server that had the pod before.
    private volatile long last = System.currentTimeMillis() * 1000;

    LogFences(Supplier<@Nullable RuntimeSession> session) {
        this.session = session;
    }

    private @Nullable StartScript script() {
        RuntimeSession own = session.get();
        return own == null ? null : own.telemetry().script();
    }

    /// The number of the next fence; 0 where nobody could write it.
    @SuppressWarnings("NonAtomicVolatileUpdate") // one invoker at a time
    long next() {
        StartScript script = script();
        return script != null && script.isKnown() ? ++last : 0;
    }

    /// Has the fence before an invocation written, and waits for it.
    void before(LogRun run) {
        StartScript script = script();
        if (run.fenceBefore > 0 && (script == null || !script.fence(run.fenceBefore, true))) {
            run.fenceBefore = 0;
        }
    }

    /// Has the fence behind an invocation written.
    void behind(LogRun run) {
        StartScript script = script();
        if (run.fenceBehind > 0 && (script == null || !script.fence(run.fenceBehind, false))) {
            run.fenceBehind = 0;
        }
    }
}
