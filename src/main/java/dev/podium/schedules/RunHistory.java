package dev.podium.schedules;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What became of a schedule's last runs.
///
/// @param succeeded the last three, newest first
/// @param failed    the last one that was given up, or null
public record RunHistory(List<Run> succeeded, @Nullable Run failed) {
    private static final int KEPT = 3;
    /// Of a schedule that has not run yet.
    public static final RunHistory NONE = new RunHistory(List.of(), null);

    /// A run that is over: its target has taken the call, or it was given up.
    ///
    /// @param scheduledTime the time that the schedule says
    /// @param startTime     when the last attempt began
    /// @param attempts      how often it was tried
    /// @param target        ARN
    /// @param errorCode     null when it succeeded
    /// @param errorMessage  null when it succeeded
    public record Run(
            String executionId,
            Instant scheduledTime,
            Instant startTime,
            Instant endTime,
            int attempts,
            String target,
            @Nullable String errorCode,
            @Nullable String errorMessage) {}

    RunHistory with(Run run) {
        return run.errorCode() != null
                ? new RunHistory(succeeded, run)
                : new RunHistory(
                        Stream.concat(Stream.of(run), succeeded.stream())
                                .limit(KEPT)
                                .toList(),
                        failed);
    }
}
