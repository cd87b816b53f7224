package dev.podium.lambda.invoke;

import dev.podium.lambda.runtime.PodLine;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The log of one pod, followed over the network while its environment is in use. A stream that was cut goes on
/// where it ended.
///
/// Lines come some milliseconds after they were written, with the times of the node. A log counts as complete when
/// the fence behind it has come, or a later line, or none for a while.
final class FollowedLog implements LogFeed {
    private static final Logger LOG = System.getLogger("lambda");
    private static final int MAX_LINES = 2048;
    private static final int MAX_LINE = 256 << 10;
    private static final int BUFFER = 4 << 10;
    private static final long QUIET = 200_000_000L;
    /// The same while no line has come at all: the first ones are those that come late.
    private static final long SILENT = 700_000_000L;
    /// For lines that never stop coming.
    private static final long LONGEST = 3_000_000_000L;
    /// A line with a later time than this after an invocation's end was written after it; clocks may differ a
    /// little.
    private static final long SLACK = 100_000_000L;
    /// A kubelet reports a new container late: until then its log can't be read.
    private static final long CONNECT = 3_000_000_000L;
    /// The same for a pod that has failed, which may be gone with its log.
    private static final long CONNECT_FAILED = 500_000_000L;

    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration LONG_PAUSE = Duration.ofSeconds(1);

    private final Source source;
    private final Time time;
    private final String pod;
    private final BlockingQueue<Line> lines = new LinkedBlockingQueue<>(MAX_LINES);
    private final ReentrantLock lock = new ReentrantLock();

    // under the lock
    private @Nullable Thread follower;
    private @Nullable InputStream open;
    private boolean resting;

    private volatile boolean connected;
    private volatile boolean ended;
    private volatile boolean closed;
    private volatile long lastArrival;

    /// Whether a line has come since the last complete reading; the reader's.
    private boolean some;

    // the follower's
    private Instant last;
    private int sameTime;

    /// Number of the last fence that was read; the reader's.
    private long passed;

    /// A line, or a fence when it has a number.
    private record Line(Instant time, String text, long fence) {
        long place() {
            return FollowedLog.place(time);
        }
    }

    /// The container's log on the other side of the network.
    interface Source {
        /// Opens it. Any thread may close the stream.
        ///
        /// @param since only what was written then or later, to the second; the epoch for all
        /// @return lines, each beginning with an RFC 3339 time and a space; null when it isn't there (yet)
        /// @throws IOException if it can't be had now
        @Nullable
        InputStream follow(Instant since) throws IOException, InterruptedException;

        /// Whether the pod is in use: else a log that isn't there, or that has ended, won't go on.
        boolean inUse();
    }

    /// Where the time comes from.
    interface Time {
        /// The system's.
        Time SYSTEM = new Time() {
            @Override
            public Instant now() {
                return Instant.now();
            }

            @Override
            public long nanos() {
                return System.nanoTime();
            }
        };

        /// What the clock says.
        Instant now();

        /// Nanoseconds since any moment, whatever is done to the clock.
        long nanos();
    }

    /// Nothing happens before [#wake].
    ///
    /// @param since only what was written then or later counts; the epoch for all
    FollowedLog(Source source, String pod, Instant since) {
        this(source, pod, since, Time.SYSTEM);
    }

    /// The same with another time.
    FollowedLog(Source source, String pod, Instant since, Time time) {
        this.last = since;
        this.source = source;
        this.pod = pod;
        this.time = time;
        this.lastArrival = time.nanos();
    }

    private static long place(Instant time) {
        return time.getEpochSecond() * 1_000_000_000L + time.getNano();
    }

    @Override
    public long end() {
        return place(time.now());
    }

    @Override
    public long delayNanos() {
        return SLACK;
    }

    @Override
    public Reading read(Stretch stretch, Sink sink) {
        long until = stretch.until();
        boolean fenced = stretch.fence() > 0;
        if (fenced && passed == stretch.fence()) {
            return complete();
        }
        for (Line line = lines.peek(); line != null; line = lines.peek()) {
            boolean late = until != Long.MAX_VALUE && line.place() > until + SLACK;
            if (!fenced && line.fence() == 0 && (line.place() >= stretch.next() || late)) {
                return complete();
            }
            lines.poll();
            if (line.fence() == 0) {
                some = true;
                sink.line(line.time().toEpochMilli(), line.text());
            } else {
                passed = line.fence();
                if (!fenced || passed == stretch.fence()) {
                    return complete();
                }
            }
        }
        if (ended || (isResting() && !stretch.failed())) {
            return complete();
        }
        long now = time.nanos();
        long sinceEnd = until == Long.MAX_VALUE ? now - lastArrival : place(time.now()) - until;
        if (!connected) {
            return sinceEnd > (stretch.failed() ? CONNECT_FAILED : CONNECT) ? complete() : Reading.OPEN;
        }
        long patience = fenced ? LONGEST : some ? QUIET : SILENT;
        boolean quiet = now - lastArrival > patience && sinceEnd > patience;
        return quiet || sinceEnd > LONGEST ? complete() : Reading.OPEN;
    }

