package dev.podium.ec2;

import dev.podium.aws.AwsError;
import dev.podium.aws.AwsException;
import org.jspecify.annotations.Nullable;

/// The errors of EC2: a code says it all. The factories give what is to be thrown.
///
/// @see <a href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html">Error codes</a>
record Ec2Error(String code, int status, String message) implements AwsError {
    /// An error of any code, such as `InvalidInstanceID.NotFound`.
    static AwsException coded(String code, String message) {
        return new AwsException(new Ec2Error(code, 400, message));
    }

    /// A value that EC2 does not take.
    static AwsException invalid(String message) {
        return coded("InvalidParameterValue", message);
    }

    /// The same in the words for most parameters.
    static AwsException invalid(Object value, String parameter, String why) {
        return invalid("Value (" + value + ") for parameter " + parameter + " is invalid. " + why);
    }

    /// Parameters that exclude each other.
    static AwsException combination(String message) {
        return coded("InvalidParameterCombination", message);
    }

    /// A parameter that has to be there.
    static AwsException missing(String parameter) {
        return coded("MissingParameter", "The request must contain the parameter " + parameter);
    }

    /// The instance is in another state.
    ///
    /// @param action what can't be done: `stopped`
    static AwsException incorrectState(String instance, String action) {
        return coded(
                "IncorrectInstanceState",
                "The instance '" + instance + "' is not in a state from which it can be " + action + ".");
    }

    /// Something else still uses it.
    static AwsException dependency(String what, String id) {
        return coded("DependencyViolation", "The " + what + " '" + id + "' has dependencies and cannot be deleted.");
    }

    /// What AWS has and a pod can't do.
    static AwsException unsupported(String message) {
        return coded("UnsupportedOperation", message);
    }

    /// A parameter without an effect here.
    static AwsException unsupported(String operation, String parameter) {
        return unsupported("The parameter " + parameter + " of " + operation
                + " is not supported by Podium: instances are pods. Leave it out.");
    }

    /// Ends a rehearsal, once all that could be wrong with the request has been looked at.
    static void dryRun(@Nullable Boolean asked) {
        if (Boolean.TRUE.equals(asked)) {
            throw new AwsException(
                    new Ec2Error("DryRunOperation", 412, "Request would have succeeded, but DryRun flag is set."));
        }
    }
}
