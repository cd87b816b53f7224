package dev.podium.lambda.invoke;

import dev.podium.lambda.LambdaFunction;
import dev.podium.lambda.invoke.FunctionLogs.Destination;
import dev.podium.lambda.invoke.FunctionLogs.Line;
import dev.podium.lambda.invoke.LogFeed.Reading;
import dev.podium.lambda.invoke.LogFeed.Stretch;
import dev.podium.lambda.runtime.PodLine;
import dev.podium.lambda.runtime.RuntimeSession;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The log of one environment: puts the lines of its container between the START and END of the invocation that
/// wrote them.
///
/// Invokers only hand over what happened ([InvocationLogs#note]); everything else runs on that one's thread.
final class EnvironmentLog {
    /// AWS cuts longer events.
    private static final int MAX_LINE = 256 << 10;
    /// How long an ended environment's log is waited for.
    private static final long LAST_LINES = 3_000_000_000L;
    /// How long lines are expected after an invocation, though none runs.
    private static final long RESTLESS = 3_000_000_000L;

    private final InvocationLogs logs;
    private final LambdaFunction first;
    private final String initializationType;
    private final Destination destination;
    private final long bornMillis = System.currentTimeMillis();

    /// Gives the session, whose extensions may want the lines too; null while there is none.
    private final Supplier<@Nullable RuntimeSession> session;

    /// Set by the logs' thread; invokers ask it where the log ends.
    private volatile @Nullable LogFeed feed;

    private volatile boolean adopted;
    /// What the container has written before isn't of interest.
    private volatile Instant since = Instant.EPOCH;

    private final LogFences fences;
    /// Whether an invocation has begun; the invoker's that has the environment.
    private volatile boolean used;
    /// When the last one was over; likewise.
    private volatile long endedNanos = System.nanoTime();

    // All below belongs to the logs' thread.
    private final Deque<LogMark> marks = new ArrayDeque<>();
    private final List<Line> out = new ArrayList<>();
    private final EnvironmentMemory memory;
    private @Nullable String podName;
    private @Nullable LogRun running;
    private @Nullable LogTail tail;
    /// What came before the first invocation, for the case that there is none.
    private @Nullable LogTail beginnings = new LogTail();

    private boolean begun;
    private long activeAt = System.nanoTime();
    private long lastMillis;
    private @Nullable Runnable afterwards;
    private long closedAt;
    private boolean closed;

    EnvironmentLog(
            InvocationLogs logs,
            LambdaFunction function,
            boolean provisioned,
            String stream,
            Supplier<@Nullable RuntimeSession> session) {
        String group = function.settings().logging().logGroup();
        this.logs = logs;
        this.session = session;
        this.memory = new EnvironmentMemory(session);
        this.fences = new LogFences(session);
        this.first = function;
        this.initializationType = provisioned ? "provisioned-concurrency" : "on-demand";
        this.destination =
                new Destination(function.scope(), group == null ? "/aws/lambda/" + function.name() : group, stream);
    }

    /// Name of the log stream.
    String stream() {
        return destination.stream();
    }

    /// Says that the environment was there before this server: its beginnings are not told again.
    void adopted() {
        adopted = true;
        used = true;
        since = Instant.now();
    }

    // ---- called by anybody

    /// The environment's pod has this name.
    void pod(String name) {
        logs.note(this, () -> attach(name));
    }

    /// The function is initialised.
    void ready() {
        logs.note(this, this::initStart);
    }

    /// An invocation begins.
    LogRun start(LambdaFunction function, String requestId, boolean wantsTail) {
        boolean told = wantsTail && used;
        long fence = told ? fences.next() : 0;
        if (told && fence == 0) {
            settle();
        }
        LogRun run = new LogRun(function, requestId, wantsTail);
        run.fenceBefore = fence;
        used = true;
        LogMark.Start mark = new LogMark.Start(run, end());
        logs.note(this, () -> marks.add(mark));
        if (fence > 0) {
            logs.hurry();
            fences.before(run);
        }
        return run;
    }

