package dev.podium.lambda;

import dev.podium.aws.AwsError;
import java.util.Map;
import java.util.TreeMap;

/// Every error that Lambda's operations answer, with AWS's own wording.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html">Lambda errors</a>
public sealed interface LambdaError extends AwsError {
    @Override
    default String code() {
        return switch (this) {
            case ResourceNotFound _ -> "ResourceNotFoundException";
            case ResourceConflict _ -> "ResourceConflictException";
            case ResourceInUse _ -> "ResourceInUseException";
            case PreconditionFailed _ -> "PreconditionFailedException";
            case AccessDenied _ -> "AccessDeniedException";
            case PolicyLengthExceeded _ -> "PolicyLengthExceededException";
            case CodeVerificationFailed _ -> "CodeVerificationFailedException";
            case CodeSigningConfigNotFound _ -> "CodeSigningConfigNotFoundException";
            case InvalidParameterValue _ -> "InvalidParameterValueException";
            case Validation _ -> "ValidationException";
            case RequestEntityTooLarge _ -> "RequestEntityTooLargeException";
            case RequestTooLarge _ -> "RequestTooLargeException";
            case InvalidRequestContent _ -> "InvalidRequestContentException";
            case TooManyRequests _ -> "TooManyRequestsException";
            case RecursiveInvocation _ -> "RecursiveInvocationException";
            case ProvisionedConcurrencyConfigNotFound _ -> "ProvisionedConcurrencyConfigNotFoundException";
            case InvalidRuntime _ -> "InvalidRuntimeException";
            case ResourceNotReady _ -> "ResourceNotReadyException";
        };
    }

    @Override
    default int status() {
        return switch (this) {
            case PolicyLengthExceeded _, CodeVerificationFailed _, InvalidParameterValue _ -> 400;
            case Validation _, InvalidRequestContent _, RecursiveInvocation _ -> 400;
            case ResourceInUse _ -> 400;
            case AccessDenied _ -> 403;
            case ResourceNotFound _, CodeSigningConfigNotFound _, ProvisionedConcurrencyConfigNotFound _ -> 404;
            case ResourceConflict _ -> 409;
            case PreconditionFailed _ -> 412;
            case RequestEntityTooLarge _, RequestTooLarge _ -> 413;
            case TooManyRequests _ -> 429;
            case InvalidRuntime _, ResourceNotReady _ -> 502;
        };
    }

    /// `Type` says whose fault it is, `User` or `Service`; three codes go without, as on AWS.
    @Override
    default Map<String, Object> members() {
        boolean bare =
                this instanceof AccessDenied || this instanceof Validation || this instanceof RequestEntityTooLarge;
        return bare ? Map.of() : Map.of("Type", status() >= 500 ? "Service" : "User");
    }

    /// A resource that isn't there.
    record ResourceNotFound(String message) implements LambdaError {
        /// Something other than a function.
        public static ResourceNotFound requested() {
            return new ResourceNotFound("The resource you requested does not exist.");
        }

        /// No function of this ARN, with `:qualifier` when one was given.
        public static ResourceNotFound function(String arn) {
            return new ResourceNotFound("Function not found: " + arn);
        }
    }

    /// The resource exists already, or is in a state that doesn't allow the operation.
    record ResourceConflict(String message) implements LambdaError {}

    /// The resource is being changed already.
    record ResourceInUse(String message) implements LambdaError {}

    /// RevisionId isn't the newest one.
    record PreconditionFailed(String message) implements LambdaError {
        /// The function changed since its RevisionId was read.
        public static PreconditionFailed revision() {
            return new PreconditionFailed("The Revision Id provided does not match the latest Revision Id. "
                    + "Call the GetFunction/GetAlias API to retrieve the latest Revision Id");
        }

        /// A policy changed since its RevisionId was read.
        ///
        /// @param operation that reads the policy, in AWS's words
        public static PreconditionFailed policy(String operation) {
            return new PreconditionFailed("The Revision Id provided does not match the latest Revision Id. Call the "
                    + operation + " API to retrieve the latest Revision Id");
        }
    }

    /// No policy allows it.
    record AccessDenied(String message) implements LambdaError {}

    /// A policy that would be too long.
    record PolicyLengthExceeded(String message) implements LambdaError {}

    /// Code that isn't signed as the function's code signing configuration asks.
    record CodeVerificationFailed(String message) implements LambdaError {}

    /// No code signing configuration of that ARN.
    record CodeSigningConfigNotFound(String message) implements LambdaError {}

    /// A parameter that the model allows and the service doesn't.
    record InvalidParameterValue(String message) implements LambdaError {}

    /// A parameter outside the limits that AWS documents and its model leaves open.
    record Validation(String message) implements LambdaError {
        /// One constraint that failed, in the words of model validation.
        public static Validation constraint(Object value, String path, String constraint) {
            return new Validation("1 validation error detected: Value '" + value + "' at '" + path
                    + "' failed to satisfy constraint: " + constraint);
        }
    }

    /// Code that is too large.
    record RequestEntityTooLarge(String message) implements LambdaError {}

    /// An invocation's payload that is too large.
    record RequestTooLarge(String message) implements LambdaError {
        /// @param type `RequestResponse` or `Event`
        public static RequestTooLarge of(long length, String type, int limit) {
            return new RequestTooLarge(length + " byte payload is too large for the " + type
                    + " invocation type (limit " + limit + " bytes)");
        }
    }

    /// An invocation's payload that isn't JSON.
    record InvalidRequestContent(String message) implements LambdaError {}

    /// Too many invocations at once; `Reason` names the limit.
    record TooManyRequests(String reason) implements LambdaError {
        @Override
        public String message() {
            return "Rate Exceeded.";
        }

        @Override
        public Map<String, Object> members() {
            return new TreeMap<>(Map.of("Type", "User", "Reason", reason));
        }
    }

    /// The function calls itself in a loop.
    record RecursiveInvocation() implements LambdaError {
        @Override
        public String message() {
            return "Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services"
                    + " resources and stopped your function's invocation.";
        }
    }

    /// No provisioned concurrency was asked for.
    record ProvisionedConcurrencyConfigNotFound() implements LambdaError {
        @Override
        public String message() {
            return "No Provisioned Concurrency Config found for this function";
        }
    }

    /// The runtime's image can't be had, or can't run.
    record InvalidRuntime(String message) implements LambdaError {}

    /// The function can't run now: no node has room, or Kubernetes is away. Trying again may help.
    record ResourceNotReady(String message) implements LambdaError {}
}
