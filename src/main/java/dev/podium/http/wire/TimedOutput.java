package dev.podium.http.wire;

import java.io.IOException;
import java.io.OutputStream;

/// An output whose writes may take only so long: a peer that doesn't read can't hold a thread for
/// ever.
final class TimedOutput extends OutputStream {
    private final OutputStream out;
    private final Watchdog.Alarm alarm;
    private final long limitNanos;

    TimedOutput(OutputStream out, Watchdog.Alarm alarm, long limitNanos) {
        this.out = out;
        this.alarm = alarm;
        this.limitNanos = limitNanos;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        alarm.set(limitNanos);
        try {
            out.write(bytes, offset, count);
        } catch (IOException e) {
            alarm.check();
            throw e;
        } finally {
            alarm.clear();
        }
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }
}