    /// Waits until what was written in the invocation before has its time, where no fence can tell it from what comes.
    private void settle() {
        LogFeed current = feed;
        long until = endedNanos + (current == null ? 0 : current.delayNanos());
        long left = until - System.nanoTime();
        while (current != null && left > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(this, left);
            left = until - System.nanoTime();
        }
    }

    /// An invocation is over. When its log is wanted, whoever waits for it is served at once.
    void end(LogRun run) {
        run.endMillis = System.currentTimeMillis();
        endedNanos = System.nanoTime();
        LogMark.End mark = new LogMark.End(run, end(), endedNanos);
        // What didn't end by itself took the script along, or writes on.
        boolean fenced = run.tail && !run.ending.shown();
        if (fenced) {
            run.fenceBehind = fences.next();
        }
        logs.note(this, () -> ended(mark));
        if (fenced) {
            fences.behind(run);
        }
        if (run.tail) {
            logs.hurry();
        }
    }

    /// The function could not be initialised.
    void initFailed(String errorType, long nanos) {
        LogMark.InitFailed mark = new LogMark.InitFailed(errorType, nanos, end());
        logs.note(this, () -> marks.add(mark));
    }

    /// The environment is given up: does something once the log has been read.
    void close(Runnable then) {
        if (!logs.note(this, () -> closing(then))) {
            then.run();
        }
    }

    private long end() {
        LogFeed current = feed;
        return current == null ? Long.MAX_VALUE : current.end();
    }

    // ---- on the logs' thread

    private void ended(LogMark.End mark) {
        marks.add(mark);
        if (mark.run().fenceBehind == 0) {
            memory.ask();
        }
    }

    private void attach(String name) {
        detach();
        podName = name;
    }

    private void detach() {
        LogFeed current = feed;
        if (current != null) {
            current.close();
            feed = null;
        }
    }

    private void closing(Runnable then) {
        afterwards = then;
        closedAt = System.nanoTime();
        closed = true;
    }

    /// Whether there is something that may have to wait for lines.
    boolean pending() {
        return !marks.isEmpty();
    }

    /// Reads and writes what there is.
    ///
    /// @return whether there may soon be more
    boolean advance(long nowNanos) {
        LogFeed current = opened();
        if (current != null && !marks.isEmpty()) {
            current.wake();
        }
        while (!marks.isEmpty() && settle(marks.peek(), current, nowNanos)) {
            marks.poll();
        }
        Reading reading =
                marks.isEmpty() && current != null ? current.read(Stretch.all(closed), this::line) : Reading.COMPLETE;
        if (!out.isEmpty() || !marks.isEmpty()) {
            activeAt = nowNanos;
            flush();
        }
        if (closed) {
            return close(current, reading, nowNanos);
        }
        if (running != null || !begun || nowNanos - activeAt < RESTLESS) {
            return true;
        }
        if (current != null) {
            current.rest();
        }
        return false;
    }

    private @Nullable LogFeed opened() {
        LogFeed current = feed;
        String name = podName;
        if (current == null && name != null && !(closed && afterwards == null)) {
            current = logs.open(name, since);
            feed = current;
        }
        return current;
    }

    /// Whether the environment's log is still worth being looked at.
    private boolean close(@Nullable LogFeed current, Reading reading, long nowNanos) {
        boolean late = nowNanos - closedAt > LAST_LINES;
        if (!late && (!marks.isEmpty() || reading == Reading.OPEN)) {
            return true;
        }
        Runnable action = afterwards;
        if (action != null) {
            afterwards = null;
            action.run();
        }
        if (current != null && !current.ended() && !late) {
            return true;
        }
        if (current != null) {
            current.read(Stretch.all(true), this::line);
            flush();
        }
        detach();
        return false;
    }

