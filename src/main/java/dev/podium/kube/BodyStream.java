package dev.podium.kube;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The body of an answer, read as it comes, by one thread; any thread may close it.
///
/// java.net.http's own stream waits without limit: a request's time-out ends with the headers. This one gives
/// up with an [HttpTimeoutException] when nothing came for a stated time.
final class BodyStream extends InputStream implements BodySubscriber<InputStream> {
    private static final List<ByteBuffer> END = List.of();

    private final @Nullable Duration silence;
    private final BlockingQueue<List<ByteBuffer>> queue = new LinkedBlockingQueue<>();
    private final AtomicReference<Flow.@Nullable Subscription> subscription = new AtomicReference<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable Throwable failure;

    private List<ByteBuffer> chunk = END; // the reader's
    private int position;
    private boolean ended;

    /// A stream that may be silent for so long at most, or for ever when null.
    BodyStream(@Nullable Duration silence) {
        this.silence = silence;
    }

    @Override
    public CompletionStage<InputStream> getBody() {
        return CompletableFuture.completedStage(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription s) {
        if (!subscription.compareAndSet(null, s) || closed.get()) {
            s.cancel();
            return;
        }
        s.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        queue.add(item.isEmpty() ? List.of(ByteBuffer.allocate(0)) : item);
    }

    @Override
    public void onError(Throwable t) {
        failure = t;
        queue.add(END);
    }

    @Override
    public void onComplete() {
        queue.add(END);
    }

    @Override
    public int read() throws IOException {
        ByteBuffer buffer = fill();
        return buffer == null ? -1 : buffer.get() & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        ByteBuffer buffer = fill();
        if (buffer == null) {
            return -1;
        }
        int n = Math.min(length, buffer.remaining());
        buffer.get(target, offset, n);
        return n;
    }

    @Override
    public int available() {
        return position < chunk.size() ? chunk.get(position).remaining() : 0;
    }

    @Override
    public void close() {
        closed.set(true);
        Flow.Subscription s = subscription.get();
        if (s != null) {
            s.cancel();
        }
        queue.add(END);
    }

    /// Reads the rest.
    ///
    /// @param limit largest number of bytes
    /// @param deadlineNanos as of [System#nanoTime()]
    byte[] readAll(int limit, long deadlineNanos) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] part = new byte[8192];
        for (int n = read(part, 0, part.length); n >= 0; n = read(part, 0, part.length)) {
            if (all.size() + n > limit) {
                throw new UnusableAnswer("it is longer than " + limit + " bytes");
            }
            if (System.nanoTime() - deadlineNanos > 0) {
                throw new HttpTimeoutException("the answer did not end in time");
            }
            all.write(part, 0, n);
        }
        return all.toByteArray();
    }

    /// Reads one line, without its end.
    ///
    /// @param limit largest number of bytes
    /// @return null at the end of the stream; a last line that has no end counts as cut off and is dropped
    byte @Nullable [] nextLine(int limit) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(4096);
        for (ByteBuffer buffer = fill(); buffer != null; buffer = fill()) {
            int start = buffer.position();
            int end = start;
            while (end < buffer.limit() && buffer.get(end) != '\n') {
                end++;
            }
            if (line.size() + end - start > limit) {
                throw new UnusableAnswer("a line of it is longer than " + limit + " bytes");
            }
            byte[] part = new byte[end - start];
            buffer.get(part);
            line.writeBytes(part);
            if (buffer.hasRemaining()) {
                buffer.get();
                return line.toByteArray();
            }
        }
        return null;
    }

    private @Nullable ByteBuffer fill() throws IOException {
        while (true) {
            if (closed.get()) {
                throw new IOException("the stream is closed");
            }
            while (position < chunk.size()) {
                if (chunk.get(position).hasRemaining()) {
                    return chunk.get(position);
                }
                position++;
            }
            if (ended) {
                return null;
            }
            boolean first = chunk.isEmpty();
            chunk = take();
            position = 0;
            if (chunk.isEmpty()) {
                ended = true;
                Throwable cause = failure;
                if (cause != null && !closed.get()) {
                    throw new IOException(cause.getMessage(), cause);
                }
            } else {
                request(first);
            }
        }
    }

    private void request(boolean first) {
        Flow.Subscription s = subscription.get();
        if (s != null) {
            s.request(first ? 2 : 1); // one chunk is kept in reserve
        }
    }

    private List<ByteBuffer> take() throws IOException {
        try {
            if (silence == null) {
                return queue.take();
            }
            List<ByteBuffer> next = queue.poll(silence.toMillis(), TimeUnit.MILLISECONDS);
            if (next != null) {
                return next;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            close();
            throw new InterruptedIOException("interrupted while reading");
        }
        close();
        throw new HttpTimeoutException("nothing came for " + silence.toMillis() + " ms");
    }
}
