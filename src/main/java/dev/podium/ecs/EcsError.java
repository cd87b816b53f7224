package dev.podium.ecs;

import dev.podium.aws.AwsError;
import dev.podium.aws.AwsException;

/// The errors of ECS; all of them answer 400.
///
/// @see <a href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html">Common errors</a>
public sealed interface EcsError extends AwsError {
    @Override
    default int status() {
        return 400;
    }

    /// Carries this to the front.
    default AwsException exception() {
        return new AwsException(this);
    }

    /// No such cluster.
    record ClusterNotFound() implements EcsError {
        @Override
        public String code() {
            return "ClusterNotFoundException";
        }

        @Override
        public String message() {
            return "Cluster not found.";
        }
    }

    /// No such service.
    record ServiceNotFound() implements EcsError {
        @Override
        public String code() {
            return "ServiceNotFoundException";
        }

        @Override
        public String message() {
            return "Service not found.";
        }
    }

    /// The service is being deleted, or was.
    record ServiceNotActive() implements EcsError {
        @Override
        public String code() {
            return "ServiceNotActiveException";
        }

        @Override
        public String message() {
            return "Service was not ACTIVE.";
        }
    }

    /// The cluster can't be deleted while something is in it.
    ///
    /// @param what `Tasks` or `Services`
    record ClusterContains(String what) implements EcsError {
        @Override
        public String code() {
            return "ClusterContains" + what + "Exception";
        }

        @Override
        public String message() {
            return "The Cluster cannot be deleted while " + what + " are active.";
        }
    }

    /// A value that the service does not take.
    record InvalidParameter(String message) implements EcsError {
        @Override
        public String code() {
            return "InvalidParameterException";
        }
    }

    /// A request that the service can't carry out.
    record Client(String message) implements EcsError {
        /// A setting that Podium does not have.
        static Client unsupported(String what) {
            return new Client(what + " is not supported by Podium: leave it out.");
        }

        @Override
        public String code() {
            return "ClientException";
        }
    }

    /// A token that was used for another request.
    record Conflict(String message) implements EcsError {
        @Override
        public String code() {
            return "ConflictException";
        }
    }

    /// Something that this ECS does not have.
    record Unsupported(String message) implements EcsError {
        @Override
        public String code() {
            return "UnsupportedFeatureException";
        }
    }

    /// A resource that tags can't be read or written for.
    record ResourceNotFound(String message) implements EcsError {
        @Override
        public String code() {
            return "ResourceNotFoundException";
        }
    }
}