    /// Writes what belongs before a mark, and the mark itself.
    ///
    /// @return false when lines may be missing yet
    private boolean settle(LogMark mark, @Nullable LogFeed current, long nowNanos) {
        return switch (mark) {
            case LogMark.Start(LogRun run, long place) -> {
                // What came before; only for a fence somebody waits here.
                if (current != null
                        && current.read(new Stretch(place, place, run.fenceBefore, closed), this::line) == Reading.OPEN
                        && run.fenceBefore > 0) {
                    yield false;
                }
                begin(run);
                yield true;
            }
            case LogMark.End(LogRun run, long place, long at) -> {
                if (current != null
                        && current.read(stretch(run.fenceBehind, place, closed), this::line) == Reading.OPEN
                        && nowNanos - at < LAST_LINES) {
                    yield false;
                }
                finish(run, current);
                yield true;
            }
            case LogMark.InitFailed(String errorType, long nanos, long place) -> {
                if (current != null
                        && current.read(stretch(0, place, true), this::line) == Reading.OPEN
                        && (!closed || nowNanos - closedAt < LAST_LINES)) {
                    yield false;
                }
                initStart();
                add(
                        System.currentTimeMillis(),
                        LogLines.initReport(first, initializationType, nanos, errorType, System.currentTimeMillis()));
                yield true;
            }
        };
    }

    /// Up to a fence, or else the place where an invocation ended, or the next one begins.
    private Stretch stretch(long fence, long place, boolean failed) {
        for (LogMark mark : marks) {
            if (mark instanceof LogMark.Start(LogRun run, long next)) {
                return new Stretch(place, next, fence > 0 ? fence : run.fenceBefore, failed);
            }
        }
        return new Stretch(place, Long.MAX_VALUE, fence, failed);
    }

    private void initStart() {
        if (!begun) {
            begun = true;
            if (!adopted) {
                String line = LogLines.initStart(first, initializationType);
                if (line != null) {
                    out.add(new Line(stamp(bornMillis), line));
                }
            }
        }
    }

    private void begin(LogRun run) {
        initStart();
        running = run;
        // The lines of a function's initialisation are shown with its first invocation.
        tail = run.tail ? Objects.requireNonNullElseGet(beginnings, LogTail::new) : null;
        beginnings = null;
        add(run.startMillis, LogLines.start(run));
    }

    private void finish(LogRun run, @Nullable LogFeed current) {
        if (!run.equals(running)) {
            begin(run);
        }
        add(run.endMillis, LogLines.message(run));
        add(run.endMillis, LogLines.end(run));
        add(run.endMillis, LogLines.report(run, memory.peak(run, current)));
        running = null;
        LogTail whole = tail;
        tail = null;
        if (whole != null) {
            run.complete(whole.text());
        }
    }

    /// A line of the container.
    private void line(long millis, String text) {
        initStart();
        LogRun run = running;
        LambdaFunction function = run == null ? first : run.function;
        PodLine line = PodLine.of(text);
        RuntimeSession own = session.get();
        if (own != null && own.telemetry().isWanted()) {
            own.telemetry().line(Instant.ofEpochMilli(millis), line);
        }
        // Runtime clients join the lines of one message by CR.
        String whole = line.text().indexOf('\r') < 0 ? line.text() : line.text().replace('\r', '\n');
        if (!LogLines.passes(function, whole)) {
            return;
        }
        for (int from = 0; from == 0 || from < whole.length(); from += MAX_LINE) {
            add(millis, whole.substring(from, Math.min(whole.length(), from + MAX_LINE)));
        }
    }

    private void add(long millis, @Nullable String text) {
        if (text == null) {
            return;
        }
        // Lines without text are no events: AWS refuses them.
        if (!text.isEmpty()) {
            out.add(new Line(stamp(millis), text));
        }
        if (tail != null) {
            tail.add(text);
        }
        if (beginnings != null) {
            beginnings.add(text);
        }
    }

    private long stamp(long millis) {
        lastMillis = Math.max(lastMillis, millis);
        return lastMillis;
    }

    private void flush() {
        if (!out.isEmpty()) {
            logs.write(destination, List.copyOf(out));
            out.clear();
        }
    }
}
