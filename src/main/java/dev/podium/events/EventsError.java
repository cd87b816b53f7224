package dev.podium.events;

import dev.podium.aws.AwsError;
import dev.podium.aws.AwsException;

/// The errors of EventBridge; as in all services of its protocol their status is 400.
///
/// @see <a href="https://docs.aws.amazon.com/eventbridge/latest/APIReference/CommonErrors.html">Common
/// errors</a>
public sealed interface EventsError extends AwsError {
    @Override
    default String code() {
        return switch (this) {
            case Validation _ -> "ValidationException";
            case ResourceNotFound _ -> "ResourceNotFoundException";
            case InvalidEventPattern _ -> "InvalidEventPatternException";
            case LimitExceeded _ -> "LimitExceededException";
        };
    }

    @Override
    default int status() {
        return 400;
    }

    /// Carries this to the front.
    default AwsException exception() {
        return new AwsException(this);
    }

    /// A value that the service does not take.
    record Validation(String message) implements EventsError {}

    /// There is no such rule or bus.
    record ResourceNotFound(String message) implements EventsError {
        static ResourceNotFound rule(String name) {
            return new ResourceNotFound("Rule " + name + " does not exist on EventBus default.");
        }
    }

    /// A text that is no event pattern.
    record InvalidEventPattern(String reason) implements EventsError {
        @Override
        public String message() {
            return "Event pattern is not valid. Reason: " + reason;
        }
    }

    /// There are too many.
    record LimitExceeded() implements EventsError {
        @Override
        public String message() {
            return "The requested resource exceeds the maximum number allowed.";
        }
    }
}
