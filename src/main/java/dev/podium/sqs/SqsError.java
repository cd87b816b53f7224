package dev.podium.sqs;

import dev.podium.aws.AwsError;
import dev.podium.aws.AwsException;

/// The errors of SQS. The code is the model's name of the exception; the front adds the one of the query protocol.
///
/// @see <a href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html">Common
/// errors</a>
public sealed interface SqsError extends AwsError {
    @Override
    default String code() {
        return switch (this) {
            case QueueDoesNotExist _ -> "QueueDoesNotExist";
            case QueueNameExists _ -> "QueueNameExists";
            case InvalidParameterValue _ -> "InvalidParameterValue";
            case MissingParameter _ -> "MissingParameter";
            case InvalidAttributeName _ -> "InvalidAttributeName";
            case InvalidAttributeValue _ -> "InvalidAttributeValue";
            case InvalidMessageContents _ -> "InvalidMessageContents";
            case ReceiptHandleIsInvalid _ -> "ReceiptHandleIsInvalid";
            case MessageNotInflight _ -> "MessageNotInflight";
            case PurgeQueueInProgress _ -> "PurgeQueueInProgress";
            case OverLimit _ -> "OverLimit";
            case RequestThrottled _ -> "RequestThrottled";
            case BadBatch batch -> batch.code;
            case UnsupportedOperation _ -> "UnsupportedOperation";
            case ResourceNotFound _ -> "ResourceNotFoundException";
        };
    }

    @Override
    default int status() {
        return switch (this) {
            case PurgeQueueInProgress _, OverLimit _, RequestThrottled _ -> 403;
            case ResourceNotFound _ -> 404;
            case QueueDoesNotExist _, QueueNameExists _, InvalidParameterValue _, MissingParameter _ -> 400;
            case InvalidAttributeName _, InvalidAttributeValue _, InvalidMessageContents _ -> 400;
            case ReceiptHandleIsInvalid _, MessageNotInflight _, BadBatch _, UnsupportedOperation _ -> 400;
        };
    }

    /// The code in the results of a batch, which is that of the query protocol.
    default String entryCode() {
        return this instanceof MessageNotInflight ? "AWS.SimpleQueueService.MessageNotInflight" : code();
    }

    /// Carries this to the front.
    default AwsException exception() {
        return new AwsException(this);
    }

    /// No such queue.
    record QueueDoesNotExist() implements SqsError {
        @Override
        public String message() {
            return "The specified queue does not exist.";
        }
    }

    /// A queue of that name has other attributes.
    ///
    /// @param attribute the first one that differs
    record QueueNameExists(String attribute) implements SqsError {
        @Override
        public String message() {
            return "A queue already exists with the same name and a different value for attribute " + attribute;
        }
    }

    /// A value that the service does not take.
    record InvalidParameterValue(String message) implements SqsError {
        /// A value with the reason why not.
        static InvalidParameterValue of(Object value, String parameter, String reason) {
            return new InvalidParameterValue(
                    "Value " + value + " for parameter " + parameter + " is invalid. Reason: " + reason);
        }

        /// A parameter that this type of queue, standard or FIFO, does not have.
        static InvalidParameterValue ofThisQueue(Object value, String parameter) {
            return of(value, parameter, "The request include parameter that is not valid for this queue type.");
        }
    }

    /// A parameter that has to be there.
    record MissingParameter(String parameter) implements SqsError {
        @Override
        public String message() {
            return "The request must contain the parameter " + parameter + ".";
        }
    }

    /// No such attribute.
    record InvalidAttributeName(String attribute) implements SqsError {
        @Override
        public String message() {
            return "Unknown Attribute " + attribute + ".";
        }
    }

    /// A value that an attribute does not take.
    record InvalidAttributeValue(String message) implements SqsError {
        /// Without a reason, as AWS words most of them.
        static InvalidAttributeValue of(String attribute) {
            return new InvalidAttributeValue("Invalid value for the parameter " + attribute + ".");
        }
    }

    /// Characters that a message can't have.
    record InvalidMessageContents() implements SqsError {
        @Override
        public String message() {
            return "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | "
                    + "#xE000 to #xFFFD | #x10000 to #x10FFFF";
        }
    }

    /// A receipt handle that this queue never gave out.
    record ReceiptHandleIsInvalid(String handle) implements SqsError {
        @Override
        public String message() {
            return "The input receipt handle \"" + handle + "\" is not a valid receipt handle.";
        }
    }

    /// The message is visible already.
    record MessageNotInflight(String handle) implements SqsError {
        @Override
        public String message() {
            return "Value " + handle
                    + " for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not"
                    + " available for visibility timeout change.";
        }
    }

    /// Two purges within a minute.
    record PurgeQueueInProgress(String queue) implements SqsError {
        @Override
        public String message() {
            return "Only one PurgeQueue operation on " + queue + " is allowed every 60 seconds.";
        }
    }

    /// More than the queue takes.
    record OverLimit(String message) implements SqsError {}

    /// More than the server takes.
    record RequestThrottled(String message) implements SqsError {}

    /// A batch that can't be one.
    ///
    /// @param code such as `EmptyBatchRequest`
    record BadBatch(String code, String message) implements SqsError {}

    /// Something that SQS does not do.
    record UnsupportedOperation(String message) implements SqsError {}

    /// A resource that isn't there, of the message move tasks.
    record ResourceNotFound(String message) implements SqsError {}
}