    private Reading complete() {
        some = false;
        return Reading.COMPLETE;
    }

    private boolean isResting() {
        lock.lock();
        try {
            return resting;
        } finally {
            lock.unlock();
        }
    }

    /// Kubernetes tells no peaks.
    @Override
    public long peakMemoryBytes() {
        return 0;
    }

    @Override
    public boolean ended() {
        return ended && lines.isEmpty();
    }

    @Override
    public void rest() {
        InputStream stream;
        lock.lock();
        try {
            resting = true;
            stream = open;
        } finally {
            lock.unlock();
        }
        close(stream);
    }

    @Override
    public void wake() {
        lock.lock();
        try {
            resting = false;
            if (follower == null && !ended && !closed) {
                follower = Thread.ofVirtual().name("lambda-log-" + pod).start(this::follow);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        closed = true;
        rest();
        lines.clear();
        lock.lock();
        try {
            if (follower != null) {
                follower.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    private static void close(@Nullable InputStream stream) {
        if (stream != null) {
            try {
                stream.close();
            } catch (IOException e) {
                // It is of no use any more.
            }
        }
    }

    private void follow() {
        Duration pause = PAUSE;
        try {
            while (!left()) {
                try (InputStream in = source.follow(last)) {
                    if (in == null) {
                        // A kubelet that hasn't seen a new pod yet says so, too.
                        ended = !source.inUse();
                    } else if (opened(in)) {
                        Instant before = last;
                        read(in);
                        pause = last.equals(before) ? pause : PAUSE;
                        // The container has ended, unless the stream was cut.
                        ended = ended || !source.inUse();
                    }
                } catch (IOException e) {
                    // Cut, or closed because the environment rests.
                } catch (RuntimeException e) {
                    LOG.log(Level.ERROR, "the log of a pod could not be read name=" + pod, e);
                } finally {
                    connected = false;
                }
                if (!left()) {
                    Thread.sleep(pause);
                    pause = pause.multipliedBy(2).compareTo(LONG_PAUSE) > 0 ? LONG_PAUSE : pause.multipliedBy(2);
                }
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    private boolean opened(InputStream in) {
        lock.lock();
        try {
            if (resting) {
                return false;
            }
            open = in;
            connected = true;
            lastArrival = time.nanos();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Whether the follower has nothing more to do; [#wake] then starts another.
    private boolean left() {
        lock.lock();
        try {
            if (resting || ended || closed) {
                follower = null;
                open = null;
                return true;
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void read(InputStream stream) throws IOException, InterruptedException {
        InputStream in = new BufferedInputStream(stream, BUFFER);
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        Instant since = last;
        int skip = sameTime;
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b != '\n') {
                if (line.size() < MAX_LINE) {
                    line.write(b);
                }
                continue;
            }
            Line read = parsed(line.toString(StandardCharsets.UTF_8));
            line.reset();
            if (read.time().isBefore(since) || (read.time().equals(since) && skip-- > 0)) {
                continue;
            }
            sameTime = read.time().equals(last) ? sameTime + 1 : 1;
            last = read.time();
            put(read);
        }
    }

    private void put(Line line) throws InterruptedException {
        PodLine.Fence fence = PodLine.Fence.of(line.text());
        if (fence == null) {
            arrived(line);
            return;
        }
        if (!fence.before().isEmpty()) {
            arrived(new Line(line.time(), fence.before(), 0));
        }
        arrived(new Line(line.time(), "", fence.number()));
    }

    /// The time is noted first: who sees the line is not to take the log for quiet.
    private void arrived(Line line) throws InterruptedException {
        lastArrival = time.nanos();
        if (!lines.offer(line)) {
            lines.put(line);
            lastArrival = time.nanos();
        }
    }

    /// A line begins with an RFC 3339 time and a space; one without counts to the line before.
    private Line parsed(String line) {
        int blank = line.indexOf(' ');
        String time = blank < 0 ? line : line.substring(0, blank);
        try {
            return new Line(Instant.parse(time), blank < 0 ? "" : line.substring(blank + 1), 0);
        } catch (DateTimeParseException e) {
            return new Line(last, line, 0);
        }
    }
}
