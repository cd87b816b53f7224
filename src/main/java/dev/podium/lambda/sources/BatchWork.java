package dev.podium.lambda.sources;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.lambda.LambdaError;
import dev.podium.lambda.sources.Runs.Ended;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What is done with a batch: run the function, tell the source.
///
/// This one is for sources without an order: what fails stays with the source, which gives it out again.
final class BatchWork {
    /// A synchronous invocation takes no more.
    static final int MAX_PAYLOAD = 6 << 20;
    private static final int ENVELOPE = 1024;
    private static final Logger LOG = System.getLogger("lambda");

    private final MappingLoop loop;
    private final EventSourceMapping mapping;
    private final Runs runs;
    private final boolean reportsFailures;

    BatchWork(MappingLoop loop, EventSourceMapping mapping, Runs runs) {
        this.loop = loop;
        this.mapping = mapping;
        this.runs = runs;
        this.reportsFailures = !mapping.setting("FunctionResponseTypes").isEmpty();
    }

    /// Works through a batch.
    void run(Batch batch, boolean ordered) throws SourceException, InterruptedException {
        if (ordered) {
            new OrderedWork(loop, mapping, runs, this, batch).run();
            return;
        }
        for (List<SourceRecord> part : parts(batch.records())) {
            List<SourceRecord> succeeded = succeeded(batch, part);
            if (!succeeded.isEmpty()) {
                batch.done(succeeded);
            }
            if (succeeded.size() < part.size()) {
                // A first-in-first-out queue must not go on behind a failure.
                return;
            }
        }
    }

    /// Splits records so that each part's event can be handed over.
    static List<List<SourceRecord>> parts(List<SourceRecord> records) {
        List<List<SourceRecord>> parts = new ArrayList<>();
        int start = 0;
        long bytes = ENVELOPE;
        for (int i = 0; i < records.size(); i++) {
            bytes += records.get(i).bytes() + 1;
            if (bytes > MAX_PAYLOAD && i > start) {
                parts.add(records.subList(start, i));
                start = i;
                bytes = (long) ENVELOPE + records.get(i).bytes();
            }
        }
        if (start < records.size()) {
            parts.add(records.subList(start, records.size()));
        }
        return parts;
    }

    private List<SourceRecord> succeeded(Batch batch, List<SourceRecord> part)
            throws SourceException, InterruptedException {
        for (int refusals = 0; ; refusals++) {
            switch (runs.run(mapping, batch, part)) {
                case Ended.Ran ran -> {
                    return succeeded(ran, part);
                }
                case Ended.Refused refused -> {
                    loop.problem(refused.error().message());
                    Duration pause = backoff(refusals);
                    // A loop stays one.
                    if (refused.error() instanceof LambdaError.RecursiveInvocation
                            || System.nanoTime() + pause.toNanos() > batch.deadline()) {
                        return List.of();
                    }
                    if (!loop.pause(pause)) {
                        batch.release(part);
                        return List.of();
                    }
                }
            }
        }
    }

    /// The records of a part that need not come again.
    List<SourceRecord> succeeded(Ended.Ran ran, List<SourceRecord> part) {
        if (ran.result().functionError() != null) {
            LOG.log(
                    Level.DEBUG,
                    "function failed with a batch mapping={0} request={1}",
                    mapping.uuid(),
                    ran.requestId());
            loop.problem("Function call failed");
            return List.of();
        }
        if (!reportsFailures) {
            loop.fine();
            return part;
        }
        Set<JsonNode> failed = ItemFailures.of(ran.result().payload(), part).orElse(null);
        if (failed == null) {
            loop.problem("Function call failed: its answer is no valid batchItemFailures");
            return List.of();
        }
        loop.fine();
        return failed.isEmpty()
                ? part
                : part.stream().filter(record -> !failed.contains(record.id())).toList();
    }

    /// How long to wait after so many failures: 0.1 s, 0.2 s, … half a minute.
    static Duration backoff(int failures) {
        return Duration.ofMillis(Math.min(30_000, 100L << Math.min(failures, 9)));
    }
}
