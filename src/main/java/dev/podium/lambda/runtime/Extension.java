package dev.podium.lambda.runtime;

import dev.podium.http.wire.WireExchange;
import java.util.ArrayDeque;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One extension. All of it is guarded by the lock of [Extensions].
final class Extension {
    /// Where an extension is in its life.
    enum State {
        /// The start script has started it.
        STARTED,
        /// It has said which events it wants.
        REGISTERED,
        /// It has asked for its first event.
        READY,
        /// It has reported an error, or its process has ended.
        FAILED
    }

    final String name;
    /// Whether it is a process of its own, started by the start script; else a part of the runtime.
    final boolean external;
    /// Events that wait until it asks.
    final ArrayDeque<ExtensionEvent> queue = new ArrayDeque<>(2);

    Set<String> events = Set.of();
    State state;
    /// Whether it has an INVOKE event that it is not done with.
    boolean busy;
    /// Whether its process is known to have ended.
    boolean ended;
    /// What it reported before its end, or null.
    private @Nullable String reported;
    /// What it failed for, unless its process ends in time and shows how.
    private @Nullable RuntimeExit failure;

    private long failsAtNanos;

    @Nullable
    WireExchange parked;

    Extension(String name, boolean external, State state) {
        this.name = name;
        this.external = external;
        this.state = state;
    }

    /// Whether the environment's initialisation still waits for it.
    boolean initialising() {
        return state == State.STARTED || state == State.REGISTERED;
    }

    /// Whether it has asked for its first event, and hasn't failed.
    boolean isReady() {
        return state == State.READY;
    }

    /// Whether it can take an event of this type.
    boolean takes(String event) {
        return (state == State.REGISTERED || state == State.READY) && !ended && events.contains(event);
    }

    /// It has reported an error of its own.
    ///
    /// @param due when the end of its process is no longer waited for
    void reported(String type, String reason, long due) {
        state = State.FAILED;
        reported = type;
        failure = RuntimeExit.ofExtension(type, reason);
        failsAtNanos = due;
    }

    /// What it failed for, once, when its process has not ended in time.
    @Nullable
    RuntimeExit overdue(long nowNanos) {
        RuntimeExit due = ended || nowNanos - failsAtNanos < 0 ? null : failure;
        failure = due == null ? failure : null;
        return due;
    }

    /// Its process has ended.
    void end() {
        ended = true;
        state = State.FAILED;
        busy = false;
    }

    /// What AWS calls the end of its process.
    ///
    /// @param why it could not be started, or null
    RuntimeExit failure(int status, @Nullable String why) {
        if (why != null && state == State.STARTED) {
            return RuntimeExit.ofExtension("Extension.LaunchError", "fork/exec /opt/extensions/" + name + ": " + why);
        }
        return RuntimeExit.ofExtension(reported == null ? "Extension.Crash" : reported, cause(status));
    }

    private static String cause(int status) {
        if (status == 0) {
            return "exit code 0";
        }
        return switch (status - 128) {
            case 6 -> "signal: aborted";
            case 9 -> "signal: killed";
            case 11 -> "signal: segmentation fault";
            case 15 -> "signal: terminated";
            default -> "exit status " + status;
        };
    }
}
