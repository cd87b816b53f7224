package dev.podium.s3;

import dev.podium.http.Body;
import dev.podium.s3.ObjectVersion.Piece;
import dev.podium.store.RecordFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A stretch of an object on its way out. Its files stay until it was written or given up.
final class ObjectBody extends InputStream implements Body.StreamWriter {
    private static final int BUFFER = 64 << 10;

    private final RecordFiles files;
    private final List<String> held;
    private final Iterator<Stretch> stretches;
    private final long size;
    private @Nullable RandomAccessFile open;
    private long left;
    private boolean released;

    private record Stretch(String file, long from, long size) {}

    private ObjectBody(RecordFiles files, List<Stretch> stretches, long size) {
        this.files = files;
        this.held = stretches.stream().map(Stretch::file).toList();
        this.stretches = stretches.iterator();
        this.size = size;
    }

    /// A stretch of pieces; null when one of them is gone.
    static @Nullable ObjectBody of(RecordFiles files, List<Piece> pieces, ByteRange range) {
        List<Stretch> stretches = new ArrayList<>();
        long at = 0;
        long end = range.from() + range.size();
        for (Piece piece : pieces) {
            long from = Math.max(range.from(), at);
            long to = Math.min(end, at + piece.size());
            if (from < to) {
                stretches.add(new Stretch(piece.file(), from - at, to - from));
            }
            at += piece.size();
        }
        ObjectBody body = new ObjectBody(files, stretches, range.size());
        return files.hold(body.held) ? body : null;
    }

    long size() {
        return size;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        try (this) {
            byte[] buffer = new byte[BUFFER];
            for (int n = read(buffer, 0, BUFFER); n >= 0; n = read(buffer, 0, BUFFER)) {
                out.write(buffer, 0, n);
            }
        }
    }

    @Override
    public void abandoned() {
        close();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (left == 0) {
            if (!stretches.hasNext()) {
                return -1;
            }
            shut();
            Stretch next = stretches.next();
            RandomAccessFile file = new RandomAccessFile(files.path(next.file).toFile(), "r");
            open = file;
            file.seek(next.from);
            left = next.size;
        }
        RandomAccessFile file = java.util.Objects.requireNonNull(open);
        int n = file.read(bytes, offset, (int) Math.min(length, left));
        if (n < 0) {
            throw new IOException("a file of an object is shorter than it was");
        }
        left -= n;
        return n;
    }

    @Override
    public void close() {
        if (released) {
            return;
        }
        released = true;
        try {
            shut();
        } catch (IOException e) {
            // It was only read.
        }
        files.release(held);
    }

    private void shut() throws IOException {
        RandomAccessFile file = open;
        open = null;
        if (file != null) {
            file.close();
        }
    }
}
