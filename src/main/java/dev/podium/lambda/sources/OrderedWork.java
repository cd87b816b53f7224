package dev.podium.lambda.sources;

import com.fasterxml.jackson.databind.node.MissingNode;
import dev.podium.lambda.LambdaError;
import dev.podium.lambda.sources.Runs.Ended;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

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
    /// What the source does not know to be done, in the order of each lane.
    private final Map<String, Deque<SourceRecord>> open = new LinkedHashMap<>();
    /// Those of them that are done: something before them isn't.
    private final Set<SourceRecord> over = Collections.newSetFromMap(new IdentityHashMap<>());

    /// Some records that were run together so often, and failed.
    private record Part(List<SourceRecord> records, int attempts) {}

    OrderedWork(MappingLoop loop, EventSourceMapping mapping, Runs runs, BatchWork work, Batch batch) {
        this.loop = loop;
        this.mapping = mapping;
        this.runs = runs;
        this.work = work;
        this.batch = batch;
        this.maxRetries = mapping.retries();
        this.maxAgeMillis = mapping.setting("MaximumRecordAgeInSeconds").asLong(-1) * 1000;
        this.bisect = mapping.setting("BisectBatchOnFunctionError").asBoolean(false);
        batch.records()
                .forEach(record -> open.computeIfAbsent(record.lane(), _ -> new ArrayDeque<>())
                        .add(record));
    }

    void run() throws SourceException, InterruptedException {
        List<SourceRecord> wanted =
                batch.records().stream().filter(SourceRecord::wanted).toList();
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
        tell(List.of());
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
                boolean tooLarge = refused.error() instanceof LambdaError.RequestTooLarge;
                if (tooLarge && part.records().size() > 1) {
                    halve(part.records(), part.attempts());
                    return 0;
                }
                if (tooLarge && maxRetries >= 0) {
                    // It won't become smaller.
                    discard(part.records(), new Discard("RetryAttemptsExhausted", 0, null));
                    return 0;
                }
                left.addFirst(part);
                return failures + 1;
            }
        }
    }

    private void halve(List<SourceRecord> records, int attempts) {
        int half = (records.size() + 1) / 2;
        left.addFirst(new Part(records.subList(half, records.size()), attempts));
        left.addFirst(new Part(records.subList(0, half), attempts));
    }

    private int ran(Part part, Ended.Ran ran, int failures) throws SourceException, InterruptedException {
        List<SourceRecord> records = part.records();
        Set<SourceRecord> succeeded = Collections.newSetFromMap(new IdentityHashMap<>());
        succeeded.addAll(work.succeeded(ran, records));
        if (succeeded.size() == records.size() && ran.result().functionError() == null) {
            batch.answered(records, Runs.answer(ran.result()));
            tell(records);
            return 0;
        }
        // The first one of a lane that failed and all behind it come again, whether they succeeded or not.
        Set<String> broken = new HashSet<>();
        List<SourceRecord> good = new ArrayList<>();
        List<SourceRecord> rest = new ArrayList<>();
        for (SourceRecord record : records) {
            if (!succeeded.contains(record)) {
                broken.add(record.lane());
            }
            (broken.contains(record.lane()) ? rest : good).add(record);
        }
        tell(good);
        if (bisect && good.isEmpty() && rest.size() > 1) {
            halve(rest, part.attempts());
            return 0;
        }
        int attempts = good.isEmpty() ? part.attempts() + 1 : 1;
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
        Map<Boolean, List<SourceRecord>> byAge =
                part.records().stream().collect(Collectors.partitioningBy(record -> record.millis() < oldest));
        List<SourceRecord> old = byAge.getOrDefault(true, List.of());
        if (!old.isEmpty()) {
            discard(old, new Discard("RecordAgeExceeded", tried ? 1 : 0, null));
        }
        return byAge.getOrDefault(false, List.of());
    }

    /// Lets the destination know; the source hears of it only then.
    private void discard(List<SourceRecord> records, Discard discard) throws SourceException, InterruptedException {
        for (int failures = 0; !discard.send(runs, mapping, batch, records, loop); failures++) {
            if (!loop.pause(BatchWork.backoff(failures))) {
                throw new InterruptedException();
            }
        }
        batch.answered(records, MissingNode.getInstance());
        tell(records);
    }

    /// Tells the source what is done with all before it, also what was filtered out.
    private void tell(List<SourceRecord> records) throws SourceException, InterruptedException {
        over.addAll(records);
        List<SourceRecord> done = new ArrayList<>();
        for (Deque<SourceRecord> lane : open.values()) {
            while (!lane.isEmpty()
                    && (over.remove(lane.getFirst()) || !lane.getFirst().wanted())) {
                done.add(lane.removeFirst());
            }
        }
        if (!done.isEmpty()) {
            batch.done(done);
        }
    }
}
