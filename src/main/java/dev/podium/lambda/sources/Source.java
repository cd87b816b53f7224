package dev.podium.lambda.sources;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Where the records of one mapping come from; open while the mapping is enabled.
///
/// Several workers, up to [#parallelism], ask it at the same time.
public interface Source extends AutoCloseable {
    /// Waits for records and gathers a batch: at most the mapping's BatchSize, for at most its batching
    /// window, and
    /// not much more than 6 MB.
    ///
    /// In a source with an order no two batches of a lane (shard, partition) are out at the same time: the
    /// next one
    /// comes when the first is closed.
    ///
    /// @param patience how long to wait for the first record
    /// @return null when there was none
    /// @throws SourceException when the source is away; the next call comes a while later
    /// @throws InterruptedException when the mapping is stopped
    @Nullable
    Batch next(Duration patience) throws SourceException, InterruptedException;

    /// How many workers can be of use now, at least one: lanes, or what the mapping allows.
    int parallelism();

    /// Whether records have an order: then a batch that failed is tried again right here, until it
    /// succeeds or its
    /// records are discarded. Otherwise the source itself gives out again what was not done.
    boolean ordered();

    /// Frees what it holds. No worker waits in [#next] any more.
    @Override
    void close();
}
