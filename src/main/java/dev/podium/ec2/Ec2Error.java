package dev.podium.ec2;

import dev.podium.aws.AwsError;
import dev.podium.aws.AwsException;

/// The errors of EC2.
///
/// @see <a href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html">Error codes</a>
sealed interface Ec2Error extends AwsError {
    @Override
    default int status() {
        return 400;
    }

    /// Carries this to the front.
    default AwsException exception() {
        return new AwsException(this);
    }

    /// An error whose code says it all, such as `InvalidInstanceID.NotFound`.
    record Coded(String code, int status, String message) implements Ec2Error {
        /// With the usual status.
        static Coded of(String code, String message) {
            return new Coded(code, 400, message);
        }
    }

    /// A value that EC2 does not take.
    record InvalidParameterValue(String message) implements Ec2Error {
        /// In the words for most parameters.
        static InvalidParameterValue of(Object value, String parameter, String why) {
            return new InvalidParameterValue(
                    "Value (" + value + ") for parameter " + parameter + " is invalid. " + why);
        }

        @Override
        public String code() {
            return "InvalidParameterValue";
        }
    }

    /// Parameters that exclude each other.
    record InvalidParameterCombination(String message) implements Ec2Error {
        @Override
        public String code() {
            return "InvalidParameterCombination";
        }
    }

    /// A parameter that has to be there.
    record MissingParameter(String parameter) implements Ec2Error {
        @Override
        public String code() {
            return "MissingParameter";
        }

        @Override
        public String message() {
            return "The request must contain the parameter " + parameter;
        }
    }

    /// The call was a rehearsal, and would have done what it says.
    record DryRunOperation() implements Ec2Error {
        @Override
        public String code() {
            return "DryRunOperation";
        }

        @Override
        public int status() {
            return 412;
        }

        @Override
        public String message() {
            return "Request would have succeeded, but DryRun flag is set.";
        }

        /// Ends a rehearsal, once all that could be wrong with the request has been looked at.
        static void check(@org.jspecify.annotations.Nullable Boolean dryRun) {
            if (Boolean.TRUE.equals(dryRun)) {
                throw new DryRunOperation().exception();
            }
        }
    }

    /// The instance is in another state.
    ///
    /// @param action what can't be done: `stopped`
    record IncorrectInstanceState(String instance, String action) implements Ec2Error {
        @Override
        public String code() {
            return "IncorrectInstanceState";
        }

        @Override
        public String message() {
            return "The instance '" + instance + "' is not in a state from which it can be " + action + ".";
        }
    }

    /// Something else still uses it.
    record DependencyViolation(String what, String id) implements Ec2Error {
        @Override
        public String code() {
            return "DependencyViolation";
        }

        @Override
        public String message() {
            return "The " + what + " '" + id + "' has dependencies and cannot be deleted.";
        }
    }

    /// What AWS has and a pod can't do.
    record UnsupportedOperation(String message) implements Ec2Error {
        /// A parameter without an effect here.
        static UnsupportedOperation parameter(String operation, String parameter) {
            return new UnsupportedOperation("The parameter " + parameter + " of " + operation
                    + " is not supported by Podium: instances are pods. Leave it out.");
        }

        @Override
        public String code() {
            return "UnsupportedOperation";
        }
    }
}
