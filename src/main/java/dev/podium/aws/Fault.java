package dev.podium.aws;

/// A failure that is no service's own: each protocol gives it the code and status that AWS gives it there.
///
/// @param kind    what went wrong
/// @param message in AWS's words
public record Fault(Kind kind, String message) implements AwsError {
    /// Status and code of each kind in the JSON protocols, the query protocol, EC2's and S3's.
    public enum Kind {
        /// The request breaks a constraint of the model.
        VALIDATION(
                "400 ValidationException", "400 ValidationError", "400 InvalidParameterValue", "400 InvalidArgument"),
        /// The request cannot be read.
        SERIALIZATION(
                "400 SerializationException", "400 MalformedInput", "400 InvalidParameterValue", "400 MalformedXML"),
        /// The body is too large.
        TOO_LARGE(
                "413 RequestEntityTooLargeException",
                "413 RequestEntityTooLarge",
                "413 RequestEntityTooLarge",
                "400 EntityTooLarge"),
        /// The body ended early.
        CUT_OFF("400 IncompleteBody", "400 IncompleteBody", "400 IncompleteBody", "400 IncompleteBody"),
        /// No such operation.
        UNKNOWN_OPERATION(
                "404 UnknownOperationException", "400 InvalidAction", "400 InvalidAction", "405 MethodNotAllowed"),
        /// Podium does not have this operation or service.
        NOT_SUPPORTED("501 NotImplemented", "501 NotImplemented", "501 NotImplemented", "501 NotImplemented"),
        /// Unexpected.
        INTERNAL("500 InternalFailure", "500 InternalFailure", "500 InternalError", "500 InternalError"),
        /// The upstream can't be reached.
        UNAVAILABLE("503 ServiceUnavailable", "503 ServiceUnavailable", "503 Unavailable", "503 ServiceUnavailable"),
        /// Not signed, though signatures are asked for.
        NOT_SIGNED(
                "403 MissingAuthenticationTokenException",
                "403 MissingAuthenticationToken",
                "403 MissingAuthenticationToken",
                "403 AccessDenied"),
        /// The body has another SHA-256 than the one that was signed.
        WRONG_CONTENT(
                "403 InvalidSignatureException",
                "403 SignatureDoesNotMatch",
                "401 AuthFailure",
                "400 XAmzContentSHA256Mismatch"),
        /// The body has another checksum than announced.
        WRONG_CHECKSUM("400 BadDigest", "400 BadDigest", "400 BadDigest", "400 BadDigest"),
        /// The body does not say how long it is.
        NO_LENGTH(
                "411 MissingContentLength",
                "411 MissingContentLength",
                "411 MissingContentLength",
                "411 MissingContentLength"),
        /// A presigned link's time is over.
        LINK_EXPIRED("403 AccessDeniedException", "403 AccessDenied", "400 RequestExpired", "403 AccessDenied"),
        /// Signed in a way that cannot be read.
        INCOMPLETE_SIGNATURE(
                "400 IncompleteSignatureException",
                "400 IncompleteSignature",
                "400 AuthFailure",
                "400 AuthorizationHeaderMalformed"),
        /// Signed with a key that Podium does not know.
        UNKNOWN_KEY(
                "403 UnrecognizedClientException",
                "403 InvalidClientTokenId",
                "401 AuthFailure",
                "403 InvalidAccessKeyId"),
        /// The signature is another.
        WRONG_SIGNATURE(
                "403 InvalidSignatureException",
                "403 SignatureDoesNotMatch",
                "401 AuthFailure",
                "403 SignatureDoesNotMatch"),
        /// The signature is too old, or from the future.
        EXPIRED_SIGNATURE(
                "403 InvalidSignatureException",
                "403 SignatureDoesNotMatch",
                "400 RequestExpired",
                "403 RequestTimeTooSkewed"),
        /// Signed with temporary credentials, where only a key of Podium's own will do.
        SESSION_REFUSED(
                "403 AccessDeniedException", "403 AccessDenied", "403 UnauthorizedOperation", "403 AccessDenied"),
        /// Signed with temporary credentials that are over.
        EXPIRED_TOKEN("403 ExpiredTokenException", "403 ExpiredToken", "400 RequestExpired", "400 ExpiredToken");

        private final String json;
        private final String query;
        private final String ec2;
        private final String s3;

        Kind(String json, String query, String ec2, String s3) {
            this.json = json;
            this.query = query;
            this.ec2 = ec2;
            this.s3 = s3;
        }
    }

    /// A failed validation, for handlers that word one as the model's validation does.
    ///
    /// @param message whole, from `1 validation error detected:` on
    public static AwsException validation(String message) {
        return of(Kind.VALIDATION, message);
    }

    static AwsException serialization(String message) {
        return of(Kind.SERIALIZATION, message);
    }

    static AwsException of(Kind kind, String message) {
        return new AwsException(new Fault(kind, message));
    }

    @Override
    public String code() {
        return kind.json.substring(4);
    }

    @Override
    public int status() {
        return Integer.parseInt(kind.json.substring(0, 3));
    }

    AwsError inQuery() {
        return coded(kind.query);
    }

    AwsError inEc2() {
        return coded(kind.ec2);
    }

    /// S3 words some of them its own way.
    AwsError inS3() {
        String own = switch (kind) {
            case NOT_SIGNED -> "Access Denied";
            case UNKNOWN_KEY -> "The AWS Access Key Id you provided does not exist in our records.";
            case UNKNOWN_OPERATION -> "The specified method is not allowed against this resource.";
            case EXPIRED_SIGNATURE -> "The difference between the request time and the current time is too large.";
            default -> message;
        };
        return new Fault(kind, own).coded(kind.s3);
    }

    private AwsError coded(String statusAndCode) {
        return new Coded(statusAndCode.substring(4), Integer.parseInt(statusAndCode.substring(0, 3)), message);
    }

    /// A failure under the code that one service has for it.
    record Renamed(String code, AwsError original) implements AwsError {
        @Override
        public int status() {
            return original.status();
        }

        @Override
        public String message() {
            return original.message();
        }
    }

    private record Coded(String code, int status, String message) implements AwsError {}
}
