package dev.podium.s3;

import dev.podium.aws.AwsError;
import dev.podium.aws.AwsException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An error of S3.
///
/// @param code    such as `NoSuchKey`
/// @param message in S3's words
/// @param members further elements of the body, such as `Key`
/// @param headers further headers, such as `x-amz-delete-marker`
///
/// @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html">Error responses</a>
public record S3Error(String code, int status, String message, Map<String, Object> members, Map<String, String> headers)
        implements AwsError {
    /// The errors that S3 answers here, with their status and usual message.
    public enum Kind {
        ACCESS_DENIED("AccessDenied", 403, "Access Denied"),
        ACLS_OFF("AccessControlListNotSupported", 400, "The bucket does not allow ACLs"),
        BAD_REQUEST("BadRequest", 400, "Bad Request"),
        BAD_DIGEST("BadDigest", 400, "The Content-MD5 you specified did not match what we received."),
        BUCKET_EXISTS(
                "BucketAlreadyExists",
                409,
                "The requested bucket name is not available. The bucket namespace is shared by all users of the system."
                        + " Please select a different name and try again."),
        BUCKET_IS_YOURS(
                "BucketAlreadyOwnedByYou",
                409,
                "Your previous request to create the named bucket succeeded and you already own it."),
        BUCKET_NOT_EMPTY("BucketNotEmpty", 409, "The bucket you tried to delete is not empty"),
        ENTITY_TOO_LARGE("EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size"),
        ENTITY_TOO_SMALL("EntityTooSmall", 400, "Your proposed upload is smaller than the minimum allowed size"),
        ILLEGAL_LOCATION(
                "IllegalLocationConstraintException",
                400,
                "The unspecified location constraint is incompatible for the region specific endpoint this request was"
                        + " sent to."),
        ILLEGAL_VERSIONING(
                "IllegalVersioningConfigurationException",
                400,
                "Indicates that the versioning configuration specified in the request is invalid."),
        INVALID_ARGUMENT("InvalidArgument", 400, "Invalid Argument"),
        INVALID_BUCKET_NAME("InvalidBucketName", 400, "The specified bucket is not valid."),
        INVALID_DIGEST("InvalidDigest", 400, "The Content-MD5 you specified was invalid."),
        INVALID_BUCKET_ACL(
                "InvalidBucketAclWithObjectOwnership",
                400,
                "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"),
        INVALID_LOCATION("InvalidLocationConstraint", 400, "The specified location-constraint is not valid"),
        INVALID_PART(
                "InvalidPart",
                400,
                "One or more of the specified parts could not be found.  The part may not have been uploaded, or the"
                        + " specified entity tag may not match the part's entity tag."),
        INVALID_PART_NUMBER("InvalidPartNumber", 416, "The requested partnumber is not satisfiable"),
        INVALID_PART_ORDER(
                "InvalidPartOrder",
                400,
                "The list of parts was not in ascending order. Parts must be ordered by part number."),
        INVALID_RANGE("InvalidRange", 416, "The requested range is not satisfiable"),
        INVALID_REQUEST("InvalidRequest", 400, "Invalid Request"),
        INVALID_STORAGE_CLASS("InvalidStorageClass", 400, "The storage class you specified is not valid"),
        INVALID_TAG("InvalidTag", 400, "The TagKey you have provided is invalid"),
        KEY_TOO_LONG("KeyTooLongError", 400, "Your key is too long"),
        MALFORMED_POLICY("MalformedPolicy", 400, "Policies must be valid JSON and the first byte must be '{'"),
        MALFORMED_TRAILER(
                "MalformedTrailerError",
                400,
                "The request contained trailing data that was not well-formed or did not conform to our published schema."),
        MALFORMED_XML(
                "MalformedXML",
                400,
                "The XML you provided was not well-formed or did not validate against our published schema"),
        METADATA_TOO_LARGE("MetadataTooLarge", 400, "Your metadata headers exceed the maximum allowed metadata size"),
        METHOD_NOT_ALLOWED("MethodNotAllowed", 405, "The specified method is not allowed against this resource."),
        MISSING_LENGTH("MissingContentLength", 411, "You must provide the Content-Length HTTP header."),
        NOT_IMPLEMENTED("NotImplemented", 501, "A header you provided implies functionality that is not implemented"),
        NOT_MODIFIED("NotModified", 304, "Not Modified"),
        NO_SUCH_BUCKET("NoSuchBucket", 404, "The specified bucket does not exist"),
        NO_SUCH_KEY("NoSuchKey", 404, "The specified key does not exist."),
        NO_SUCH_TAGS("NoSuchTagSet", 404, "The TagSet does not exist"),
        NO_SUCH_UPLOAD(
                "NoSuchUpload",
                404,
                "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or"
                        + " completed."),
        NO_SUCH_VERSION("NoSuchVersion", 404, "The specified version does not exist."),
        OPERATION_ABORTED(
                "OperationAborted",
                409,
                "A conflicting conditional operation is currently in progress against this resource. Please try again."),
        PRECONDITION_FAILED("PreconditionFailed", 412, "At least one of the pre-conditions you specified did not hold"),
        FULL(
                "InsufficientStorage",
                507,
                "The objects would take more than PODIUM_S3_MAX_SIZE: delete some, or set it higher"),
        TOO_MANY_BUCKETS("TooManyBuckets", 400, "You have attempted to create more buckets than allowed"),
        TOO_MANY_VERSIONS("TooManyVersions", 400, "Podium keeps at most 10,000 versions of a key: delete some of them");

        private final String code;
        private final int status;
        private final String message;

        Kind(String code, int status, String message) {
            this.code = code;
            this.status = status;
            this.message = message;
        }
    }

    /// An error with its usual message.
    ///
    /// @param members names and values by turns
    static AwsException of(Kind kind, Object... members) {
        return with(kind, kind.message, members);
    }

    /// An error with a message of its own.
    static AwsException with(Kind kind, String message, Object... members) {
        return made(Map.of(), kind, message, members);
    }

    /// An error with further headers.
    static AwsException headed(Map<String, String> headers, Kind kind, Object... members) {
        return made(headers, kind, kind.message, members);
    }

    private static AwsException made(Map<String, String> headers, Kind kind, String message, Object[] members) {
        Map<String, Object> named = new LinkedHashMap<>();
        for (int i = 0; i < members.length; i += 2) {
            named.put(String.valueOf(members[i]), members[i + 1]);
        }
        return new AwsException(new S3Error(kind.code, kind.status, message, named, headers));
    }

    /// An argument that isn't valid.
    static AwsException argument(String message, String name, @Nullable String value) {
        return with(Kind.INVALID_ARGUMENT, message, "ArgumentName", name, "ArgumentValue", value == null ? "" : value);
    }

    /// A request that isn't valid.
    static AwsException request(String message) {
        return with(Kind.INVALID_REQUEST, message);
    }

    /// No such setting of a bucket, which has a code of its own for each.
    static AwsException noSuch(String code, String message, String bucket) {
        return new AwsException(new S3Error(code, 404, message, Map.of("BucketName", bucket), Map.of()));
    }
}
