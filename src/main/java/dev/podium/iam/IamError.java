package dev.podium.iam;

import dev.podium.aws.AwsError;
import dev.podium.aws.AwsException;

/// The errors of IAM and STS.
///
/// @see <a href="https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html">Common errors</a>
record IamError(Kind kind, String message) implements AwsError {
    /// Code and status.
    enum Kind {
        NO_SUCH_ENTITY("NoSuchEntity", 404),
        ENTITY_ALREADY_EXISTS("EntityAlreadyExists", 409),
        DELETE_CONFLICT("DeleteConflict", 409),
        LIMIT_EXCEEDED("LimitExceeded", 409),
        MALFORMED_POLICY_DOCUMENT("MalformedPolicyDocument", 400),
        INVALID_INPUT("InvalidInput", 400),
        UNMODIFIABLE_ENTITY("UnmodifiableEntity", 400),
        VALIDATION("ValidationError", 400),
        ACCESS_DENIED("AccessDenied", 403);

        private final String code;
        private final int status;

        Kind(String code, int status) {
            this.code = code;
            this.status = status;
        }

        /// The error with a message in AWS's words, ready to be thrown.
        AwsException of(String message) {
            return new AwsException(new IamError(this, message));
        }
    }

    @Override
    public String code() {
        return kind.code;
    }

    @Override
    public int status() {
        return kind.status;
    }
}
