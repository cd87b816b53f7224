package dev.podium.lambda.sources.kafka;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// The thread that owns a mapping's consumer. It polls all the time, whatever the function does, so the
/// mapping stays
/// in its group during the longest invocation; what it reads ahead is in [KafkaLanes], bounded by pausing.
///
/// A consumer that fails is closed and made anew, after a pause that grows; what its lanes held is read again. One
/// whose
/// records nobody asks for, because the function is gone, leaves its group to others.
final class KafkaFeed implements AutoCloseable {
    private static final Logger LOG = System.getLogger("lambda");
    private static final Duration BUSY = Duration.ofMillis(50);
    private static final Duration IDLE = Duration.ofMillis(500);
    private static final Duration CONTACT = Duration.ofSeconds(5);
    private static final Duration FAREWELL = Duration.ofSeconds(2);
    private static final long FIRST_PAUSE_MILLIS = 500;
    private static final long LONGEST_PAUSE_MILLIS = 15_000;
    /// Brokers that restart are away for a moment.
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(7);

    private final KafkaSettings settings;
    private final BrokerSecrets secrets;
    private final KafkaLanes lanes;
    private @Nullable Thread thread;
    private boolean paused;
    private long heardNanos;
    private long readNanos;
    private Object heard = "";

    KafkaFeed(KafkaSettings settings, BrokerSecrets secrets, KafkaLanes lanes) {
        this.settings = settings;
        this.secrets = secrets;
        this.lanes = lanes;
    }

    /// Begins to read.
    void start() {
        thread = Thread.ofVirtual().name("kafka-" + settings.mapping()).start(this::run);
    }

    private void run() {
        long pause = FIRST_PAUSE_MILLIS;
        while (lanes.awaitWanted()) {
            long start = System.nanoTime();
            try {
                read();
            } catch (KafkaTrouble e) {
                report(e);
            } catch (RuntimeException e) {
                report(KafkaTrouble.of(e));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } finally {
                lanes.clear();
            }
            boolean lasted = System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(LONGEST_PAUSE_MILLIS);
            pause = lasted ? FIRST_PAUSE_MILLIS : Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
            if (!lanes.rest(pause)) {
                return;
            }
        }
    }

    private void report(KafkaTrouble trouble) {
        if (lanes.trouble(trouble)) {
            LOG.log(Level.DEBUG, "event source mapping " + settings.mapping(), trouble);
        }
    }

    private void read() throws KafkaTrouble, InterruptedException {
        Map<String, Object> signedIn = KafkaAccess.settings(settings.access(), secrets);
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings.consumer(signedIn));
        try {
            look(consumer);
            consumer.subscribe(List.of(settings.topic()), new KafkaRebalance(consumer, settings.start(), lanes));
            paused = false;
            heardNanos = System.nanoTime();
            readNanos = heardNanos;
            Metric incoming = incoming(consumer);
            while (lanes.wanted()) {
                step(consumer);
                listen(incoming);
                watch(consumer);
            }
        } finally {
            close(consumer);
        }
    }

    private void step(KafkaConsumer<byte[], byte[]> consumer) {
        if (lanes.full() != paused) {
            paused = !paused;
            if (paused) {
                consumer.pause(consumer.assignment());
            } else {
                consumer.resume(consumer.paused());
            }
        }
        ConsumerRecords<byte[], byte[]> polled = consumer.poll(lanes.busy() ? BUSY : IDLE);
        if (paused) {
            consumer.pause(consumer.assignment()); // partitions that came just now
        }
        lanes.add(polled);
        Map<TopicPartition, OffsetAndMetadata> done = lanes.done();
        if (!done.isEmpty()) {
            consumer.commitAsync(done, (_, failure) -> {
                if (failure != null) {
                    lanes.done(done);
                }
            });
        }
    }

    /// The client itself waits for brokers without a word, for ever; but it hears from them at each heartbeat.
    private void listen(Metric incoming) {
        long now = System.nanoTime();
        Object bytes = incoming.metricValue();
        if (!bytes.equals(heard)) {
            heard = bytes;
            heardNanos = now;
            lanes.recovered();
        } else if (now - heardNanos > SILENCE_NANOS) {
            report(new KafkaTrouble(KafkaTrouble.CONNECTION));
        }
    }

    /// The client says nothing of a topic that was deleted: it only has no partitions any more.
    private void watch(KafkaConsumer<byte[], byte[]> consumer) throws KafkaTrouble {
        long now = System.nanoTime();
        if (!consumer.assignment().isEmpty()) {
            readNanos = now;
        } else if (now - readNanos > SILENCE_NANOS) {
            readNanos = now;
            look(consumer);
        }
    }

    private void look(KafkaConsumer<byte[], byte[]> consumer) throws KafkaTrouble {
        if (consumer.partitionsFor(settings.topic(), CONTACT).isEmpty()) {
            throw new KafkaTrouble("The topic " + settings.topic() + " does not exist.");
        }
    }

    private static Metric incoming(KafkaConsumer<?, ?> consumer) {
        return consumer.metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals("incoming-byte-total")
                        && metric.metricName().group().equals("consumer-metrics"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the client does not count what it receives"));
    }

    /// Leaves the group, so that others need not wait for this session to time out.
    private void close(KafkaConsumer<byte[], byte[]> consumer) {
        try {
            consumer.close(CloseOptions.timeout(FAREWELL)
                    .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "a consumer could not say good-bye", e);
        }
    }

    @Override
    public void close() {
        lanes.close();
        Thread running = thread;
        if (running == null) {
            return;
        }
        // A server that stops interrupts its loops; the offsets that are done are committed all the same.
        boolean interrupted = false;
        long end = System.nanoTime() + FAREWELL.multipliedBy(2).toNanos();
        while (running.isAlive() && System.nanoTime() < end) {
            try {
                if (running.join(Duration.ofNanos(end - System.nanoTime()))) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        running.interrupt();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
