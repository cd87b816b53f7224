package dev.podium.lambda.runtime;

import org.jspecify.annotations.Nullable;

/// Why a session's runtime can't answer any more. Guarded by the session's lock.
final class RuntimeEnd {
    /// The session was closed.
    @Nullable
    String closedWhy;

    /// The runtime's process, or an extension's, has ended.
    @Nullable
    RuntimeExit exit;

    /// The runtime could not initialise the function.
    @Nullable
    FunctionError initError;

    /// Notes a failed initialisation; false when one is known.
    boolean initFailed(FunctionError error) {
        boolean first = initError == null;
        initError = first ? error : initError;
        return first;
    }

    /// Notes the end of a process; false when one is known.
    boolean exited(RuntimeExit how) {
        boolean first = exit == null;
        exit = first ? how : exit;
        return first;
    }

    /// Whether it ended by itself.
    boolean failed() {
        return exit != null || initError != null;
    }

    /// What an invocation gets now; null while the runtime can answer.
    ///
    /// @param ready whether the environment was ready before
    @Nullable
    Outcome outcome(boolean ready) {
        if (closedWhy != null) {
            return new Outcome.Lost(closedWhy, false);
        }
        if (initError != null) {
            return new Outcome.InitError(initError);
        }
        if (exit != null) {
            return ready ? new Outcome.Lost("the runtime had exited", false) : new Outcome.Exited(exit);
        }
        return null;
    }
}
