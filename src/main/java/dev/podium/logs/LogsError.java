package dev.podium.logs;

import dev.podium.aws.AwsError;
import dev.podium.aws.AwsException;

/// Every error that CloudWatch Logs' operations answer, with AWS's own wording.
///
/// @see <a href="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/CommonErrors.html">errors</a>
public sealed interface LogsError extends AwsError {
    @Override
    default String code() {
        return switch (this) {
            case ResourceNotFound _ -> "ResourceNotFoundException";
            case ResourceAlreadyExists _ -> "ResourceAlreadyExistsException";
            case InvalidParameter _ -> "InvalidParameterException";
            case Validation _ -> "ValidationException";
            case LimitExceeded _ -> "LimitExceededException";
            case TooManyTags _ -> "TooManyTagsException";
            case ServiceUnavailable _ -> "ServiceUnavailableException";
        };
    }

    @Override
    default int status() {
        return this instanceof ServiceUnavailable ? 503 : 400;
    }

    /// This error, to be thrown.
    default AwsException thrown() {
        return new AwsException(this);
    }

    /// A group, stream or resource that isn't there.
    record ResourceNotFound(String message) implements LogsError {
        static ResourceNotFound group() {
            return new ResourceNotFound("The specified log group does not exist.");
        }

        static ResourceNotFound stream() {
            return new ResourceNotFound("The specified log stream does not exist.");
        }
    }

    /// A group or stream that is there already.
    record ResourceAlreadyExists(String message) implements LogsError {
        static ResourceAlreadyExists group() {
            return new ResourceAlreadyExists("The specified log group already exists");
        }

        static ResourceAlreadyExists stream() {
            return new ResourceAlreadyExists("The specified log stream already exists");
        }
    }

    /// A parameter that can't be used.
    record InvalidParameter(String message) implements LogsError {}

    /// The operation isn't allowed in this state.
    record Validation(String message) implements LogsError {}

    /// Too many of something.
    record LimitExceeded(String message) implements LogsError {}

    /// Too many tags.
    record TooManyTags(String message) implements LogsError {}

    /// The events can't be written now.
    record ServiceUnavailable(String message) implements LogsError {}
}
