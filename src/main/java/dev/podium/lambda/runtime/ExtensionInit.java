package dev.podium.lambda.runtime;

import dev.podium.http.wire.WireExchange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The initialisation of an environment with extensions: over when its runtime and all of them have asked for an
/// event. All of it is guarded by the lock of [Extensions].
final class ExtensionInit {
    /// AWS gives an initialisation ten seconds, and then does it again within the function's own time.
    static final Duration LIMIT = Duration.ofSeconds(30);

    private final ExtensionTable table;
    private final List<Waiting> waiting = new ArrayList<>(0);
    private boolean runtimeReady;
    private boolean over;
    private long deadline;

    ExtensionInit(ExtensionTable table) {
        this.table = table;
    }

    /// A start script that waits for its extensions.
    private record Waiting(int count, WireExchange exchange) {}

    /// Begins anew with the extensions that the start script is about to start.
    ///
    /// @param deadlineNanos in terms of [System#nanoTime]
    /// @return requests of the old ones that are still parked
    List<WireExchange> begin(String number, List<String> names, long deadlineNanos) {
        over = false;
        runtimeReady = false;
        deadline = deadlineNanos;
        return table.begin(number, names);
    }

    /// Whether it is too late to register for those that no start script started.
    boolean isClosed() {
        return over || runtimeReady;
    }

    boolean isOver() {
        return over;
    }

    /// Lets a start script wait until so many extensions have registered; false when they have.
    boolean park(int count, WireExchange script) {
        if (table.registered() >= count) {
            return false;
        }
        waiting.removeIf(other -> other.exchange().isDisconnected());
        waiting.add(new Waiting(count, script));
        return true;
    }

    /// The start scripts that need not wait any more.
    List<WireExchange> satisfied() {
        List<WireExchange> satisfied = new ArrayList<>(1);
        waiting.removeIf(script -> script.count() <= table.registered() && satisfied.add(script.exchange()));
        return satisfied;
    }

    /// All start scripts that still wait.
    List<WireExchange> clear() {
        List<WireExchange> scripts = waiting.stream().map(Waiting::exchange).toList();
        waiting.clear();
        return scripts;
    }

    /// The runtime has asked for its first event; true when that was the last thing missing.
    boolean runtimeReady() {
        runtimeReady = true;
        return complete();
    }

    /// Ends it when nothing is missing any more; true the one time that it does.
    boolean complete() {
        if (over || !runtimeReady || !table.allReady()) {
            return false;
        }
        over = true;
        return true;
    }

    /// The name of an extension whose time is over; null when there is none.
    @Nullable
    String late(long nowNanos) {
        return !over && nowNanos - deadline >= 0 ? table.late() : null;
    }
}
