package dev.podium.http;

import java.io.IOException;
import java.io.InputStream;

/// The body of a request on the wire: bounded, and clear about being cut off.
final class RequestBody extends InputStream {
    private final InputStream in;
    private final long limit;
    private final Patience.Reading reading;
    private long read;
    private boolean broken;

    RequestBody(InputStream in, long limit, Patience.Reading reading) {
        this.in = in;
        this.limit = limit;
        this.reading = reading;
    }

    /// Tells whether the client went away while the body was read.
    boolean broken() {
        return broken;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int n;
        reading.begin();
        try {
            n = in.read(bytes, offset, length);
        } catch (IOException e) {
            broken = true;
            throw new BodyCutOff(e);
        } finally {
            reading.end();
        }
        read += Math.max(n, 0);
        if (read > limit) {
            throw new BodyTooLarge(limit);
        }
        return n;
    }

    @Override
    public int available() throws IOException {
        return in.available();
    }
}
