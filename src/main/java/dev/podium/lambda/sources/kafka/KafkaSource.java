package dev.podium.lambda.sources.kafka;

import dev.podium.lambda.sources.Batch;
import dev.podium.lambda.sources.Source;
import dev.podium.lambda.sources.SourceException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The source of one mapping.
final class KafkaSource implements Source {
    private final KafkaSettings settings;
    private final KafkaLanes lanes;
    private final KafkaFeed feed;
    private final ReentrantLock starting = new ReentrantLock();
    private boolean started;

    KafkaSource(KafkaSettings settings, BrokerSecrets secrets) {
        this.settings = settings;
        this.lanes = new KafkaLanes(
                settings.gathering().batch(), settings.gathering().filters());
        this.feed = new KafkaFeed(settings, secrets, lanes);
    }

    @Override
    public @Nullable Batch next(Duration patience) throws SourceException, InterruptedException {
        start();
        try {
            List<KafkaBatch.Part> parts = lanes.take(
                    settings.gathering().batch(), settings.gathering().window(), patience);
            return parts.isEmpty() ? null : new KafkaBatch(settings.bootstrap(), lanes, parts);
        } catch (KafkaTrouble e) {
            throw new SourceException(String.valueOf(e.getMessage()), e);
        }
    }

    private void start() {
        starting.lock();
        try {
            if (!started) {
                started = true;
                feed.start();
            }
        } finally {
            starting.unlock();
        }
    }

    /// A worker for each partition that is here: under little load a batch has the records of all of them.
    @Override
    public int parallelism() {
        return Math.clamp(lanes.count(), 1, settings.gathering().workers());
    }

    @Override
    public boolean ordered() {
        return true;
    }

    @Override
    public void close() {
        feed.close();
    }
}
