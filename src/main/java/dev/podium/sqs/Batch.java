package dev.podium.sqs;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What the three batch operations have in common.
final class Batch {
    private static final int MOST_ENTRIES = 10;

    private Batch() {}

    /// An entry that failed: BatchResultErrorEntry.
    record Failure(String id, boolean senderFault, String code, String message) {
        static Failure of(String id, SqsError error) {
            return new Failure(id, error.status() < 500, error.entryCode(), error.message());
        }
    }

    /// An entry that succeeded without more to say.
    record Done(String id) {}

    /// The answer when there is no more to say.
    record Result(List<Done> successful, List<Failure> failed) {
        /// @param errors of each entry, or nothing
        static Result of(List<String> ids, List<Optional<SqsError>> errors) {
            List<Done> successful = new ArrayList<>(ids.size());
            List<Failure> failed = new ArrayList<>(0);
            for (int i = 0; i < ids.size(); i++) {
                String id = ids.get(i);
                errors.get(i)
                        .ifPresentOrElse(
                                error -> failed.add(Failure.of(id, error)), () -> successful.add(new Done(id)));
            }
            return new Result(successful, failed);
        }
    }

    /// Checks the ids of a batch.
    ///
    /// @throws dev.podium.aws.AwsException EmptyBatchRequest and its likes
    static void check(String operation, List<String> ids) {
        if (ids.isEmpty()) {
            throw empty(operation).exception();
        }
        if (ids.size() > MOST_ENTRIES) {
            throw new SqsError.BadBatch(
                            "TooManyEntriesInBatchRequest",
                            "Maximum number of entries per request are 10. You have sent " + ids.size() + ".")
                    .exception();
        }
        Set<String> distinct = new HashSet<>();
        for (String id : ids) {
            if (!id.matches("[A-Za-z0-9_-]{1,80}")) {
                throw new SqsError.BadBatch(
                                "InvalidBatchEntryId",
                                "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can"
                                        + " be at most 80 letters long.")
                        .exception();
            }
            if (!distinct.add(id)) {
                throw new SqsError.BadBatch("BatchEntryIdsNotDistinct", "Id " + id + " repeated.").exception();
            }
        }
    }

    /// The error of a batch without entries.
    static SqsError empty(String operation) {
        return new SqsError.BadBatch(
                "EmptyBatchRequest", "There should be at least one " + operation + "RequestEntry in the request.");
    }
}
