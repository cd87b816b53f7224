package dev.podium.kube.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The output of one container: a file that its processes append to, and when which part of it was first seen.
///
/// Times come from looking at the file's size: often while it grows ([Housekeeping]), and whenever the log is
/// read. A line's time is therefore up to a few tens of milliseconds late, never early. When the file exceeds
/// its limit its content becomes the older half, replacing the former one.
final class ContainerLog {
    private static final int MAX_MARKS = 512;

    private final Path file;
    private final Path older;
    private final long limit;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();
    /// Pairs of an offset and the time at which the log was seen to reach it, both increasing.
    private long[] marks = new long[8];

    private int markCount;
    /// Offset in the whole log of the older half's and of the file's first byte.
    private long olderStart;

    private long start;
    private long end;
    private boolean ended;
    private int followers;
    private int readers;

    ContainerLog(Path file, long limit, Clock clock) {
        this.file = file;
        this.older = file.resolveSibling(file.getFileName() + ".1");
        this.limit = limit;
        this.clock = clock;
    }

    Path file() {
        return file;
    }

    /// Writes a line of the kubelet's own.
    void note(String line) throws IOException {
        Files.writeString(file, "[podium] " + line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        look();
    }

    /// Notes how far the log has come; wakes followers when it has grown.
    ///
    /// @return whether it has grown since the last look
    boolean look() {
        lock.lock();
        try {
            long size = file.toFile().length();
            long now = start + size;
            boolean more = now > end;
            if (more) {
                end = now;
                mark(now, clock.millis());
                grown.signalAll();
            }
            if (size > limit) {
                rotate();
            }
            return more;
        } finally {
            lock.unlock();
        }
    }

    /// Marks that nothing more will come.
    void end() {
        look();
        lock.lock();
        try {
            ended = true;
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean followed() {
        lock.lock();
        try {
            return followers > 0;
        } finally {
            lock.unlock();
        }
    }

    /// What to read: `tailLines` -1 means all; `since` epoch milliseconds, 0 means all.
    record Query(boolean follow, long tailLines, long since, boolean timestamps, long limitBytes) {}

    /// Writes the log, or part of it, as the API's `log` subresource does.
    void read(Query query, OutputStream out) throws IOException, InterruptedException {
        look();
        lock.lock();
        followers += query.follow() ? 1 : 0;
        readers++;
        try {
            Copy copy = new Copy(query, out);
            long from = Math.max(olderStart, firstOffset(query.since()));
            if (query.tailLines() >= 0) {
                from = Math.max(from, tail(query.tailLines()));
            }
            copy.position = from;
            while (true) {
                long until = end;
                boolean last = ended || !query.follow();
                lock.unlock();
                boolean more;
                try {
                    more = copy.upTo(until, last);
                    out.flush();
                } finally {
                    lock.lock();
                }
                if ((last && until == end) || !more) {
                    return;
                }
                while (end == until && !ended) {
                    // The wait is bounded so that a reader who has left is noticed by the flush.
                    if (!grown.await(1, TimeUnit.SECONDS)) {
                        break;
                    }
                }
            }
        } finally {
            followers -= query.follow() ? 1 : 0;
            readers--;
            grown.signalAll();
            lock.unlock();
        }
    }

    /// Waits until nobody reads this log any more, at most for the given time.
    void awaitReaders(Duration limit) throws InterruptedException {
        long nanos = limit.toNanos();
        lock.lockInterruptibly();
        try {
            while (readers > 0 && nanos > 0) {
                nanos = grown.awaitNanos(nanos);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Begins to read by offset: the pod's files stay a while for whoever does. To be ended with [#leave].
    void enter() {
        lock.lock();
        try {
            readers++;
        } finally {
            lock.unlock();
        }
    }

    /// Ends what [#enter] began.
    void leave() {
        lock.lock();
        try {
            readers--;
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Offset of the end, as of now.
    long reach() {
        look();
        lock.lock();
        try {
            return end;
        } finally {
            lock.unlock();
        }
    }

    /// Whether nothing more will come.
    boolean ended() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /// What stands at an offset, or at the first one that is still kept.
    ///
    /// @return nothing at the end, or when the file is gone
    Part part(long offset, int length) {
        lock.lock();
        try {
            long from = Math.max(offset, olderStart);
            return new Part(from, from < end ? bytesAt(from, length) : new byte[0]);
        } catch (IOException e) {
            return new Part(offset, new byte[0]);
        } finally {
            lock.unlock();
        }
    }

    /// A part of the log.
    @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
    record Part(long offset, byte[] bytes) {}

    /// Copies bytes from the log by offset; puts times before lines.
    private final class Copy {
        private final Query query;
        private final OutputStream out;
        private long position;
        private long left;
        private boolean lineStart = true;

        Copy(Query query, OutputStream out) {
            this.query = query;
            this.out = out;
            this.left = query.limitBytes() > 0 ? query.limitBytes() : Long.MAX_VALUE;
        }

        /// Whether more may be wanted.
        boolean upTo(long until, boolean last) throws IOException {
            while (position < until && left > 0) {
                position = Math.max(position, firstKept());
                byte[] bytes = bytesAt(position, (int) Math.min(65_536, until - position));
                if (bytes.length == 0) {
                    return true;
                }
                write(bytes);
            }
            if (last && !lineStart && left > 0 && query.timestamps()) {
                out.write('\n');
            }
            return left > 0;
        }

        private void write(byte[] bytes) throws IOException {
            int from = 0;
            while (from < bytes.length && left > 0) {
                int newline = from;
                while (newline < bytes.length && bytes[newline] != '\n') {
                    newline++;
                }
                int to = Math.min(newline + 1, bytes.length);
                if (query.timestamps() && lineStart) {
                    out.write((stamp(timeOf(position)) + " ").getBytes(StandardCharsets.UTF_8));
                }
                int n = (int) Math.min(to - from, left);
                out.write(bytes, from, n);
                left -= n;
                position += to - from;
                lineStart = newline < bytes.length;
                from = to;
            }
        }
    }

    private long firstKept() {
        lock.lock();
        try {
            return olderStart;
        } finally {
            lock.unlock();
        }
    }

    private static String stamp(long millis) {
        String text = Instant.ofEpochMilli(millis).toString();
        int dot = text.indexOf('.');
        String fraction = dot < 0 ? "" : text.substring(dot + 1, text.length() - 1);
        return text.substring(0, 19) + "." + fraction + "0".repeat(9 - fraction.length()) + "Z";
    }

    private byte[] bytesAt(long offset, int length) throws IOException {
        lock.lock();
        try {
            boolean inOlder = offset < start;
            long available = (inOlder ? start : end) - offset;
            try (FileChannel channel = FileChannel.open(inOlder ? older : file, StandardOpenOption.READ)) {
                ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(length, available));
                int n = channel.read(buffer, Math.max(0, offset - (inOlder ? olderStart : start)));
                return n <= 0 ? new byte[0] : Arrays.copyOf(buffer.array(), n);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Where the last `lines` lines begin.
    private long tail(long lines) throws IOException {
        long wanted = lines;
        long position = end;
        while (position > olderStart) {
            long from = Math.max(position > start ? start : olderStart, position - 65_536);
            byte[] bytes = bytesAt(from, (int) (position - from));
            for (int i = bytes.length - 1; i >= 0; i--) {
                boolean endsLog = from + i == end - 1;
                if (bytes[i] == '\n' && !endsLog && --wanted <= 0) {
                    return lines == 0 ? end : from + i + 1;
                }
            }
            position = from;
        }
        return lines == 0 ? end : olderStart;
    }

    private void mark(long offset, long millis) {
        if (markCount == MAX_MARKS) {
            for (int i = 0; i < MAX_MARKS / 2; i++) {
                marks[2 * i] = marks[4 * i + 2];
                marks[2 * i + 1] = marks[4 * i + 3];
            }
            markCount = MAX_MARKS / 2;
        } else if (2 * markCount == marks.length) {
            marks = Arrays.copyOf(marks, marks.length * 2);
        }
        marks[2 * markCount] = offset;
        marks[2 * markCount + 1] = millis;
        markCount++;
    }

    private long timeOf(long offset) {
        lock.lock();
        try {
            for (int i = 0; i < markCount; i++) {
                if (marks[2 * i] > offset) {
                    return marks[2 * i + 1];
                }
            }
            return clock.millis();
        } finally {
            lock.unlock();
        }
    }

    /// The first offset that was seen at or after a time.
    private long firstOffset(long since) {
        long from = 0;
        for (int i = 0; i < markCount && marks[2 * i + 1] < since; i++) {
            from = marks[2 * i];
        }
        return from;
    }

    /// Copies and truncates, because processes keep the file open: what they write in between is lost.
    private void rotate() {
        try {
            Files.copy(file, older, StandardCopyOption.REPLACE_EXISTING);
            long copied = Files.size(older);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(0);
            }
            olderStart = start;
            start += copied;
            end = Math.max(end, start);
        } catch (IOException e) {
            // The disk may be full, or the pod's folder gone: the log then just isn't cut this time.
            end = Math.max(end, start);
        }
    }
}
