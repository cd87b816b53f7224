package dev.podium.lambda.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.podium.http.wire.WireClient;
import dev.podium.http.wire.WireHeaders;
import dev.podium.http.wire.WireResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One subscriber's events: collected, and sent by a thread of its own.
///
/// Whoever adds an event never waits. What the subscriber doesn't take in time is tried again; when twice its
/// buffer waits, the newest are dropped and it is told so.
final class TelemetrySubscription {
    private static final System.Logger LOG = System.getLogger("lambda");
    private static final Duration CONNECT = Duration.ofSeconds(1);
    private static final Duration CALL = Duration.ofSeconds(10);
    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 2_000;
    private static final int MAX_ANSWER = 64 << 10;
    private static final WireHeaders JSON = WireHeaders.of("Content-Type", "application/json");

    private final String name;
    private final TelemetrySettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<byte[]> buffer = new ArrayDeque<>(); // under the lock
    private final Thread thread;
    private long bytes; // under the lock
    private long firstNanos; // under the lock; when the oldest event came
    private long droppedRecords; // under the lock
    private long droppedBytes; // under the lock
    private boolean closing; // under the lock
    private @Nullable String address; // under the lock

    /// @param name of the extension
    TelemetrySubscription(String name, TelemetrySettings settings) {
        this.name = name;
        this.settings = settings;
        this.thread = Thread.ofVirtual().name("telemetry-" + name).unstarted(this::run);
    }

    String name() {
        return name;
    }

    TelemetrySettings settings() {
        return settings;
    }

    /// Starts the thread that sends.
    void start() {
        thread.start();
    }

    /// Takes an event if the subscriber wants its kind.
    void add(TelemetryEvent event) {
        if (!settings.types().contains(event.category())) {
            return;
        }
        byte[] json = event.json(settings.schema());
        if (json == null) {
            return;
        }
        lock.lock();
        try {
            if (closing) {
                return;
            }
            if (bytes + json.length > 2L * settings.maxBytes() || buffer.size() >= 2 * settings.maxItems()) {
                droppedRecords++;
                droppedBytes += json.length;
                return;
            }
            if (buffer.isEmpty()) {
                firstNanos = System.nanoTime();
            }
            buffer.add(json);
            bytes += json.length;
            if (buffer.size() == 1 || isFull()) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isFull() {
        return buffer.size() >= settings.maxItems() || bytes >= settings.maxBytes();
    }

    /// The pod has an address: what was collected can be sent.
    void address(String ip) {
        lock.lock();
        try {
            address = ip;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Sends what there is and ends; takes no more. Returns at once.
    void close() {
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits for the last events to be sent, and gives up when the time is over.
    ///
    /// @param deadlineNanos in terms of [System#nanoTime]
    void awaitEnd(long deadlineNanos) throws InterruptedException {
        thread.join(Duration.ofNanos(Math.max(1, deadlineNanos - System.nanoTime())));
        thread.interrupt();
    }

    private void run() {
        try (Way way = new Way()) {
            for (List<byte[]> batch = take(); !batch.isEmpty(); batch = take()) {
                send(way, batch);
            }
        } catch (InterruptedException e) {
            LOG.log(Level.DEBUG, "telemetry given up extension={0}", name);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "telemetry failed extension=" + name, e);
        }
    }

    /// Waits until a batch is due; empty at the end.
    private List<byte[]> take() throws InterruptedException {
        lock.lock();
        try {
            while (!closing && (buffer.isEmpty() || address == null || !isFull())) {
                if (buffer.isEmpty() || address == null) {
                    changed.await();
                    continue;
                }
                long left = firstNanos + settings.timeout().toNanos() - System.nanoTime();
                if (left <= 0) {
                    break;
                }
                changed.awaitNanos(left);
            }
            List<byte[]> batch = new ArrayList<>(buffer);
            buffer.clear();
            bytes = 0;
            if (droppedRecords > 0) {
                TelemetryEvent dropped = TelemetryEvent.dropped(Instant.now(), droppedRecords, droppedBytes);
                byte[] json = dropped.json(settings.schema());
                if (json != null) {
                    batch.add(json);
                }
                droppedRecords = 0;
                droppedBytes = 0;
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void send(Way way, List<byte[]> batch) throws InterruptedException {
        byte[] body = settings.tcp() ? joined(batch, "", "\n", "\n") : joined(batch, "[", ",", "]");
        long pause = FIRST_PAUSE_MILLIS;
        while (true) {
            try {
                way.send(reachable(), body);
                return;
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "telemetry not taken extension={0} cause={1}", name, e.toString());
            }
            Thread.sleep(pause);
            pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
        }
    }

    private String reachable() throws InterruptedException {
        lock.lock();
        try {
            while (true) {
                String known = address;
                if (known != null) {
                    return known;
                }
                changed.await(1, TimeUnit.SECONDS);
            }
        } finally {
            lock.unlock();
        }
    }

    private static byte[] joined(List<byte[]> parts, String before, String between, String after) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(before.getBytes(UTF_8));
        for (int i = 0; i < parts.size(); i++) {
            out.writeBytes(i == 0 ? new byte[0] : between.getBytes(UTF_8));
            out.writeBytes(parts.get(i));
        }
        out.writeBytes(after.getBytes(UTF_8));
        return out.toByteArray();
    }

    /// The way into the pod; kept from batch to batch.
    private final class Way implements AutoCloseable {
        private @Nullable WireClient http;
        private @Nullable Socket tcp;

        void send(String host, byte[] body) throws IOException {
            if (settings.tcp()) {
                line(host, body);
            } else {
                post(host, body);
            }
        }

        private void post(String host, byte[] body) throws IOException {
            WireClient client = http;
            if (client == null) {
                client = WireClient.to(host, settings.port(), CONNECT, 1);
                http = client;
            }
            long deadline = System.nanoTime() + CALL.toNanos();
            try (WireResponse response = client.send(settings.method(), settings.path(), JSON, body, deadline)) {
                response.bytes(MAX_ANSWER);
                if (response.status() / 100 != 2) {
                    throw new IOException("status " + response.status());
                }
            }
        }

        private void line(String host, byte[] body) throws IOException {
            Socket socket = tcp;
            if (socket == null) {
                socket = new Socket();
                tcp = socket;
                socket.connect(new InetSocketAddress(host, settings.port()), (int) CONNECT.toMillis());
            }
            try {
                OutputStream out = socket.getOutputStream();
                out.write(body);
                out.flush();
            } catch (IOException e) {
                close();
                throw e;
            }
        }

        @Override
        public void close() {
            try {
                if (http != null) {
                    http.close();
                }
                if (tcp != null) {
                    tcp.close();
                }
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "telemetry connection not closed");
            }
            http = null;
            tcp = null;
        }
    }
}
