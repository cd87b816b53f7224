package dev.podium.ecs;

import dev.podium.aws.AwsError;
import dev.podium.aws.AwsException;

/// The errors of ECS; all of them answer 400.
///
/// @param message in AWS's words where they are known
/// @see <a href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html">Common errors</a>
record EcsError(String code, String message) implements AwsError {
    @Override
    public int status() {
        return 400;
    }

    private static AwsException of(String code, String message) {
        return new AwsException(new EcsError(code, message));
    }

    /// No such cluster.
    static AwsException clusterNotFound() {
        return of("ClusterNotFoundException", "Cluster not found.");
    }

    /// The cluster can't be deleted while something is in it.
    ///
    /// @param what `Tasks` or `Services`
    static AwsException clusterContains(String what) {
        return of(
                "ClusterContains" + what + "Exception", "The Cluster cannot be deleted while " + what + " are active.");
    }

    /// No such service.
    static AwsException serviceNotFound() {
        return of("ServiceNotFoundException", "Service not found.");
    }

    /// The service is being deleted, or was.
    static AwsException serviceNotActive() {
        return of("ServiceNotActiveException", "Service was not ACTIVE.");
    }

    /// A value that the service does not take.
    static AwsException invalid(String message) {
        return of("InvalidParameterException", message);
    }

    /// A request that the service can't carry out.
    static AwsException client(String message) {
        return of("ClientException", message);
    }

    /// A token that was used for another request.
    static AwsException conflict(String message) {
        return of("ConflictException", message);
    }

    /// Refuses a setting of a task definition, which Podium doesn't have, by name.
    static void refuse(boolean given, String what) {
        if (given) {
            throw client(what + " is not supported by Podium: leave it out.");
        }
    }

    /// Refuses a parameter, which Podium doesn't have, by name.
    static void unsupported(boolean given, String what) {
        if (given) {
            throw invalid(what + " is not supported by Podium: leave it out.");
        }
    }
}
