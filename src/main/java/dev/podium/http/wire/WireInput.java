package dev.podium.http.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What comes in on a connection. Its buffer holds heads and what follows them closely; bodies
/// are read past it.
///
/// The buffer has 2 kB while the connection is idle and grows up to the largest head that is
/// allowed.
final class WireInput {
    private static final int IDLE_SIZE = 2048;

    private final Socket socket;
    private final InputStream in;
    private final int maxHeadBytes;
    private final Watchdog.@Nullable Alarm alarm;
    private long timeoutNanos;
    private byte[] buffer = new byte[IDLE_SIZE];
    private int position;
    private int limit;

    /// Makes the input of a connection.
    ///
    /// @param alarm what limits the reads instead of timers of the socket's
    WireInput(Socket socket, int maxHeadBytes, Watchdog.@Nullable Alarm alarm) throws IOException {
        this.socket = socket;
        this.alarm = alarm;
        this.in = socket.getInputStream();
        this.maxHeadBytes = maxHeadBytes;
    }

    /// Waits until something is there to read.
    ///
    /// @param timeoutMillis 0 waits without limit
    /// @return false at the end of the stream
    boolean await(int timeoutMillis) throws IOException {
        if (position < limit) {
            return true;
        }
        shrink();
        timeout(timeoutMillis);
        return fill();
    }

    /// Reads more while a request is parked, so that the end of the stream is noticed.
    ///
    /// @return false at the end of the stream
    boolean watch() throws IOException {
        timeout(0);
        return fill();
    }

    /// Tells whether something has been read ahead.
    boolean isBuffered() {
        return position < limit;
    }

    /// Takes a head, up to and with its empty line, as bytes of its own. Something must be there
    /// to read.
    byte[] head(int timeoutMillis) throws IOException {
        if (limit - position < 2) {
            timeout(timeoutMillis);
            more();
        }
        if (buffer[position] == '\r' && limit - position > 1 && buffer[position + 1] == '\n') {
            position += 2; // clients of old send an empty line after a body
        }
        int scanned = position;
        long end = 0;
        while (true) {
            int found = emptyLine(scanned);
            if (found >= 0) {
                byte[] head = Arrays.copyOfRange(buffer, position, found);
                position = found;
                return head;
            }
            if (limit - position >= maxHeadBytes) {
                throw new BadMessage(431, "head of more than " + maxHeadBytes + " bytes");
            }
            long now = System.nanoTime();
            end = end == 0 ? now + timeoutMillis * 1_000_000L : end;
            if (timeoutMillis > 0) {
                timeout((int) Math.max(1, (end - now) / 1_000_000));
                if (end - now <= 0) {
                    throw new SocketTimeoutException("head not complete in time");
                }
            }
            int before = limit - position;
            more();
            scanned = position + Math.max(0, before - 3);
        }
    }

    private int emptyLine(int from) {
        for (int i = from; i + 3 < limit; i++) {
            if (buffer[i] == '\r' && buffer[i + 1] == '\n' && buffer[i + 2] == '\r' && buffer[i + 3] == '\n') {
                return i + 4;
            }
        }
        return -1;
    }

    /// Takes a line without its end: a chunk's size or a trailer. Null when the line is empty.
    byte @Nullable [] line(int maxBytes) throws IOException {
        int scanned = position;
        while (true) {
            for (int i = scanned; i + 1 < limit; i++) {
                if (buffer[i] == '\r' && buffer[i + 1] == '\n') {
                    byte[] line = Arrays.copyOfRange(buffer, position, i);
                    position = i + 2;
                    return line.length == 0 ? null : line;
                }
            }
            if (limit - position >= maxBytes) {
                throw new BadMessage(400, "line of more than " + maxBytes + " bytes in a chunked body");
            }
            int before = limit - position;
            more();
            scanned = position + Math.max(0, before - 1);
        }
    }

    /// Reads bytes of a body: from the buffer, or past it.
    int read(byte[] target, int offset, int length) throws IOException {
        int have = limit - position;
        if (have > 0) {
            int n = Math.min(have, length);
            System.arraycopy(buffer, position, target, offset, n);
            position += n;
            return n;
        }
        return receive(target, offset, length);
    }

    private int receive(byte[] target, int offset, int length) throws IOException {
        if (alarm == null) {
            return in.read(target, offset, length);
        }
        alarm.set(timeoutNanos);
        try {
            int n = in.read(target, offset, length);
            if (n < 0) {
                alarm.check(); // it ends the input
            }
            return n;
        } catch (IOException e) {
            alarm.check();
            throw e;
        } finally {
            alarm.clear();
        }
    }

    /// How many bytes of a body can be read without waiting.
    int buffered() {
        return limit - position;
    }

    /// Tells whether the next lines of a chunked body can be taken without waiting.
    boolean hasChunkHead() {
        int need = position < limit && buffer[position] == '0' ? 2 : 1; // the last one is followed by a line more
        for (int i = position; i + 1 < limit; i++) {
            if (buffer[i] == '\r' && buffer[i + 1] == '\n' && --need == 0) {
                return true;
            }
        }
        return false;
    }

    /// Looks, for a millisecond, whether the peer has ended its side.
    boolean isEnded() throws IOException {
        if (limit == buffer.length) {
            return false;
        }
        socket.setSoTimeout(1);
        try {
            return !fill();
        } catch (SocketTimeoutException e) {
            return false;
        } finally {
            socket.setSoTimeout(0);
        }
    }

    /// Sets how long a read may wait for its first byte; 0 without limit.
    void timeout(int millis) throws IOException {
        if (alarm == null) {
            socket.setSoTimeout(millis);
        } else {
            timeoutNanos = millis * 1_000_000L;
        }
    }

    private void more() throws IOException {
        if (!fill()) {
            throw new EOFException("connection ended within a message");
        }
    }

    private boolean fill() throws IOException {
        if (position == limit) {
            position = 0;
            limit = 0;
        }
        if (limit == buffer.length) {
            int have = limit - position;
            byte[] target = have * 2 > buffer.length ? new byte[Math.min(buffer.length * 2, maxHeadBytes * 2)] : buffer;
            System.arraycopy(buffer, position, target, 0, have);
            buffer = target;
            position = 0;
            limit = have;
        }
        int n = receive(buffer, limit, buffer.length - limit);
        if (n < 0) {
            return false;
        }
        limit += n;
        return true;
    }

    private void shrink() {
        if (buffer.length > IDLE_SIZE) {
            buffer = new byte[IDLE_SIZE];
            position = 0;
            limit = 0;
        }
    }
}
