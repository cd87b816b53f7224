package dev.podium.lambda.invoke;

import dev.podium.lambda.runtime.RuntimeSession;
import dev.podium.lambda.runtime.StartScript;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The most memory that an environment was seen to use: read where its processes run on this host, else asked for.
///
/// Used by the logs' thread only.
final class EnvironmentMemory {
    /// It is read at most so often, unless an invocation took longer than that.
    private static final long EVERY = 100_000_000;

    private final Supplier<@Nullable RuntimeSession> session;
    private long bytes;
    private long readAt = System.nanoTime() - EVERY;

    EnvironmentMemory(Supplier<@Nullable RuntimeSession> session) {
        this.session = session;
    }

    /// An invocation is over: its pod is asked, and has some time to answer before its report is written.
    void ask() {
        RuntimeSession own = session.get();
        if (own != null) {
            own.telemetry().script().measure();
        }
    }

    /// The peak for the report of an invocation, in bytes; 0 where it isn't known.
    long peak(LogRun run, @Nullable LogFeed feed) {
        long now = System.nanoTime();
        if (feed != null && (run.nanos > EVERY || now - readAt >= EVERY)) {
            readAt = now;
            bytes = Math.max(bytes, feed.peakMemoryBytes());
        }
        RuntimeSession own = session.get();
        if (own != null) {
            StartScript script = own.telemetry().script();
            script.saw(bytes);
            bytes = script.peakMemoryBytes();
        }
        return bytes;
    }
}
