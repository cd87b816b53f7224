package dev.podium.schedules;

import dev.podium.aws.AwsError;
import dev.podium.aws.AwsException;

/// The errors of EventBridge Scheduler.
///
/// @see <a href="https://docs.aws.amazon.com/scheduler/latest/APIReference/CommonErrors.html">Common
/// errors</a>
public sealed interface SchedulerError extends AwsError {
    @Override
    default String code() {
        return switch (this) {
            case Validation _ -> "ValidationException";
            case NotFound _ -> "ResourceNotFoundException";
            case Conflict _ -> "ConflictException";
            case QuotaExceeded _ -> "ServiceQuotaExceededException";
        };
    }

    @Override
    default int status() {
        return switch (this) {
            case Validation _ -> 400;
            case NotFound _ -> 404;
            case Conflict _ -> 409;
            case QuotaExceeded _ -> 402;
        };
    }

    /// Carries this to the front.
    default AwsException exception() {
        return new AwsException(this);
    }

    /// A value that the service does not take.
    record Validation(String message) implements SchedulerError {}

    /// There is no such schedule or group.
    record NotFound(String message) implements SchedulerError {
        static NotFound schedule(String name) {
            return new NotFound("Schedule " + name + " does not exist.");
        }

        static NotFound group(String name) {
            return new NotFound("Schedule group " + name + " does not exist.");
        }
    }

    /// The name is taken, or what is asked for doesn't fit its state.
    record Conflict(String message) implements SchedulerError {}

    /// There are too many.
    record QuotaExceeded(String message) implements SchedulerError {}
}
