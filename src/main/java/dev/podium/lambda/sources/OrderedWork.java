package dev.podium.lambda.sources;

import com.fasterxml.jackson.databind.node.MissingNode;
import dev.podium.lambda.sources.Runs.Ended;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// Works through a batch of a source with an order: what fails is tried again before anything behind it,
/// until it
/// succeeds, its attempts or its time are over.
final class OrderedWork {
    private final MappingLoop loop;
    private final EventSourceMapping mapping;
    private final Runs runs;
    private final BatchWork work;
    private final Batch batch;
    private final int maxRetries;
    private final long maxAgeMillis;
    private final boolean bisect;
    /// What is to be run, in order.
    private final Deque<Part> left = new ArrayDeque<>();
    /// How many of the batch's records the source knows to be done.
    private int done;

    /// Some records that were run together so often, and failed.
    private record Part(List<SourceRecord> records, int attempts) {}

    OrderedWork(MappingLoop loop, EventSourceMapping mapping, Runs runs, BatchWork work, Batch batch) {
        this.loop = loop;
        this.mapping = mapping;
        this.runs = runs;
        this.work = work;
        this.batch = batch;
        this.maxRetries = mapping.setting("MaximumRetryAttempts").asInt(-1);
        this.maxAgeMillis = mapping.setting("MaximumRecordAgeInSeconds").asLong(-1) * 1000;
        this.bisect = mapping.setting("BisectBatchOnFunctionError").asBoolean(false);
    }

    void run() throws SourceException, InterruptedException {
        List<SourceRecord> wanted =
                batch.records().stream().filter(work.filters()::pass).toList();
        BatchWork.parts(wanted).forEach(part -> left.add(new Part(part, 0)));
        if (batch.records().isEmpty()) {
            left.add(new Part(List.of(), 0));
        }
        int failures = 0;
        while (!left.isEmpty()) {
            Part part = left.removeFirst();
            List<SourceRecord> young = young(part, failures > 0);
            if (young.isEmpty() && !part.records().isEmpty()) {
                continue;
            }
            failures = step(new Part(young, part.attempts()), failures);
            if (failures > 0 && !loop.pause(BatchWork.backoff(failures - 1))) {
                return;
            }
        }
        tell(batch.records().size());
    }

    /// Runs one part.
    ///
    /// @return how many failures in a row there were; after 0 it goes on at once
    private int step(Part part, int failures) throws SourceException, InterruptedException {
        switch (runs.run(mapping, batch, part.records())) {
            case Ended.Ran ran -> {
                if (loop.closing() && ran.result().functionError() != null) {
                    // The stop of the server cut it off: that is no failure of the function.
                    throw new InterruptedException();
                }
                return ran(part, ran, failures);
            }
            case Ended.Refused refused -> {
                loop.problem(refused.error().message());
                left.addFirst(part);
                return failures + 1;
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // records are the batch's own objects
    private int ran(Part part, Ended.Ran ran, int failures) throws SourceException, InterruptedException {
        List<SourceRecord> records = part.records();
        List<SourceRecord> succeeded = work.succeeded(ran, records);
        if (succeeded.size() == records.size() && ran.result().functionError() == null) {
            batch.answered(records, Runs.answer(ran.result()));
            tellUpTo(records);
            return 0;
        }
        // The first one that failed and all behind it come again, whether they succeeded or not.
        int good = 0;
        while (good < succeeded.size() && succeeded.get(good) == records.get(good)) {
            good++;
        }
        tellUpTo(records.subList(0, good));
        List<SourceRecord> rest = records.subList(good, records.size());
        if (bisect && good == 0 && rest.size() > 1) {
            int half = (rest.size() + 1) / 2;
            left.addFirst(new Part(rest.subList(half, rest.size()), part.attempts()));
            left.addFirst(new Part(rest.subList(0, half), part.attempts()));
            return 0;
        }
        int attempts = good > 0 ? 1 : part.attempts() + 1;
        if (maxRetries >= 0 && attempts > maxRetries) {
            discard(rest, new Discard("RetryAttemptsExhausted", attempts, ran));
            return 0;
        }
        left.addFirst(new Part(rest, attempts));
        return failures + 1;
    }

    /// Discards the records of a part that are too old.
    ///
    /// @param tried whether the function, or an attempt to call it, has failed already
    /// @return the others
    private List<SourceRecord> young(Part part, boolean tried) throws SourceException, InterruptedException {
        if (maxAgeMillis < 0) {
            return part.records();
        }
        long oldest = runs.clock().millis() - maxAgeMillis;
        int count = 0;
        while (count < part.records().size() && part.records().get(count).millis() < oldest) {
            count++;
        }
        if (count > 0) {
            discard(part.records().subList(0, count), new Discard("RecordAgeExceeded", tried ? 1 : 0, null));
        }
        return part.records().subList(count, part.records().size());
    }

    /// Lets the destination know; the source hears of it only then.
    private void discard(List<SourceRecord> records, Discard discard) throws SourceException, InterruptedException {
        for (int failures = 0; !discard.send(runs, mapping, batch, records, loop); failures++) {
            if (!loop.pause(BatchWork.backoff(failures))) {
                throw new InterruptedException();
            }
        }
        batch.answered(records, MissingNode.getInstance());
        tellUpTo(records);
    }

    @SuppressWarnings("ReferenceEquality") // records are the batch's own objects
    private void tellUpTo(List<SourceRecord> records) throws SourceException, InterruptedException {
        if (!records.isEmpty()) {
            SourceRecord last = records.getLast();
            int index = done;
            while (batch.records().get(index) != last) {
                index++;
            }
            tell(index + 1);
        }
    }

    /// Tells the source of all records before an index, also those that were filtered out.
    private void tell(int end) throws SourceException, InterruptedException {
        if (end > done) {
            batch.done(new ArrayList<>(batch.records().subList(done, end)));
            done = end;
        }
    }
}
