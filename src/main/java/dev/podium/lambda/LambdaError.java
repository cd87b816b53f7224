package dev.podium.lambda;

import dev.podium.aws.AwsError;
import java.util.LinkedHashMap;
import java.util.Map;

/// Every error that Lambda's operations answer, with AWS's own wording.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html">Lambda errors</a>
public sealed interface LambdaError extends AwsError {
    /// `Type` says whose fault it is: `User` or `Service`.
    @Override
    default Map<String, Object> members() {
        return Map.of("Type", status() >= 500 ? "Service" : "User");
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

        @Override
        public String code() {
            return "ResourceNotFoundException";
        }

        @Override
        public int status() {
            return 404;
        }
    }

    /// The resource exists already, or is in a state that doesn't allow the operation.
    record ResourceConflict(String message) implements LambdaError {
        @Override
        public String code() {
            return "ResourceConflictException";
        }

        @Override
        public int status() {
            return 409;
        }
    }

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

        @Override
        public String code() {
            return "PreconditionFailedException";
        }

        @Override
        public int status() {
            return 412;
        }
    }

    /// No policy allows it.
    record AccessDenied(String message) implements LambdaError {
        @Override
        public String code() {
            return "AccessDeniedException";
        }

        @Override
        public int status() {
            return 403;
        }

        @Override
        public Map<String, Object> members() {
            return Map.of();
        }
    }

    /// A policy that would be too long.
    record PolicyLengthExceeded(String message) implements LambdaError {
        @Override
        public String code() {
            return "PolicyLengthExceededException";
        }

        @Override
        public int status() {
            return 400;
        }
    }

    /// Code that isn't signed as the function's code signing configuration asks.
    record CodeVerificationFailed(String message) implements LambdaError {
        @Override
        public String code() {
            return "CodeVerificationFailedException";
        }

        @Override
        public int status() {
            return 400;
        }
    }

    /// No code signing configuration of that ARN.
    record CodeSigningConfigNotFound(String message) implements LambdaError {
        @Override
        public String code() {
            return "CodeSigningConfigNotFoundException";
        }

        @Override
        public int status() {
            return 404;
        }
    }

    /// A parameter that the model allows and the service doesn't.
    record InvalidParameterValue(String message) implements LambdaError {
        @Override
        public String code() {
            return "InvalidParameterValueException";
        }

        @Override
        public int status() {
            return 400;
        }
    }

    /// A parameter outside the limits that AWS documents and its model leaves open.
    record Validation(String message) implements LambdaError {
        /// One constraint that failed, in the words of model validation.
        public static Validation constraint(Object value, String path, String constraint) {
            return new Validation("1 validation error detected: Value '" + value + "' at '" + path
                    + "' failed to satisfy constraint: " + constraint);
        }

        @Override
        public String code() {
            return "ValidationException";
        }

        @Override
        public int status() {
            return 400;
        }

        @Override
        public Map<String, Object> members() {
            return Map.of();
        }
    }

    /// Code that is too large.
    record RequestEntityTooLarge(String message) implements LambdaError {
        @Override
        public String code() {
            return "RequestEntityTooLargeException";
        }

        @Override
        public int status() {
            return 413;
        }

        @Override
        public Map<String, Object> members() {
            return Map.of();
        }
    }

    /// An invocation's payload that is too large.
    record RequestTooLarge(String message) implements LambdaError {
        @Override
        public String code() {
            return "RequestTooLargeException";
        }

        @Override
        public int status() {
            return 413;
        }
    }

    /// An invocation's payload that isn't JSON.
    record InvalidRequestContent(String message) implements LambdaError {
        @Override
        public String code() {
            return "InvalidRequestContentException";
        }

        @Override
        public int status() {
            return 400;
        }
    }

    /// Too many invocations at once; `Reason` names the limit.
    record TooManyRequests(String reason) implements LambdaError {
        @Override
        public String message() {
            return "Rate Exceeded.";
        }

        @Override
        public String code() {
            return "TooManyRequestsException";
        }

        @Override
        public int status() {
            return 429;
        }

        @Override
        public Map<String, Object> members() {
            Map<String, Object> members = new LinkedHashMap<>(LambdaError.super.members());
            members.put("Reason", reason);
            return members;
        }
    }

    /// The function calls itself in a loop.
    record RecursiveInvocation() implements LambdaError {
        @Override
        public String message() {
            return "Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services"
                    + " resources and stopped your function's invocation.";
        }

        @Override
        public String code() {
            return "RecursiveInvocationException";
        }

        @Override
        public int status() {
            return 400;
        }
    }

    /// No provisioned concurrency was asked for.
    record ProvisionedConcurrencyConfigNotFound() implements LambdaError {
        @Override
        public String message() {
            return "No Provisioned Concurrency Config found for this function";
        }

        @Override
        public String code() {
            return "ProvisionedConcurrencyConfigNotFoundException";
        }

        @Override
        public int status() {
            return 404;
        }
    }

    /// The runtime's image can't be had, or can't run.
    record InvalidRuntime(String message) implements LambdaError {
        @Override
        public String code() {
            return "InvalidRuntimeException";
        }

        @Override
        public int status() {
            return 502;
        }
    }

    /// The function can't run now: no node has room, or Kubernetes is away. Trying again may help.
    record ResourceNotReady(String message) implements LambdaError {
        @Override
        public String code() {
            return "ResourceNotReadyException";
        }

        @Override
        public int status() {
            return 502;
        }
    }
}
