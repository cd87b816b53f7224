package dev.podium.http.wire;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Closes a connection whose client does not take a large answer in time, since a write has no time limit of its
/// own.
final class WriteWatch implements AutoCloseable {
    private final CountDownLatch done = new CountDownLatch(1);

    private WriteWatch() {}

    /// Starts watching.
    static WriteWatch start(Closeable connection, Duration limit) {
        WriteWatch watch = new WriteWatch();
        Thread.ofVirtual().name("podium-write-watch").start(() -> watch.run(connection, limit));
        return watch;
    }

    private void run(Closeable connection, Duration limit) {
        try {
            if (!done.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                connection.close();
            }
        } catch (IOException | InterruptedException e) {
            Thread.currentThread().interrupt(); // ends the watch either way
        }
    }

    /// The write is over.
    void done() {
        done.countDown();
    }

    @Override
    public void close() {
        done();
    }
}
