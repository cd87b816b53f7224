package dev.podium.lambda.sources;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// Records that a source gave out together; used by one worker.
public interface Batch extends AutoCloseable {
    /// The records in their order; empty only where the function is to run without any, at the end of a
    /// window.
    List<SourceRecord> records();

    /// The event for some of the records, as AWS words it.
    ObjectNode event(List<SourceRecord> some);

    /// The function ran with an event and gave an answer that is no error: windows carry state on.
    default void answered(List<SourceRecord> some, JsonNode answer) {}

    /// These need not come again: they were processed, filtered out or discarded. Called once for each, in
    /// a source
    /// with an order in that order. Must be durable where a restart would give them out again.
    ///
    /// @throws SourceException when the source can't be told; they come again then
    void done(List<SourceRecord> some) throws SourceException, InterruptedException;

    /// The function could not be called with these at all: a source without an order may give them out at
    /// once.
    default void release(List<SourceRecord> some) throws SourceException, InterruptedException {}

    /// Adds what an OnFailure destination hears of discarded records, such as `KinesisBatchInfo`.
    default void describe(ObjectNode invocationRecord, List<SourceRecord> some) {}

    /// Until when it makes sense to begin an invocation, as [System#nanoTime]; records without an order
    /// come again
    /// by themselves then.
    default long deadline() {
        return System.nanoTime() + Long.MAX_VALUE / 2;
    }

    /// The worker is through: what is not done may come again.
    @Override
    void close();
}
